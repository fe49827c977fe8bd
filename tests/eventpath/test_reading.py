"""The reader: each event once, in its key's order, whatever the log or another owner does.

Interleavings 5 and 9, bad events, waiting; with the controls that count wrong.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from shared import health
from shared.bus import Message, Partition, Record
from shared.consumer import batch, places
from shared.consumer.batch import Batch
from shared.consumer.reading import OtherGeneration
from shared.consumer.running import connected
from shared.consumer.sorting import Clash, Place, Sorted
from shared.errors import Unavailable
from shared.events.goals import MeasureCompleted
from shared.memory import MemoryBus
from tests.eventpath.world import PUBLISHER, READER, World, read, relayed, scored, until
from tests.harness import Hand, Harness


PART = Partition(PUBLISHER, 3)


@pytest.fixture
async def hand(memory: MemoryBus) -> Hand:
    """The publisher's log, written by hand."""
    return await Hand(memory, PUBLISHER).begin()


async def written(hand: Hand, *values: int) -> None:
    """Events of different cases, all in one partition."""
    await hand.publish(*(scored(value=value, partition=PART.partition) for value in values))


async def place_of(world: World) -> Place:
    async with connected(world.settings, READER, world.consumer) as connection:
        raw = await batch.driver(connection)
        return (await places.all_of(raw, READER))[PART]


async def test_what_was_read_is_not_read_again_after_a_restart(world: World, hand: Hand) -> None:
    await written(hand, 1, 2)
    for value in (3, 4):
        async with world.reading() as reading:
            await read(reading)
            await written(hand, value)
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == [1, 2, 3, 4]
    place = await place_of(world)
    assert (place.next_offset, place.last_sequence) == (5, 4)


async def test_types_that_are_not_listed_are_passed_over(world: World, hand: Hand) -> None:
    unlisted = await hand.message(scored(partition=3), 1)
    headers = [(k, b"goals.goal_set" if k == "ce_type" else v) for k, v in unlisted.headers]
    await hand.put(unlisted._replace(headers=headers, value=b"not even JSON"))
    hand.newest[3] = 1
    await written(hand, 2)
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == [2]
    assert (await place_of(world)).last_sequence == 2


async def test_a_second_reader_of_a_name_stands_by(world: World, hand: Hand) -> None:
    async with world.reading():
        with pytest.raises(AssertionError, match="at work"):
            async with world.reading():
                pass


async def test_another_generation_of_the_topic_is_refused(world: World, memory: MemoryBus) -> None:
    await Hand(memory, PUBLISHER).begin()
    async with world.reading() as reading:
        await read(reading)
    for partition in range(12):
        memory.cut(PUBLISHER, partition, 0)
    await Hand(memory, PUBLISHER).begin()
    with pytest.raises(OtherGeneration):
        async with world.reading():
            pass


async def test_one_number_for_two_events_stops_the_reader(world: World, hand: Hand) -> None:
    await written(hand, 1)
    async with world.reading() as reading:
        await read(reading)
        await hand.put(await hand.message(scored(partition=3), 1))
        with pytest.raises(Clash):
            await reading.once(0)


TAIL = {"below": [4], "exactly at": [4, 5], "beyond": [4, 5, 6, 7, 8]}


@pytest.mark.parametrize("fresh", TAIL.values(), ids=TAIL.keys())
@pytest.mark.parametrize("restarts", [False, True], ids=["goes on", "restarts"])
async def test_a_tail_cut_after_it_was_read_and_grown_again(
    world: World, memory: MemoryBus, hand: Hand, fresh: list[int], restarts: bool
) -> None:
    """Interleaving 5: with repeats in the log, so that the numbers come at other offsets."""
    first, second, third = (scored(value=value, partition=3) for value in (1, 2, 3))
    await hand.publish(first, second)
    await hand.put(await hand.message(second, 2))
    await hand.publish(third)
    await hand.put(await hand.message(third, 3))
    async with world.reading() as reading:
        await read(reading)
        memory.cut(*PART, 2)
        await hand.put(await hand.message(second, 2))
        await hand.put(await hand.message(third, 3))
        await written(hand, *fresh)
        await hand.mark()
        if not restarts:
            await read_on(reading)
    if restarts:
        async with world.reading() as reading:
            await read_on(reading)
    assert await world.values() == [1, 2, 3, *fresh]


async def read_on(reading: object) -> None:
    """Read, look for holes as each second does, read again."""
    for _ in range(3):
        await read(reading)  # type: ignore[arg-type]
        await reading.tick()  # type: ignore[attr-defined]
    await read(reading)  # type: ignore[arg-type]


async def test_a_hole_is_alarmed_asked_for_and_filled(
    world: World, memory: MemoryBus, hand: Hand
) -> None:
    await written(hand, 1)
    second, third = (scored(value=value, partition=3) for value in (2, 3))
    await hand.put(await hand.message(third, 3))
    hand.newest[3] = 3
    await hand.mark()
    async with world.reading() as reading:
        await read_on(reading)
        assert await world.values() == [1]
        asked = [r for r in memory.logs["watermarks"][0] if r.key == PUBLISHER.encode()]
        assert dict(asked[-1].headers)["ce_type"] == b"tidemark.compare"
        await hand.put(await hand.message(second, 2))
        await hand.put(await hand.message(third, 3))
        await read_on(reading)
    assert await world.values() == [1, 2, 3]


