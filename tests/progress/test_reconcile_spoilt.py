"""Controls: whatever is spoilt in a case's state is found by reconcile, and mended by repair."""

from collections.abc import Callable
from copy import copy
from uuid import UUID

import pytest

from services.progress.domain.state import (
    ANSWERS,
    OUTCOMES,
    RATINGS,
    SESSIONS,
    Case,
    decode,
    encode,
)
from services.progress.projection.comparing import different
from shared.events.words import Attendance
from tests.progress.reconciled import (
    GOAL,
    STATE_AND_ROW,
    WRONG,
    differing,
    repaired,
    some,
    state,
)
from tests.progress.world import World


def one_rating_less(case: Case) -> None:
    goal = case.goals[GOAL.bytes]
    goal.ratings = goal.ratings[: len(goal.ratings) // 3 * 2]


def another_target(case: Case) -> None:
    case.goals[GOAL.bytes].target = 1


def a_better_best(case: Case) -> None:
    case.goals[GOAL.bytes].best = 10


def no_goal(case: Case) -> None:
    case.goals.clear()


def a_goal_more(case: Case) -> None:
    case.goals[bytes(16)] = copy(case.goals[GOAL.bytes])


def another_total(case: Case) -> None:
    row = list(ANSWERS.unpack(case.measures[0].answers))
    row[3] += 1
    case.measures[0].answers = ANSWERS.pack(*row)


def voided_answers(case: Case) -> None:
    measure = case.measures[0]
    measure.answers, measure.voided = b"", measure.answers


def another_outcome(case: Case) -> None:
    row = list(SESSIONS.unpack(case.sessions))
    row[3] = OUTCOMES.index(Attendance.DID_NOT_ATTEND)
    case.sessions = SESSIONS.pack(*row)


def another_clinician(case: Case) -> None:
    case.clinician = UUID(int=1).bytes


def closed(case: Case) -> None:
    case.status = "closed"


def an_earlier_referral(case: Case) -> None:
    assert case.received_at
    case.received_at -= 30 * 86_400 * 1_000_000


def no_flags(case: Case) -> None:
    case.flags = []


def never_due(case: Case) -> None:
    case.due_at = None


def looked_ahead(case: Case) -> None:
    case.looked += 10 * 365 * 86_400 * 1_000_000


def known_to_stand_still(case: Case) -> None:
    case.goals[GOAL.bytes].still = 4


def another_first(case: Case) -> None:
    case.goals[GOAL.bytes].mixed = True


def another_baseline(case: Case) -> None:
    case.measures[0].version = "9"


def another_opening(case: Case) -> None:
    case.opening = bytes(16)


SPOILT: list[tuple[Callable[[Case], None], list[str]]] = [
    (
        one_rating_less,
        [
            "goals: change, latest, lines, points, ratings, verdict",
            "kinds of goal: now, verdict",
        ],
    ),
    (another_target, ["goals: reached, target"]),
    (a_better_best, ["goals: best"]),
    (
        no_goal,
        ["goals: only in the log", "kinds of goal: goal_id, goals, now, start, verdict"],
    ),
    (
        a_goal_more,
        ["goals: only in the read tables", "kinds of goal: goal_id, goals"],
    ),
    (another_total, ["measures: at_caseness, band, first, latest, points"]),
    (
        voided_answers,
        ["measures: at_caseness, band, change, first, latest, points, verdict"],
    ),
    (
        another_outcome,
        [
            "sessions: outcome",
            "attendance: attended, consecutive_did_not_attend, days_since_contact, did_not_attend,"
            " last_contact, treatments_attended",
            "waiting: band, days, first_treatment_at, still_waiting",
        ],
    ),
    (another_clinician, ["row: clinician_id", "case: clinician_id"]),
    (closed, ["row: status", "case: status"]),
    (an_earlier_referral, ["waiting: band, days, received_at"]),
    (no_flags, STATE_AND_ROW),
    (never_due, ["row: due_at"]),
    (looked_ahead, ["state: looked"]),
    (known_to_stand_still, ["state: still"]),
    (another_first, ["state: goals"]),
    (another_baseline, ["state: measures"]),
    (another_opening, ["state: opening"]),
]


@pytest.mark.parametrize(("spoil", "wanted"), SPOILT)
async def test_control_whatever_is_spoilt_is_an_incident_and_repair_mends_that_case_alone(
    world: World, spoil: Callable[[Case], None], wanted: list[str]
) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    right = await state(world, case_id)
    spoilt = decode(encode(right))
    spoil(spoilt)
    await world.rows(WRONG, case_id, encode(spoilt))
    found = await differing(world)
    assert found == {case_id: wanted}
    assert await differing(world, case_id) == found
    incidents = await world.rows("select case_id, what, repaired_at from incident order by number")
    assert [tuple(each) for each in incidents] == [(case_id, w, None) for w in found[case_id]]
    others = await world.rows("select version from live.case_state where case_id <> $1", case_id)
    await repaired(world, case_id)
    assert different(await state(world, case_id), right) == []
    assert await differing(world) == {}
    assert (
        await world.rows("select version from live.case_state where case_id <> $1", case_id)
        == others
    )
    incidents = await world.rows("select repaired_at from incident")
    assert all(each["repaired_at"] for each in incidents)


async def test_control_a_weeks_movement_without_its_last_rating_is_an_incident(
    world: World,
) -> None:
    [*_, story] = await some(world)
    await world.happens(story.rated(GOAL, 2, 3 * 24 * 60), story.rated(GOAL, 1, 9 * 24 * 60))
    assert await differing(world) == {}
    case = await state(world, story.case_id)
    goal = case.goals[GOAL.bytes]
    goal.ratings = goal.ratings[: -RATINGS.size]
    await world.rows(WRONG, story.case_id, encode(case))
    [what] = (await differing(world)).values()
    assert "goals: change, latest, lines, points, ratings, trend" in what
