"""The reader: each event once, in its key's order, whatever the log or another owner does.

Interleaving 5, and the control that counts wrong.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from shared import consumer, health
from shared.bus import Message, Record
from shared.consumer import batch, places
from shared.consumer.reading import OtherGeneration
from shared.consumer.running import connected
from shared.consumer.sorting import Clash, Place, Sorted
from shared.memory import MemoryBus
from tests.eventpath.world import (
    PART,
    PUBLISHER,
    READER,
    World,
    read,
    relayed,
    scored,
    until,
    written,
)
from tests.harness import Hand, Harness


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


async def test_it_ends_no_process_in_which_others_serve_people(world: World, hand: Hand) -> None:
    await written(hand, 1)
    stop = asyncio.Event()
    running = consumer.run(world.bus, world.settings, READER, world.consumer, stop)
    task = asyncio.create_task(running)
    await until(world.effects)
    await hand.put(await hand.message(scored(partition=3), 1))
    await until(lambda: "number of another event" in health.problems().get("reader", ""))
    assert not task.done()
    stop.set()
    await asyncio.wait_for(task, 60)
    health.going("reader")


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
    await world.rows("truncate effect, consumed, reading")
    monkeypatch.setattr(batch, "sort", by_offset)
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == [2, 1, 2]


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
