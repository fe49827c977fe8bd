"""Time goes on for those behind any number of cases that nobody can read, and in their repairs."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from services.progress.domain.state import encode
from services.progress.projection.settling import settle, swept_until
from services.progress.projection.store import Connection
from services.progress.projection.sweep import SOME, sweep
from services.progress.projection.target import LIVE
from services.progress.projection.timekeeping import MOST
from tests.progress.histories import Story
from tests.progress.reconciled import WRONG, differing, lost, repaired, state
from tests.progress.scenarios import DAY
from tests.progress.world import World


# Cases that nobody can read, due for a hundred days, with ids in front of all others.
IN_FRONT = """
insert into live.case_state (case_id, clinic_id, status, version, state, due_at, numbers)
select ('00000000-0000-4000-8000-' || lpad(to_hex(number), 12, '0'))::uuid, $1, 'open', 1,
    '\\x00ff', now() - interval '100 days', 0 from generate_series(1, $2::int) as number
"""
FLAGS = "select rule from live.flag where case_id = $1"


@pytest.fixture
async def worker(world: World) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    yield connection
    await connection.close()


async def overdue(world: World) -> Story:
    """A case that waits for its treatment too long: time alone flags it."""
    story = Story()
    await world.opened(story.clinic_id)
    await world.happens(story.opened(-60 * DAY))
    return story


async def flagged(world: World, story: Story) -> list[str]:
    return [row["rule"] for row in await world.rows(FLAGS, story.case_id)]


async def test_those_behind_more_than_a_sweep_holds_have_their_turn(
    world: World, worker: Connection
) -> None:
    story = await overdue(world)
    await world.rows(IN_FRONT, story.clinic_id, SOME)
    now, partitions = datetime.now(UTC), world.settings.partitions
    first = await sweep(worker, now, partitions)
    again = await sweep(worker, now, partitions)
    assert first == again, "control: who begins in front again meets the same ones"
    assert await flagged(world, story) == []
    assert first.after is not None
    assert (await sweep(worker, now, partitions, after=first.after)).after is None
    assert await flagged(world, story) == ["WAIT_BREACH"]


async def test_settling_ends_and_leaves_only_those_that_nobody_can_read(
    world: World, worker: Connection
) -> None:
    story = await overdue(world)
    await world.rows(IN_FRONT, story.clinic_id, 2 * SOME)
    await settle(worker, LIVE, datetime.now(UTC), world.settings.partitions)
    assert await flagged(world, story) == ["WAIT_BREACH"]
    [left] = await world.rows("select count(*) from live.case_state where due_at < now()")
    assert left["count"] == 2 * SOME


async def test_the_worker_gets_behind_more_than_one_beat_holds(world: World) -> None:
    story = await overdue(world)
    await world.rows(IN_FRONT, story.clinic_id, MOST * SOME + 1)
    await world.marks()
    assert await flagged(world, story) == [], "control: they fill the first beat"
    await world.marks()
    assert await flagged(world, story) == ["WAIT_BREACH"]
    behind = await overdue(world)
    for _ in range(2):
        await world.marks()
    assert await flagged(world, behind) == ["WAIT_BREACH"], "and so again, from the front"


async def test_the_sweep_writes_them_down_once_as_incidents(world: World) -> None:
    story = await overdue(world)
    await world.rows(IN_FRONT, story.clinic_id, 3)
    for _ in range(3):
        await world.marks()
    found = await world.rows("select case_id, what from incident order by case_id")
    assert [row["case_id"].int & 0xFF for row in found] == [1, 2, 3], "and not the readable one"
    assert {row["what"] for row in found} == {"case: cannot be read"}


async def test_one_whose_time_cannot_be_reckoned_stops_no_others(world: World) -> None:
    """It can be taken apart, and says what no code says: it waits for its repair all the same."""
    first, second = await overdue(world), await overdue(world)
    case = await state(world, first.case_id)
    case.received_at = 1 << 62  # a moment behind the calendar's end
    await world.rows(WRONG, first.case_id, encode(case))
    await world.marks()
    assert await flagged(world, first) == []
    assert await flagged(world, second) == ["WAIT_BREACH"]
    found = await world.rows("select case_id, what from incident")
    assert [tuple(row) for row in found] == [(first.case_id, "case: cannot be read")]
    await repaired(world, first.case_id)
    assert await flagged(world, first) == ["WAIT_BREACH"]
    assert await differing(world) == {}


async def test_a_repair_takes_time_into_account_beside_one_that_nobody_can_read(
    world: World,
) -> None:
    story = await overdue(world)
    await world.marks()
    assert await flagged(world, story) == ["WAIT_BREACH"]
    await world.rows(IN_FRONT, story.clinic_id, 1)
    await lost(world, story.case_id)
    await repaired(world, story.case_id)
    assert await flagged(world, story) == ["WAIT_BREACH"]
    assert story.case_id not in await differing(world)


async def test_only_a_case_that_can_be_read_says_that_time_waits(
    world: World, worker: Connection
) -> None:
    story, now = await overdue(world), datetime.now(UTC)
    await world.rows(IN_FRONT, story.clinic_id, 120)
    [row] = await world.rows("select due_at from live.case_state where case_id = $1", story.case_id)
    expected = row["due_at"] - timedelta(microseconds=1)
    assert await swept_until(worker, now) == expected, "control: this one is waited for"
    assert await swept_until(worker, now, story.case_id) == now
