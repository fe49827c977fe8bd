"""Events that are published, and what became of them."""

from tests.eventpath.world import PART, World, read, scored


async def published(world: World, *values: int) -> None:
    """Events of different cases, all in one partition."""
    for value in values:
        await world.publish(scored(value=value, partition=PART.partition))


async def assert_all_read(world: World, *values: int) -> None:
    async with world.reading() as reading:
        await read(reading)
    assert await world.values() == list(values)
