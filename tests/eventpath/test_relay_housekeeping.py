"""Housekeeping takes what is old, and never what still counts."""

from tests.eventpath.relaying import published
from tests.eventpath.world import PUBLISHER, World, relayed


async def test_housekeeping_takes_what_is_old_and_leaves_what_counts(world: World) -> None:
    await published(world, 1, 2)
    async with world.relaying() as turn:
        await relayed(turn)
        await published(world, 3)
        await relayed(turn)
        await world.rows(
            "update relay_batch set at = now() - interval '8 days' where number = 1", of=PUBLISHER
        )
        await turn.watch(idle=True)
        await turn.watch(idle=True)
    assert len(await world.rows("select 1 from outbox", of=PUBLISHER)) == 1
    assert [r[0] for r in await world.rows("select number from relay_batch", of=PUBLISHER)] == [2]
    await published(world, 4)
    await world.moved()
    assert await world.numbers(3) == [1, 2, 3, 4]


async def test_of_the_batches_long_past_every_hundredth_place_is_kept(world: World) -> None:
    batches = """
        insert into relay_batch (number, newest, place_offsets, place_numbers)
        select n, array_fill(0, array[12]), array_fill(-1, array[12]), array_fill(0, array[12])
        from generate_series(1, 10250) as n
    """
    await world.rows(batches, of=PUBLISHER)
    async with world.relaying() as turn:
        await turn.watch(idle=True)
    kept = await world.rows("select number from relay_batch where number < 250", of=PUBLISHER)
    assert [row["number"] for row in kept] == [100, 200]
    assert len(await world.rows("select 1 from relay_batch", of=PUBLISHER)) == 10_003
    await published(world, 1)
    await world.moved()
    assert await world.values() == [1]


async def test_housekeeping_never_takes_what_was_not_acknowledged(world: World) -> None:
    await published(world, 1)
    async with world.relaying() as turn:
        await world.rows("update outbox set written_at = now() - interval '30 days'", of=PUBLISHER)
        await turn.watch(idle=True)
        await relayed(turn)
        assert await world.numbers(3) == [1]
