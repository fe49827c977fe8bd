"""A pause holds from the wish on, and outlives the process."""

from uuid import uuid4

from tests.eventpath.parking import wished
from tests.eventpath.world import World, read, relayed, scored
from tests.harness import Hand


async def test_a_pause_outlives_the_process(world: World) -> None:
    async with world.relaying() as turn:
        async with world.reading() as reading:
            await wished(world, "pause")
            await reading.tick()
            await world.publish(scored(uuid4(), 1))
            await relayed(turn)
            await read(reading)
            assert reading.paused
        async with world.reading() as reading:
            await read(reading)
            assert await world.values() == []
            await wished(world, "resume")
            await reading.tick()
            await read(reading)
    assert await world.values() == [1]


async def test_a_pause_between_two_polls_lets_nothing_through(world: World, hand: Hand) -> None:
    """The row says it, not the process: a poll that is under way finds it under its lock."""
    async with world.reading() as reading:
        await hand.publish(scored(value=1, partition=3))
        await world.rows("update consumed set paused_since = now()")
        await reading.once(0)
        assert await world.values() == []
        assert reading.paused
        await wished(world, "resume")
        await reading.tick()
        await read(reading)
    assert await world.values() == [1]


async def test_what_comes_after_the_wish_to_pause_is_not_read(world: World, hand: Hand) -> None:
    """No tick has passed: whoever asks and then acts can rely on the order of the two."""
    async with world.reading() as reading:
        await wished(world, "pause")
        await hand.publish(scored(value=1, partition=3))
        await reading.once(0)
        assert reading.paused
        assert await world.values() == []
        await wished(world, "resume")
        await reading.tick()
        await read(reading)
    assert await world.values() == [1]
