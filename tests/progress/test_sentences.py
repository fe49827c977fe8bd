"""What a flag says: the facts in plain words, and nothing about safety."""

from datetime import date

import pytest

from services.progress.domain.sentences import KINDS, sentence
from services.progress.domain.state import Because
from shared.events.words import GoalKind


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


def test_every_kind_of_goal_has_words() -> None:
    assert set(KINDS) == {kind.value for kind in GoalKind}


@pytest.mark.parametrize("what", ["item", "measure", "goal"])
@pytest.mark.parametrize("times", [1, 4])
def test_no_sentence_speaks_of_safety(what: str, times: int) -> None:
    said = sentence(Because(what, "phq-9", 9, 1, 0, times), DAY).lower()
    assert not any(word in said for word in ("safe", "low risk", "no risk", "risk"))
