"""Some cases, what reconcile finds in them, and their repair: for the tests of both."""

from uuid import UUID

import asyncpg

from services.progress.domain.state import Case
from services.progress.projection.reconciling import reconcile, sample
from services.progress.projection.reconciling import unknown as _unknown
from services.progress.projection.repairing import repair_all
from shared.events.words import Attendance
from shared.partitions import partition_of
from tests.progress.histories import Story
from tests.progress.world import World


GOAL = UUID(int=31)
RULES = ("DETERIORATION", "SI_ITEM")  # of which a flag stands in each of some cases
WISH = "insert into repair (case_id, reason, sub, role) values ($1, 'why', 'sam', 'operations')"
WRONG = "update live.case_state set state = $2 where case_id = $1"


async def some(world: World) -> list[Story]:
    stories = [Story() for _ in range(6)]
    for story in stories:
        await world.publish(story.opened(), story.goal(GOAL), story.answered(9, 1, 4))
        await world.publish(*(story.rated(GOAL, value, 10 - value) for value in (6, 4, 2)))
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


async def unknown(world: World, *cases: UUID) -> set[UUID]:
    """Those of these cases that neither the read tables nor the log know."""
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        return await _unknown(world.bus, world.settings, connection, cases)
    finally:
        await connection.close()


STATE_AND_ROW = [f"flag {rule}: state and row" for rule in RULES]


async def state(world: World, case_id: UUID) -> Case:
    case = await world.case(case_id)
    assert case
    return case


async def repaired(world: World, case_id: UUID) -> None:
    await world.rows(WISH, case_id)
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        assert await repair_all(world.bus, world.settings, connection) == 1
    finally:
        await connection.close()


async def lost(world: World, case_id: UUID) -> None:
    """Nothing is left of a case but what the log says."""
    await world.rows("delete from live.case_state where case_id = $1", case_id)
    await world.rows("delete from live.flag where case_id = $1", case_id)


async def sampled(world: World, case_id: UUID, count: int = 1_000) -> None:
    """One look of the hour at everything, or a few cases, in this case's partition number."""
    number = partition_of(str(case_id), world.settings.partitions)
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        await sample(world.bus, world.settings, connection, count, number)
    finally:
        await connection.close()
