"""What a course of care is shown to come to: outcome, waits, sessions, the eight kinds."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.progress.domain.packed import micros
from shared.events.measures import Change
from shared.events.words import (
    Attendance,
    EndCode,
    GoalKind,
    SessionKind,
)
from tests.progress import shown
from tests.progress.histories import at, folded
from tests.progress.lives import Life


GOAL, OTHER = UUID(int=1), UUID(int=2)
DAY = 24 * 60


def test_what_the_referral_and_the_opening_say_is_kept() -> None:
    life = Life()
    ended = {"previous_end_code": EndCode.COMPLETED_AS_AGREED, "previous_closed_at": at(-9)}
    began = life.began(5).model_copy(update=ended)
    case, _ = folded([life.referred(), began, life.closed(99)])
    assert (case.received_at, case.opened_at, case.closed_at) == tuple(
        micros(at(minutes)) for minutes in (0, 5, 99)
    )
    assert (case.previous_end_code, case.previous_closed_at) == ("46", micros(at(-9)))
    assert (case.end_code, case.modality) == ("46", "individual")


def course(life: Life, phq: tuple[int, int], gad: tuple[int, int], *more: Any) -> dict[str, Any]:
    events = [life.answered(total, None, n) for n, total in enumerate(phq)]
    events += [life.answered(total, None, n, "gad-7") for n, total in enumerate(gad)]
    return shown.whole(folded([life.opened(), *events, *more])[0])


def test_both_measures_make_the_outcome_of_a_finished_course() -> None:
    life = Life()
    treated = [life.attended(uuid4(), Attendance.ATTENDED, n) for n in range(2)]
    [outcome] = course(life, (16, 9), (12, 7), *treated, life.closed(9))["outcome"]
    assert (outcome.finished, outcome.paired, outcome.reliably_recovered) == (True, True, True)
    assert outcome.words == (
        "Recovered: at caseness before, below it on both measures now, by a reliable change"
        " (a finished course)."
    )
    [early] = course(life, (16, 9), (12, 7), treated[0], life.closed(9))["outcome"]
    assert not early.finished


@pytest.mark.parametrize(
    ("phq", "gad", "said"),
    [
        ((16, 10), (12, 7), "At caseness before, and still on one measure or both"),
        ((16, 16), (12, 12), "At caseness before, and still on one measure or both"),
        ((15, 5), (7, 8), "At caseness before on PHQ-9, and now on GAD-7 instead"),
        ((9, 10), (12, 7), "At caseness before on GAD-7, and now on PHQ-9 instead"),
        ((15, 12), (7, 8), "At caseness before on PHQ-9 and still, and now on GAD-7 too"),
        ((9, 10), (7, 8), "Not at caseness before, so there is nothing to recover from"),
    ],
)
def test_an_outcome_says_on_which_measure_somebody_is_newly_at_caseness(
    phq: tuple[int, int], gad: tuple[int, int], said: str
) -> None:
    [outcome] = course(Life(), phq, gad)["outcome"]
    assert (
        outcome.words.removesuffix(" (so far; the course is not finished).").split(";")[0] == said
    )


def test_one_measure_alone_is_no_outcome() -> None:
    life = Life()
    whole = shown.whole(folded([life.opened(), life.answered(16, None, 1)])[0])
    [outcome] = whole["outcome"]
    assert (outcome.paired, outcome.recovered) == (False, None)


@pytest.mark.parametrize(
    ("days", "band", "soon"),
    [
        (14, "up_to_14", True),
        (15, "15_to_28", True),
        (42, "29_to_42", True),
        (43, "43_to_84", False),
        (126, "85_to_126", False),
        (127, "over_126", False),
    ],
)
def test_waiting_is_counted_in_days_to_the_first_treatment(
    days: int, band: str, soon: bool
) -> None:
    life = Life()
    seen = life.attended(uuid4(), Attendance.ATTENDED, days * DAY)
    whole = shown.whole(folded([life.referred(), life.began(), seen])[0])
    waiting = whole["waiting"]
    assert (waiting.days, waiting.band, waiting.within_42) == (days, band, soon)
    assert waiting.within_126 is (days <= 126)
    assert not waiting.still_waiting


def test_an_assessment_alone_does_not_stop_the_clock() -> None:
    life = Life()
    seen = life.attended(uuid4(), Attendance.ATTENDED, 60)
    assessed = seen.model_copy(update={"kind": SessionKind.ASSESSMENT})
    waiting = shown.whole(folded([life.referred(), assessed])[0])["waiting"]
    assert (waiting.still_waiting, waiting.days) == (True, 30)


def test_a_referral_that_was_sent_back_waits_no_more() -> None:
    life = Life()
    whole = shown.whole(folded([life.referred(), life.rejected(3 * DAY)])[0])
    assert whole["status"] == "rejected"
    assert (whole["waiting"].still_waiting, whole["waiting"].days) == (False, 3)


def test_sessions_missed_in_a_row_contacts_and_gaps() -> None:
    life, ahead = Life(), uuid4()
    said = [Attendance.ATTENDED, Attendance.LATE_SEEN, Attendance.DID_NOT_ATTEND]
    said += [Attendance.CANCELLED_BY_CLIENT, Attendance.DID_NOT_ATTEND]
    events = [life.attended(uuid4(), each, n * 7 * DAY) for n, each in enumerate(said)]
    booked = [life.booked(ahead, 31 * DAY), life.moved(ahead, 35 * DAY)]
    counts = shown.attendance(folded([*booked, *events])[0])
    assert (counts.consecutive_did_not_attend, counts.longest_gap_days) == (2, 7)
    assert (counts.booked, counts.sessions, counts.days_since_contact) == (1, 6, 23)
    assert counts.next_contact is not None
    assert (counts.next_contact - shown.NOW).days == 5


def test_the_eight_kinds_say_where_each_stands() -> None:
    life = Life()
    events = [life.agreed(GOAL), life.agreed(OTHER), life.says(GOAL, 2, 1), life.says(GOAL, 6, 2)]
    events += [life.says(OTHER, 7, 1), life.says(OTHER, 3, 2)]
    kinds = {each.kind: each for each in shown.whole(folded(events)[0])["kinds"]}
    assert list(kinds) == list(GoalKind)
    resilience = kinds[GoalKind.RESILIENCE]
    assert (resilience.goal_id, resilience.start, resilience.now) == (OTHER, 7, 3)
    assert (resilience.verdict, resilience.goals) == (Change.RELIABLY_WORSE, 2)
    assert kinds[GoalKind.INSIGHT].verdict == "no_goal"


def test_the_worst_verdict_of_a_case() -> None:
    life = Life()
    events: list[Any] = [life.agreed(GOAL), life.says(GOAL, 2, 1), life.says(GOAL, 6, 2)]
    assert shown.whole(folded(events)[0])["worst"] is Change.RELIABLY_BETTER
    events += [life.answered(6, None, 1), life.answered(12, None, 2)]
    assert shown.whole(folded(events)[0])["worst"] is Change.RELIABLY_WORSE
