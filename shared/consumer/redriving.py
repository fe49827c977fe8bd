"""Redrive: a key's parked events, in order, handed to the same handlers again."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol
from uuid import UUID

import asyncpg

from shared import outbox
from shared.bus import Record
from shared.consumer import parked
from shared.consumer.failure import Meaning, cause, meaning
from shared.consumer.places import Connection
from shared.log import frames


Handle = Callable[[Record], Awaitable[None]]
MANY = 1_000  # events of one key in one transaction; the rest waits for another wish

_HEAD = "select topic, key, state from parked where parked_id = $1 and consumer = $2"
_KEY = """
select * from parked where consumer = $1 and topic = $2 and key = $3
    and state in ('blocking', 'waiting') order by number limit $4 for update
"""
_STATE = "update parked set state = $2, cause = $3, frames = $4 where parked_id = $1"
_NEXT = """
update parked set state = 'blocking' where parked_id = (
    select parked_id from parked where consumer = $1 and topic = $2 and key = $3
        and state in ('blocking', 'waiting') order by number limit 1)
"""
_OUTCOME = "update parked set outcome = $2 where parked_id = $1"
# The same lock that publishing takes: keys first, then rows, everywhere.
_LOCK_KEY = str(outbox.LOCK.text).replace("cast(:keys as text[])", "$1::text[]")


class Asked(Protocol):
    """What a wish says about one parked item."""

    @property
    def wish_id(self) -> UUID: ...
    @property
    def parked_id(self) -> UUID | None: ...
    @property
    def dry_run(self) -> bool: ...


class _Undo(Exception):
    """Rolls a savepoint back on purpose."""


async def redrive(connection: Connection, consumer: str, wish: Asked, handle: Handle) -> str:
    """Hand a key's parked events, in order, to the handlers again; without the sequence check.

    The first that fails stays, with its new cause, and so does everything behind it. A foreign
    record is never handed on. Errors that mean *wait* are raised: the wish stays open.
    """
    head = await head_of(connection, consumer, wish)
    if head is None:
        return "unknown"
    if head["state"] == parked.FOREIGN:
        return "refused: a foreign record is never handed on"
    rows = await of_key(connection, consumer, head)
    if not rows:
        return "nothing to do"
    async with trying(connection, wish) as tried:
        tried.append(await hand_on(connection, consumer, head, rows, handle))
    return await told(connection, wish, tried)


async def head_of(connection: Connection, consumer: str, wish: Asked) -> asyncpg.Record | None:
    """The item that a wish is about, if it is this consumer's."""
    return await connection.fetchrow(_HEAD, wish.parked_id, consumer)


async def of_key(
    connection: Connection, consumer: str, head: asyncpg.Record
) -> list[asyncpg.Record]:
    """The events that wait under an item's key, in order, locked as publishing locks."""
    await connection.execute(_LOCK_KEY, [head["key"]])
    rows: list[asyncpg.Record] = await connection.fetch(
        _KEY, consumer, head["topic"], head["key"], MANY
    )
    return rows


@asynccontextmanager
async def trying(connection: Connection, wish: Asked) -> AsyncIterator[list[str]]:
    """A savepoint that only a wish which is no dry run keeps; what is done says its outcome."""
    said: list[str] = []
    try:
        async with connection.transaction():
            yield said
            if wish.dry_run:
                raise _Undo
    except _Undo:
        pass


async def told(connection: Connection, wish: Asked, said: list[str]) -> str:
    """The outcome, kept on the item for operations to see."""
    outcome = f"dry run: {said[0]}" if wish.dry_run else said[0]
    await connection.execute(_OUTCOME, wish.parked_id, outcome)
    return outcome


async def failing(connection: Connection, row: asyncpg.Record, handle: Handle) -> Exception | None:
    """Why an event cannot be handled, nothing of it being kept; None when it can be."""
    try:
        async with connection.transaction():
            await handle(parked.kept(row))
            raise _Undo
    except _Undo:
        return None
    except Exception as error:
        if meaning(error) is not Meaning.SET_ASIDE:
            raise
        return error


async def hand_on(
    connection: Connection,
    consumer: str,
    head: asyncpg.Record,
    rows: Sequence[asyncpg.Record],
    handle: Handle,
) -> str:
    """Hand these on until one fails, which then blocks the key; what was skipped stays skipped."""
    left_out = await parked.skipped(connection, [(head["topic"], head["key"])])
    done = 0
    for row in rows:
        record = parked.kept(row)
        if left_out.holds(record):
            await mark(connection, row, parked.SKIPPED)
            continue
        try:
            async with connection.transaction():
                await handle(record)
        except Exception as error:
            if meaning(error) is not Meaning.SET_ASIDE:
                raise
            why = cause(error)
            said = (parked.BLOCKING, why, "\n".join(frames(error)))
            await connection.execute(_STATE, row["parked_id"], *said)
            return f"{done} handed on, then {why}"
        await mark(connection, row, parked.DONE)
        done += 1
    await connection.execute(_NEXT, consumer, head["topic"], head["key"])
    return f"{done} handed on"


async def mark(connection: Connection, row: asyncpg.Record, state: str) -> None:
    """Say what became of a parked event; why it was parked stays."""
    await connection.execute(_STATE, row["parked_id"], state, row["cause"], row["frames"])
