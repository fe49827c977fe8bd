"""The three meanings of failure: what is bad is set aside, what is away waits, nothing is lost."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared import health
from shared.errors import Unavailable
from shared.events.goals import MeasureCompleted
from tests.eventpath.world import (
    READER,
    World,
    read,
    scored,
    until,
    written,
)
from tests.harness import Hand


async def test_a_bad_event_is_set_aside_and_blocks_only_its_key(world: World, hand: Hand) -> None:
    bad, good = scored(value=1, partition=3), scored(value=2, partition=3)
    broken = [
        (b"{not json", "body"),
        (b"{}", "body"),
        (b" " * 900_001, "too_large"),
    ]
    for value, cause in broken:
        case = scored(partition=3)
        hand.newest[3] += 1
        await hand.put((await hand.message(case, hand.newest[3]))._replace(value=value))
        await hand.publish(case.model_copy(update={"total": 99}))
        row = "select cause from parked where key = $1 order by number"
        async with world.reading() as reading:
            await read(reading)
        assert [r[0] for r in await world.rows(row, case.key)] == [cause, "behind another"]
    await hand.publish(bad, good)
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == [1, 2]


async def test_an_event_without_a_header_is_set_aside(world: World, hand: Hand) -> None:
    for missing in ("ce_time", "ce_type", "ce_id"):
        hand.newest[3] += 1
        message = await hand.message(scored(partition=3), hand.newest[3])
        headers = [(name, value) for name, value in message.headers if name != missing]
        await hand.put(message._replace(headers=headers))
    await written(hand, 4)
    async with world.reading() as reading:
        await read(reading)
    rows = await world.rows("select cause, state, sequence from parked order by number")
    assert [tuple(row) for row in rows] == [("header", "blocking", n) for n in (1, 2, 3)]
    assert await world.values() == [4]


async def test_what_fails_alone_is_found_in_a_large_batch_and_the_rest_goes_on(
    world: World, hand: Hand
) -> None:
    events = [scored(value=n, partition=3) for n in range(60)]
    for n in (0, 17, 59):
        world.failing[events[n].case_id] = KeyError(str(n))
    await hand.publish(*events)
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == [n for n in range(60) if n not in (0, 17, 59)]
    rows = await world.rows("select cause, state from parked order by number")
    assert [tuple(row) for row in rows] == [("KeyError", "blocking")] * 3


async def test_a_transaction_that_fails_at_its_commit_is_split_down_to_the_event(
    world: World, hand: Hand
) -> None:
    await world.rows("create table once (value int unique deferrable initially deferred)")
    await world.rows(f"grant all on once to {READER}_worker")
    insert = text("insert into once values (:value)")

    async def only_once(session: AsyncSession, event: MeasureCompleted) -> None:
        await session.execute(insert, {"value": event.total})

    world.extra = only_once
    try:
        await written(hand, 1, 2, 1, 3)
        async with world.reading() as reading:
            await read(reading)
        assert await world.values() == [1, 2, 3]
        assert len(await world.rows("select 1 from parked where state = 'blocking'")) == 1
    finally:
        await world.rows("drop table once")


AWAY = {
    "the key service": Unavailable("away"),
    "a connection": ConnectionResetError(),
    "time": TimeoutError(),
}


@pytest.mark.parametrize("error", AWAY.values(), ids=AWAY.keys())
async def test_what_is_away_lets_the_partition_wait_and_no_other(
    world: World, hand: Hand, error: Exception
) -> None:
    waits, goes = scored(value=1, partition=3), scored(value=2, partition=4)
    world.failing[waits.case_id] = error
    await hand.publish(waits, goes)
    async with world.reading() as reading:
        await reading.once(0)
        assert await world.values() == [2]
        assert "reader goals 3" in health.problems()
        del world.failing[waits.case_id]

        async def came() -> bool:
            await reading.once(0.05)
            return await world.values() == [2, 1]

        await until(came)
    assert "reader goals 3" not in health.problems()
    assert not await world.rows("select 1 from parked")


async def test_a_deadlock_means_wait_and_never_set_aside(world: World, hand: Hand) -> None:
    event = scored(value=1, partition=3)
    fails = ["40P01", "40001", "55P03"]

    async def in_the_way(session: AsyncSession, _: MeasureCompleted) -> None:
        if fails:
            code = fails.pop()
            await session.execute(text(f"do $$ begin raise sqlstate '{code}'; end $$"))

    world.extra = in_the_way
    await hand.publish(event)
    async with world.reading() as reading:

        async def came() -> bool:
            await reading.once(0.05)
            return await world.values() == [1]

        await until(came)
    assert not await world.rows("select 1 from parked")


async def test_many_cases_failing_for_one_cause_mean_wait(world: World, hand: Hand) -> None:
    events = [scored(value=n, partition=3) for n in range(8)]
    for event in events:
        world.failing[event.case_id] = LookupError()
    await hand.publish(*events)
    async with world.reading() as reading:
        await reading.once(0)
        assert len(await world.rows("select 1 from parked")) == 5
        assert "reader goals 3" in health.problems()
        world.failing.clear()

        async def came() -> bool:
            await reading.once(0.05)
            return await world.values() == [5, 6, 7]

        await until(came)


async def test_a_handler_may_publish_and_both_commit_or_neither(world: World, hand: Hand) -> None:
    fails = [True, True]  # in the poll, and for its partition alone
    wake = asyncio.Event()

    async def follow_up(session: AsyncSession, event: MeasureCompleted) -> None:
        from shared import outbox

        await outbox.publish(session, scored(event.case_id, 9))
        if fails:
            fails.pop()
            raise Unavailable("away")

    world.extra = follow_up
    await hand.publish(scored(value=1, partition=3))
    async with world.reading(wake) as reading:
        await reading.once(0)
        assert not await world.rows("select 1 from outbox")
        assert not wake.is_set()

        async def came() -> bool:
            await reading.once(0.05)
            return await world.values() == [1]

        await until(came)
    assert len(await world.rows("select 1 from outbox")) == 1
    assert wake.is_set(), "the relay in this process is told"


async def test_a_lost_connection_ends_the_session_and_loses_nothing(
    world: World, hand: Hand
) -> None:
    cut = [True]

    async def die(session: AsyncSession, _: MeasureCompleted) -> None:
        if cut:
            cut.pop()
            await session.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    world.extra = die
    await written(hand, 1, 2)
    with pytest.raises(DBAPIError):
        async with world.reading() as reading:
            await read(reading)
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == [1, 2]
