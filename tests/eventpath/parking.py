"""Wishes about what was set aside, and what became of them."""

from uuid import UUID

from shared.consumer.reading import Reading
from tests.eventpath.world import READER, World, read, scored
from tests.harness import Hand


WISH = """
insert into wish (consumer, act, parked_id, dry_run, reason, sub, role)
values ($1, $2, $3, $4, 'test', 'ops', 'operations') returning wish_id
"""


async def wished(world: World, act: str, parked_id: UUID | None = None, dry: bool = False) -> UUID:
    wish_id: UUID = (await world.rows(WISH, READER, act, parked_id, dry))[0][0]
    return wish_id


async def outcome(world: World, wish_id: UUID) -> str:
    rows = await world.rows("select outcome from wish where wish_id = $1", wish_id)
    return str(rows[0][0])


async def head(world: World) -> UUID:
    rows = await world.rows("select parked_id from parked where state = 'blocking'")
    found: UUID = rows[0][0]
    return found


async def states(world: World) -> list[str]:
    rows = await world.rows("select state from parked order by number")
    return [row["state"] for row in rows]


async def poisoned(world: World, hand: Hand, reading: Reading) -> UUID:
    """a1 is handled, a2 fails, a3 queues behind it, b goes on."""
    case, other = scored(partition=3).case_id, scored(partition=3).case_id
    await hand.publish(scored(case, 1))
    await read(reading)
    world.failing[case] = KeyError()
    await hand.publish(scored(case, 2), scored(case, 3), scored(other, 100))
    await read(reading)
    assert await world.values() == [1, 100]
    assert await states(world) == ["blocking", "waiting"]
    return case
