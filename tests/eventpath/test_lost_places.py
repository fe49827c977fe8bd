"""A row of `consumed` that is gone is noticed, and made again where the reader had got to."""

import asyncpg
import pytest

from shared.consumer import restoring
from shared.consumer.places import LostPlace
from shared.consumer.sorting import Place
from shared.memory import MemoryBus
from tests.eventpath.world import PART, PUBLISHER, READER, World, read, written
from tests.harness import Hand


ONE = f"delete from consumed where topic = '{PUBLISHER}' and partition = {PART.partition}"
ALL = "delete from consumed"
ANEW = "insert into consumed (consumer, topic, partition) values ($1, $2, $3)"


async def read_all(world: World) -> None:
    """One session of the reader: everything is taken in, and Kafka is told so."""
    async with world.reading() as reading:
        await read(reading)
        await reading.tick()


async def restored(world: World, beginning: bool = False) -> dict[int, Place]:
    """What `make restore-place` does; the places by their partitions' numbers."""
    connection = await asyncpg.connect(world.settings.database(READER, "worker"))
    try:
        async with connection.transaction():
            given = (world.bus, connection, READER, world.settings.partitions, beginning)
            found = await restoring.restore(*given)
    finally:
        await connection.close()
    return {part.partition: place for part, place in found.items()}


async def refused(world: World) -> None:
    """The reader refuses to read, and names the command."""
    with pytest.raises(LostPlace, match="make restore-place"):
        async with world.reading():
            pass


@pytest.mark.parametrize(("gone", "count"), [(ONE, 1), (ALL, 12)])
async def test_a_place_that_is_gone_stops_the_reader_and_one_command_finds_it(
    world: World, hand: Hand, gone: str, count: int
) -> None:
    await written(hand, 1, 2, 3)
    await read_all(world)
    before = await world.rows("select * from consumed order by topic, partition")
    await world.rows(gone)
    await written(hand, 4)
    await refused(world)
    assert await world.values() == [1, 2, 3]
    found = await restored(world)
    assert len(found) == count
    assert (found[PART.partition].last_sequence, found[PART.partition].next_offset) == (3, 4)
    after = await world.rows("select * from consumed order by topic, partition")
    assert after == before, "number, event, generation: all as it was"
    await read_all(world)
    assert await world.values() == [1, 2, 3, 4], "each once"
    assert await restored(world) == {}


@pytest.mark.parametrize("gone", [ONE, ALL])
async def test_control_made_anew_without_asking_everything_would_be_handled_twice(
    world: World, hand: Hand, gone: str
) -> None:
    await written(hand, 1, 2)
    await read_all(world)
    await world.rows(gone)
    if gone == ONE:
        await world.rows(ANEW, READER, PUBLISHER, PART.partition)
    else:
        await world.rows("delete from reading")  # then nothing says that anything was ever read
    await read_all(world)
    assert await world.values() == [1, 2, 1, 2]


async def test_a_place_that_goes_while_it_is_read_ends_the_session_and_nothing_is_read_on(
    world: World, hand: Hand
) -> None:
    await written(hand, 1)
    async with world.reading() as reading:
        await read(reading)
        await reading.tick()
        await world.rows(ONE)
        await written(hand, 2)
        with pytest.raises(KeyError):  # which ends the process; the next one refuses
            await read(reading)
    assert await world.values() == [1]
    await refused(world)


async def test_what_kafka_was_not_told_yet_is_handled_once_more_and_nothing_is_left_out(
    world: World, hand: Hand
) -> None:
    await written(hand, 1, 2)
    await read_all(world)
    await written(hand, 3)
    async with world.reading() as reading:
        await read(reading)  # and dies before it tells
    await world.rows(ONE)
    assert (await restored(world))[PART.partition].last_sequence == 2
    await written(hand, 4)
    await read_all(world)
    assert await world.values() == [1, 2, 3, 3, 4]


async def test_where_kafka_does_not_know_either_somebody_has_to_say_so(
    world: World, memory: MemoryBus, hand: Hand
) -> None:
    await written(hand, 1, 2)
    await read_all(world)
    await world.rows(ONE)
    memory.told.clear()
    with pytest.raises(LostPlace, match=f"does not know either how far {READER} read goals 3"):
        await restored(world)
    await refused(world)  # nothing was made
    assert (await restored(world, beginning=True))[PART.partition] == Place()
    await read_all(world)
    assert await world.values() == [1, 2, 1, 2]
