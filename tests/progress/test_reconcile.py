"""Reconcile: a case that is not what the log says is found, named, and folded anew alone."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.progress.domain.state import decode, encode
from services.progress.projection.reconciling import reconcile, shown
from services.progress.projection.repairing import repair_all
from shared.events.words import Attendance
from tests.progress.histories import Story
from tests.progress.test_parked import write
from tests.progress.world import World


GOAL = UUID(int=31)
WISH = "insert into repair (case_id, reason, sub, role) values ($1, 'why', 'sam', 'operations')"


async def some(world: World) -> list[Story]:
    stories = [Story() for _ in range(6)]
    for story in stories:
        await world.publish(story.opened(), story.goal(GOAL), story.answered(9, 1, 4))
        await world.publish(*(story.rated(GOAL, value, value) for value in (6, 4, 2)))
        await world.publish(story.attended(UUID(int=5), Attendance.ATTENDED, 3))
    await world.publish(stories[0].closed(90))
    await world.reads()
    return stories


async def differing(world: World, *cases: UUID) -> dict[UUID, list[str]]:
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        return await reconcile(world.bus, world.settings, connection, cases or None)
    finally:
        await connection.close()


async def test_what_is_right_is_no_incident(world: World) -> None:
    await some(world)
    assert await differing(world) == {}
    assert await world.rows("select * from incident") == []


def one_rating_less(case: Any) -> None:
    goal = case.goals[GOAL.bytes]
    goal.ratings = goal.ratings[: len(goal.ratings) // 3 * 2]


def another_clinician(case: Any) -> None:
    case.clinician = UUID(int=1).bytes


def no_flags(case: Any) -> None:
    case.flags = []


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (one_rating_less, ["ratings"]),
        (another_clinician, ["clinician"]),
        (no_flags, ["safety", "flags"]),
    ],
)
async def test_a_difference_is_an_incident_and_repair_folds_that_case_alone(
    world: World, spoil: Any, what: list[str]
) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    [row] = await world.rows("select state from live.case_state where case_id = $1", case_id)
    right, case = shown(row["state"]), decode(row["state"])
    spoil(case)
    wrong = "update live.case_state set state = $2 where case_id = $1"
    await world.rows(wrong, case_id, encode(case))
    assert await differing(world) == {case_id: what}
    assert await differing(world, case_id) == {case_id: what}
    incidents = await world.rows("select case_id, what, repaired_at from incident order by number")
    assert [tuple(each) for each in incidents] == [(case_id, each, None) for each in what]
    others = await world.rows("select version from live.case_state where case_id <> $1", case_id)
    await repaired(world, case_id)
    [row] = await world.rows("select state from live.case_state where case_id = $1", case_id)
    assert shown(row["state"]) == right
    assert await differing(world) == {}
    assert (
        await world.rows("select version from live.case_state where case_id <> $1", case_id)
        == others
    )
    incidents = await world.rows("select repaired_at from incident")
    assert all(each["repaired_at"] for each in incidents)


async def repaired(world: World, case_id: UUID) -> None:
    await world.rows(WISH, case_id)
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        assert await repair_all(world.bus, world.settings, connection) == 1
    finally:
        await connection.close()


async def test_a_repaired_case_goes_on_and_what_a_worker_remembers_of_it_is_dropped(
    world: World,
) -> None:
    stories = await some(world)
    told = await world.told()
    await repaired(world, stories[1].case_id)
    assert await world.told() == told, "nothing had changed"
    await world.happens(stories[1].rated(GOAL, 9, 50))
    assert await differing(world) == {}


async def test_control_without_reconcile_a_wrong_row_stays_unseen(world: World) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    gone = "delete from live.flag where case_id = $1"
    await world.rows(gone, case_id)
    await world.happens(stories[2].rated(GOAL, 3, 60))
    assert await differing(world) == {case_id: ["flags"]}


async def test_a_safety_flag_that_is_nowhere_any_more_is_missed(world: World) -> None:
    """State and row agree with each other, and are both wrong: only the log knows."""
    stories = await some(world)
    case_id = stories[2].case_id
    [row] = await world.rows("select state from live.case_state where case_id = $1", case_id)
    case = decode(row["state"])
    case.flags = []
    wrong = "update live.case_state set state = $2 where case_id = $1"
    await world.rows(wrong, case_id, encode(case))
    await world.rows("delete from live.flag where case_id = $1", case_id)
    assert await differing(world) == {case_id: ["safety"]}
    await repaired(world, case_id)
    assert await differing(world) == {}


@pytest.mark.parametrize("change", ["severity = 'low'", "evidence = '{}'"])
async def test_a_flags_row_says_what_its_state_says(world: World, change: str) -> None:
    stories = await some(world)
    case_id = stories[2].case_id
    await world.rows(f"update live.flag set {change} where case_id = $1", case_id)
    assert await differing(world) == {case_id: ["flags"]}
    await repaired(world, case_id)
    assert await differing(world) == {}


async def test_what_is_set_aside_keeps_nobody_from_looking_at_the_others(world: World) -> None:
    stories = await some(world)
    await write(world, stories[1], b"{not json")
    await world.reads()
    await world.rows("delete from live.flag where case_id = $1", stories[2].case_id)
    assert await differing(world) == {stories[2].case_id: ["flags"]}
