"""What operators asked for: pause, resume, redrive; the worker does it, under its own role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
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

_OPEN = """
select wish_id, act, parked_id, dry_run, sub, role from wish
where consumer = $1 and done_at is null order by number
"""
_TAKE = "select 1 from wish where wish_id = $1 and done_at is null for update skip locked"
_DONE = "update wish set done_at = now(), outcome = $2 where wish_id = $1"
_PAUSE = "update consumed set paused_since = coalesce(paused_since, now()) where consumer = $1"
_RESUME = "update consumed set paused_since = null where consumer = $1"
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
_AUDIT = """
insert into audit (sub, role, act, subject_id, reason_code) values ($1, $2, $3, $4, $5)
"""
# The same lock that publishing takes: keys first, then rows, everywhere.
_LOCK_KEY = str(outbox.LOCK.text).replace("cast(:keys as text[])", "$1::text[]")


@dataclass(frozen=True)
class Wish:
    """One act that somebody with the role operations asked for."""

    wish_id: UUID
    act: str
    parked_id: UUID | None
    dry_run: bool
    sub: str
    role: str


class _Undo(Exception):
    """Rolls a savepoint back on purpose."""


async def asked(connection: Connection, consumer: str) -> list[Wish]:
    """Wishes of this consumer that nobody has carried out, oldest first."""
    return [Wish(**row) for row in await connection.fetch(_OPEN, consumer)]


async def carry_out(
    connection: Connection, consumer: str, wish: Wish, handle: Handle
) -> str | None:
    """Carry one wish out, inside the caller's transaction; what came of it, or None if it was done.

    Doing it twice changes nothing: the row is taken first, and marked in the same transaction.
    """
    if not await connection.fetchval(_TAKE, wish.wish_id):
        return None
    if wish.act == "redrive":
        outcome = await redrive(connection, consumer, wish, handle)
    else:
        await connection.execute(_PAUSE if wish.act == "pause" else _RESUME, consumer)
        outcome = "done"
    await connection.execute(_DONE, wish.wish_id, outcome)
    subject = wish.parked_id or wish.wish_id
    act = f"consumer_{wish.act}" + ("_dry_run" if wish.dry_run else "")
    await connection.execute(_AUDIT, wish.sub, wish.role, act, subject, None)
    return outcome


async def redrive(connection: Connection, consumer: str, wish: Wish, handle: Handle) -> str:
    """Hand a key's parked events, in order, to the handlers again; without the sequence check.

    The first that fails stays, with its new cause, and so does everything behind it. A foreign
    record is never handed on. Errors that mean *wait* are raised: the wish stays open.
    """
    head = await connection.fetchrow(_HEAD, wish.parked_id, consumer)
    if head is None:
        return "unknown"
    if head["state"] == parked.FOREIGN:
        return "refused: a foreign record is never handed on"
    await connection.execute(_LOCK_KEY, [head["key"]])
    rows = await connection.fetch(_KEY, consumer, head["topic"], head["key"], MANY)
    if not rows:
        return "nothing to do"
    outcome = ""
    try:
        async with connection.transaction():
            outcome = await _hand_on(connection, consumer, rows, handle)
            if wish.dry_run:
                raise _Undo
    except _Undo:
        outcome = f"dry run: {outcome}"
    await connection.execute(_OUTCOME, wish.parked_id, outcome)
    return outcome


async def _hand_on(
    connection: Connection, consumer: str, rows: list[asyncpg.Record], handle: Handle
) -> str:
    for done, row in enumerate(rows):
        try:
            async with connection.transaction():
                await handle(parked.kept(row))
        except Exception as error:
            if meaning(error) is not Meaning.SET_ASIDE:
                raise
            why = cause(error)
            await connection.execute(
                _STATE, row["parked_id"], parked.BLOCKING, why, "\n".join(frames(error))
            )
            return f"{done} handed on, then {why}"
        await connection.execute(_STATE, row["parked_id"], parked.DONE, row["cause"], row["frames"])
    await connection.execute(_NEXT, consumer, rows[0]["topic"], rows[0]["key"])
    return f"{len(rows)} handed on"
