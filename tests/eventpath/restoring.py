"""A database that is restored from a backup, and the wish for a new incarnation."""

from collections.abc import Sequence

import asyncpg

from tests.eventpath.world import PUBLISHER, World, scored


WISH = "insert into relay_wish (reason, sub) values ('restored', 'sam')"
KEPT = ("outbox", "relay_identity", "relay_batch")


async def wish(world: World) -> None:
    await world.rows(WISH, of=PUBLISHER)


async def outcome(world: World) -> str:
    [row] = await world.rows("select outcome, done_at from relay_wish", of=PUBLISHER)
    assert row["done_at"] is not None
    return str(row["outcome"])


async def happens(world: World, *values: int) -> None:
    """Events published, relayed and read."""
    await world.publish(*(scored(value=value) for value in values))
    await world.moved()


async def backup(world: World) -> dict[str, Sequence[asyncpg.Record]]:
    """What a backup of the publisher's database would hold."""
    return {name: await world.rows(f"select * from {name}", of=PUBLISHER) for name in KEPT}


async def restore(world: World, held: dict[str, Sequence[asyncpg.Record]]) -> None:
    """The publisher's database as it was."""
    for name, rows in held.items():
        await world.rows(f"truncate {name}", of=PUBLISHER)
        for row in rows:
            columns = ", ".join(row.keys())
            marks = ", ".join(f"${n + 1}" for n in range(len(row)))
            statement = f"insert into {name} ({columns}) overriding system value values ({marks})"
            await world.rows(statement, *row.values(), of=PUBLISHER)


async def incarnations(world: World) -> set[str]:
    """Under which incarnations the reader stands."""
    rows = await world.rows("select distinct incarnation from consumed")
    return {row["incarnation"].partition("-")[0] for row in rows}
