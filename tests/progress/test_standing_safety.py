"""What asks for a clinician's look at once: an answer, a disclosure, what was left unsent."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from services.progress.domain.rules import Happened
from services.progress.domain.sentences import sentence
from services.progress.domain.state import DISCLOSURES
from services.progress.projection.reckoning import told as reckoned
from shared.events.measures import Change
from shared.events.words import (
    Disclosure,
    Rule,
    Severity,
)
from tests.progress import shown
from tests.progress.histories import folded
from tests.progress.lives import Life


GOAL, OTHER = UUID(int=1), UUID(int=2)
DAY = 24 * 60


def test_eight_zeros_and_a_one_to_item_nine_are_minimal_and_ask_for_a_look() -> None:
    life = Life()
    case, told = folded([life.fills("phq-9", dict.fromkeys("12345678", 0) | {"9": 1}, 1)])
    [measure] = shown.measures(case)
    assert (measure.latest, measure.band) == (1, "minimal")
    assert [each.flag.rule for each in told] == [Rule.SI_ITEM]


def test_a_disclosure_in_words_asks_for_a_look_at_that_client() -> None:
    life = Life()
    said = life.discloses(Disclosure.SELF_HARM, 3)
    case, told = folded([life.began(), said])
    assert len(list(DISCLOSURES.rows(case.disclosures))) == 1
    assert case.disclosers == [life.client_id.bytes]
    assert [(each.flag.rule, each.flag.client) for each in told] == [
        (Rule.SI_ITEM, life.client_id.bytes)
    ]


def test_a_disclosure_that_is_voided_takes_its_flag_with_it() -> None:
    life = Life()
    said = life.discloses(Disclosure.SELF_HARM, 3)
    again = life.discloses(Disclosure.SUICIDE_PLAN, 4)
    case, told = folded([life.began(), said, again, life.unsays(again)])
    assert (told[-1].what, told[-1].flag.severity) == (Happened.MERGED, Severity.HIGH)
    assert case.flags[0].evidence == [said.event_id.bytes]
    case, told = folded([life.began(), said, life.unsays(said), life.unsays(said)])
    assert [each.what for each in told] == [Happened.RAISED, Happened.CLEARED]
    assert (case.flags[0].cleared, case.disclosures) == (True, b"")


def test_a_disclosure_voided_for_one_client_leaves_the_others() -> None:
    life = Life()
    mine = life.discloses(Disclosure.SELF_HARM, 3)
    theirs = mine.model_copy(
        update={"event_id": uuid4(), "disclosure_id": uuid4(), "client_id": life.other_id}
    )
    case, _ = folded([life.began(), mine, theirs, life.unsays(mine)])
    assert {(each.client, each.cleared) for each in case.flags} == {
        (life.client_id.bytes, True),
        (life.other_id.bytes, False),
    }


def test_what_was_left_unsent_asks_for_a_look_and_stays_when_the_answers_come() -> None:
    life = Life()
    left = life.leaves_unsent(3)
    case, told = folded([life.began(), left])
    [flag] = case.flags
    assert (told[0].what, flag.severity) == (Happened.RAISED, Severity.URGENT)
    assert "answered, not sent" in sentence(flag.because, date(2026, 12, 1))
    sent = life.fills("phq-9", dict.fromkeys("12345678", 0) | {"9": 1}, 60)
    case, told = folded([life.began(), left, sent])
    [flag] = case.flags
    assert flag.evidence == [left.event_id.bytes, sent.event_id.bytes]
    assert [each.what for each in told] == [Happened.RAISED, Happened.RAISED]


@pytest.mark.parametrize(
    ("told_as", "kept"),
    [(0, {"9": 0}), (1, {"9": 1}), (4, {"9": 4}), (300, {"9": 254}), (-1, None)],
)
def test_a_safety_item_of_a_version_that_is_not_known_is_read_as_the_newest_one(
    told_as: int, kept: dict[str, int] | None
) -> None:
    """Silence would say that nothing is there; a look for nothing does no harm."""
    life = Life()
    said = life.answered(20, 3, 1).model_copy(update={"version": "2", "items": {"9": told_as}})
    case, told = folded([life.began(), said])
    [measure] = shown.measures(case)
    assert [(point.safety, point.total) for point in measure.points] == [(kept, 20)]
    asked = [each.flag.rule for each in told]
    assert asked == ([Rule.SI_ITEM] if kept and kept["9"] else [])
    assert (measure.band, measure.at_caseness, measure.verdict) == (None, None, Change.FIRST_SCORE)
    assert reckoned([life.began(), said]).answers[said.response_id].safety == (
        ("9", kept["9"]) if kept else None
    )


def test_what_was_not_told_of_a_version_that_is_not_known_is_not_zero() -> None:
    life = Life()
    case, told = folded([life.answered(20, None, 1).model_copy(update={"version": "2"})])
    assert (told, shown.measures(case)[0].points[0].safety) == ([], None)


def test_of_a_measure_that_is_not_known_nothing_is_read() -> None:
    said = Life().answered(20, 3, 1).model_copy(update={"measure": "phq-99"})
    case, told = folded([said])
    assert (told, shown.measures(case)[0].points[0].safety) == ([], None)
    assert reckoned([said]).answers[said.response_id].safety is None
