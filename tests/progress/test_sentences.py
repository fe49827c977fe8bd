"""What a flag says: the facts in plain words, and nothing about safety."""

from collections.abc import Callable
from datetime import date

import pytest

from services.progress.domain.packed import instant
from services.progress.domain.sentences import KINDS, SENTENCES, sentence
from services.progress.domain.state import Because
from shared.events import Event
from shared.events.words import GoalKind, Rule, Severity
from tests.progress.histories import Story
from tests.progress.scenarios import Scenario, both, ratings, scores


DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("because", "said"),
    [
        (
            Because("item", "phq-9", 9, 1, 0, 1),
            "PHQ-9 item 9 answered 1 on 25 November 2026; any answer above 0 asks for a"
            " clinician's look.",
        ),
        (
            Because("item", "phq-9", 9, 3, 0, 2),
            "PHQ-9 item 9 answered 3 on 25 November 2026 (2 answers above 0 or disclosures in this"
            " case); any answer above 0 asks for a clinician's look.",
        ),
        (
            Because("goal", "resilience", 6, 3, 0, 1),
            "A resilience goal fell from 6 to 3 on 25 November 2026; a change of this size asks for"
            " a review.",
        ),
        (
            Because("goal", "insight", 6, 3, 0, 1),
            "An insight goal fell from 6 to 3 on 25 November 2026; a change of this size asks for a"
            " review.",
        ),
        (
            Because("measure", "phq-9", 8, 14, 0, 1),
            "PHQ-9 went from 8 to 14 on 25 November 2026; a change of this size asks for a review.",
        ),
    ],
)
def test_a_flag_says_what_stands_in_the_facts(because: Because, said: str) -> None:
    assert sentence(because, DAY) == said


SIDES = [
    # A goal that does not move: down, level, and a gain too small to count.
    ("stalled", "insight", 7, 5, 1, "An insight goal went down from 7 to 5 over its ratings up to"),
    ("stalled", "insight", 5, 5, 1, "An insight goal was at 5 on 25 November 2026, as several"),
    ("stalled", "insight", 0, 0, 1, "An insight goal was at 0 on 25 November 2026, as several"),
    ("stalled", "insight", 5, 6, 1, "An insight goal went from 5 to 6 over its ratings up to"),
    ("stalled", "insight", 5, 5, 2, "gained nothing (2 standstills in this case); it may"),
    ("review", "resilience", 0, -1, 1, "A resilience goal is at level −1, below"),
    ("review", "resilience", 0, -2, 3, "November 2026 (3 standstills in this case); it may"),
    # Scores: up is worse for some measures and better for others.
    ("measure", "phq-9", 8, 14, 1, "PHQ-9 went from 8 to 14 on 25 November 2026; a change"),
    ("measure", "who-5", 60, 40, 1, "WHO-5 went from 60 to 40 on 25 November 2026; a change"),
    ("measure", "phq-9", 8, 14, 2, "(2 scores or ratings reliably worse than the first in this"),
    (
        "goal",
        "insight",
        6,
        3,
        2,
        "(2 scores or ratings reliably worse than the first in this",
    ),
    ("track", "phq-9", 12, 12, 1, "PHQ-9 was 12 at first and 12 by 25 November 2026, without"),
    ("track", "phq-9", 12, 14, 2, "at which the clinic looks (2 measures so in this case); what"),
    ("recovered", "phq-9", 15, 9, 1, "PHQ-9 went from 15 to 9 by 25 November 2026, a reliable"),
    # One and many, and days.
    ("missed", "", 1, 1, 1, "The client did not attend on 25 November 2026; contact"),
    (
        "missed",
        "",
        1,
        1,
        2,
        "The client did not attend on 25 November 2026 (2 times in this case)",
    ),
    (
        "missed",
        "",
        1,
        3,
        2,
        "did not attend 3 sessions in a row, the last on 25 November 2026; co",
    ),
    ("late", "", 0, 1, 2, "too late to be seen on 25 November 2026 (2 times in this case); this"),
    ("unpaired", "", 0, 1, 1, "There is no score on the day of the treatment session on 25"),
    ("unpaired", "", 1, 1, 1, "There is no score within 1 day of the treatment session on 25"),
    ("unpaired", "", 7, 1, 1, "There is no score within 7 days of the treatment session on 25"),
    ("unpaired", "", 1, 1, 2, "2 treatment sessions, the last on 25 November 2026, have no score"),
    ("waiting", "", 42, 42, 1, "more than 42 days since the referral, as of 25 November 2026"),
    ("waited", "", 42, 43, 1, "The first treatment session came 43 days after the referral, more"),
    ("untreated", "", 42, 43, 1, "The case ended 43 days after the referral without a treatment"),
    ("gap", "", 28, 29, 1, "29 days lay between the first and the second treatment session, more"),
    ("gap_ended", "", 28, 29, 1, "The case ended 29 days after its only treatment session, more"),
    ("gap_lasts", "", 28, 28, 1, "More than 28 days since the first treatment session, as of 25"),
    ("silence", "", 90, 90, 1, "without treatment contact for more than 90 days, since 25 Nov"),
    ("repeat", "", 0, 0, 1, "Referred on 25 November 2026, on the day on which a course of some"),
    ("repeat", "", 0, 1, 1, "Referred on 25 November 2026, 1 day after a course of somebody of"),
    ("repeat", "", 0, 91, 1, "the same name and date of birth ended here (within 91 days); if"),
    ("repeat", "", 0, 92, 1, "of birth ended here (92 to 182 days); if it is the same person"),
    ("repeat", "", 0, 365, 1, "ended here (over 273 days); if it is the same person, what"),
]