class OldOwner(Batch):
    """Stands still in the middle of its transaction."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.inside, self.go_on = asyncio.Event(), asyncio.Event()

    async def hand_over(self, session: AsyncSession, record: Record) -> None:
        """Handle it, then wait."""
        await super().hand_over(session, record)
        self.inside.set()
        await self.go_on.wait()


async def two_owners(world: World, memory: MemoryBus, made: bool) -> list[int]:
    """The old owner is inside its first transaction when the new one takes the same records."""
    records: dict[Partition, Sequence[Record]] = {PART: memory.logs[PUBLISHER][PART.partition]}
    async with (
        connected(world.settings, READER, world.consumer) as one,
        connected(world.settings, READER, world.consumer) as two,
    ):
        if made:
            await places.make(await batch.driver(one), READER, [PUBLISHER], 12)
        old = OldOwner(one, world.consumer, world.settings)
        new = Batch(two, world.consumer, world.settings)
        first = asyncio.create_task(old.apply(records))
        await old.inside.wait()
        second = asyncio.create_task(new.apply(records))
        waiting = "select 1 from pg_locks where not granted"

        async def second_waits_or_is_done() -> bool:
            return second.done() or bool(await world.rows(waiting))

        await until(second_waits_or_is_done)
        old.go_on.set()
        with suppress(KeyError):
            await first
        with suppress(KeyError):
            await second
    return await world.values()


async def test_the_old_owner_commits_inside_the_new_owners_first_transaction(
    world: World, memory: MemoryBus, hand: Hand
) -> None:
    """Interleaving 9, on the very first row."""
    await written(hand, 1, 2)
    assert await two_owners(world, memory, made=True) == [1, 2]


async def test_control_without_the_rows_lock_two_owners_count_twice(
    world: World, memory: MemoryBus, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places are looked at, not locked, and no key's lock is taken: as without a row to meet on."""

    async def unlocked(connection: places.Connection, consumer: str, parts: object) -> object:
        return {PART: Place()}

    async def no_keys(self: Batch, session: AsyncSession, records: object) -> None:
        await session.execute(text("select 1"))

    monkeypatch.setattr(places, "lock", unlocked)
    monkeypatch.setattr(Batch, "_lock", no_keys)
    await written(hand, 1, 2)
    assert sorted(await two_owners(world, memory, made=True)) == [1, 1, 2, 2]


async def test_two_topics_of_one_case_and_two_owners_do_not_block_each_other_for_ever(
    world: World, memory: MemoryBus, hand: Hand
) -> None:
    """Interleaving 9, last part: both own both, and take them in opposite order."""
    other = await Hand(memory, "intake").begin()
    event = scored(value=1, partition=3)
    await hand.publish(event)
    here = {PART: list(memory.logs[PUBLISHER][3])}
    there = {Partition("intake", 3): list(memory.logs["intake"][3])}
    assert other.publisher == "intake"
    async with (
        connected(world.settings, READER, world.consumer) as one,
        connected(world.settings, READER, world.consumer) as two,
    ):
        await places.make(await batch.driver(one), READER, [PUBLISHER, "intake"], 12)
        first = Batch(one, world.consumer, world.settings).apply({**here, **there})
        second = Batch(two, world.consumer, world.settings).apply({**there, **here})
        await asyncio.gather(first, second)
    assert await world.values() == [1]


async def test_control_without_the_sequence_check_a_repeat_is_handled_twice(
    world: World, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consumer that goes by offsets: late copies count twice, early ones come too early."""

    def by_offset(records: Sequence[Record], place: Place, publisher: str) -> Sorted:
        fresh = [r for r in records if r.offset >= max(1, place.next_offset)]
        at = replace(place, next_offset=records[-1].offset + 1)
        return Sorted(at, next=fresh, repeats=1)

    first, second = scored(value=1, partition=3), scored(value=2, partition=3)
    for event, number in ((second, 2), (first, 1), (second, 2)):
        await hand.put(await hand.message(event, number))
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == [1, 2]
    await world.rows("truncate effect, consumed")
    monkeypatch.setattr(batch, "sort", by_offset)
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == [2, 1, 2]


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

    async def follow_up(session: AsyncSession, event: MeasureCompleted) -> None:
        from shared import outbox

        await outbox.publish(session, scored(event.case_id, 9))
        if fails:
            fails.pop()
            raise Unavailable("away")

    world.extra = follow_up
    await hand.publish(scored(value=1, partition=3))
    async with world.reading() as reading:
        await reading.once(0)
        assert not await world.rows("select 1 from outbox")

        async def came() -> bool:
            await reading.once(0.05)
            return await world.values() == [1]

        await until(came)
    assert len(await world.rows("select 1 from outbox")) == 1


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


async def test_the_harness_settles_what_a_relay_sends(world: World) -> None:
    async with Harness(world.settings).over(goals=None, notifications=world.consumer) as harness:
        await world.publish(scored(uuid4(), 1), scored(uuid4(), 2))
        await harness.settles()
        await harness.marks()
    assert sorted(await world.values()) == [1, 2]
    rows = await world.rows("select current_to from reading")
    assert rows[0]["current_to"] is not None


async def test_a_message_without_key_is_read_like_any_other(world: World, hand: Hand) -> None:
    message = await hand.message(scored(value=1, partition=3), 1)
    await hand.put(Message(3, b"", message.value, message.headers))
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == [1]


async def test_a_relay_and_a_reader_in_turn(world: World) -> None:
    case = uuid4()
    async with world.relaying() as turn, world.reading() as reading:
        for value in range(5):
            await world.publish(scored(case, value))
            await relayed(turn)
            await read(reading)
    assert await world.values() == [0, 1, 2, 3, 4]