@pytest.mark.parametrize(("what", "code", "first", "value", "times", "said"), SIDES)
def test_a_sentence_is_right_on_every_side(
    what: str, code: str, first: int, value: int, times: int, said: str
) -> None:
    """Up, down and level; one and many; a day and days."""
    assert said in sentence(Because(what, code, first, value, 0, times), DAY)


def test_every_sentence_that_differs_by_its_numbers_is_in_the_table() -> None:
    alike = {"item", "disclosure", "unsent", "concern"}  # their words are in the tests above
    assert {what for what, *_ in SIDES} == set(SENTENCES) - alike


def test_every_kind_of_goal_has_words() -> None:
    assert set(KINDS) == {kind.value for kind in GoalKind}


@pytest.mark.parametrize("what", ["item", "measure", "goal"])
@pytest.mark.parametrize("times", [1, 4])
def test_no_sentence_speaks_of_safety(what: str, times: int) -> None:
    said = sentence(Because(what, "phq-9", 9, 1, 0, times), DAY).lower()
    assert not any(word in said for word in ("safe", "low risk", "no risk", "risk"))


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (scores(5, 27, 11), "PHQ-9 went from 5 to 27 on 9 November 2026 (2 scores"),
        (scores(5, 11, 27), "PHQ-9 went from 5 to 27 on 16 November 2026 (2 scores"),
        (scores(5, 11, 11), "PHQ-9 went from 5 to 11 on 16 November 2026 (2 scores"),
        (ratings(9, 2, 6), "A resilience goal fell from 9 to 2 on 9 November 2026 (2 scores"),
        # By twice what is reliable on its scale, against once and a half on the other.
        (both((5, 14), (4, 4, 12)), "GAD-7 went from 4 to 12 on 16 November 2026 (2 scores"),
        (both((5, 5, 14), (4, 12)), "GAD-7 went from 4 to 12 on 9 November 2026 (2 scores"),
    ],
)
def test_of_several_falls_the_worst_is_told_not_a_milder_one_that_came_later(
    happens: Callable[[Story], list[Event]], said: str
) -> None:
    flag = Scenario(Rule.DETERIORATION, "", happens, Severity.MEDIUM).flag()
    assert flag
    told = sentence(flag.because, instant(flag.because.at).date())
    assert told.startswith(said)
