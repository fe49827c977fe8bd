"""What operators asked for: pause, resume, redrive, skip or not; the worker does it, as itself."""

from dataclasses import dataclass, replace
from uuid import UUID

from shared.consumer.places import Connection
from shared.consumer.redriving import Handle, redrive
from shared.consumer.skipping import skip, withdraw


_OPEN = """
select wish_id, act, parked_id, dry_run, sub, role from wish
where consumer = $1 and done_at is null and act <> 'ask_skip' order by number
"""
# The row may be one that another version had set aside when it was asked for: a switch came
# between. Then it is about the same record as this reader has set it aside itself.
_TAKE = """
select wish.parked_id, coalesce(ours.parked_id, wish.parked_id) as about
from wish left join parked as named on named.parked_id = wish.parked_id
    left join parked as ours on ours.consumer = wish.consumer and ours.topic = named.topic
        and ours.partition = named.partition and ours."offset" = named."offset"
        and ours.digest = named.digest
where wish_id = $1 and done_at is null for update of wish skip locked
"""
_MOVED = "update wish set parked_id = $2 where wish_id = $1"
_DONE = "update wish set done_at = now(), outcome = $2 where wish_id = $1"
_PAUSE = "update consumed set paused_since = coalesce(paused_since, now()) where consumer = $1"
_RESUME = "update consumed set paused_since = null where consumer = $1"
_AUDIT = """
insert into audit (sub, role, act, subject_id, reason_code) values ($1, $2, $3, $4, $5)
"""


@dataclass(frozen=True)
class Wish:
    """One act that somebody with the role operations asked for."""

    wish_id: UUID
    act: str
    parked_id: UUID | None
    dry_run: bool
    sub: str
    role: str


async def asked(connection: Connection, consumer: str) -> list[Wish]:
    """Wishes of this consumer that nobody has carried out, oldest first."""
    return [Wish(**row) for row in await connection.fetch(_OPEN, consumer)]


async def carry_out(
    connection: Connection, consumer: str, wish: Wish, handle: Handle
) -> str | None:
    """Carry one wish out, inside the caller's transaction; what came of it, or None if it was done.

    Doing it twice changes nothing: the row is taken first, and marked in the same transaction.
    """
    taken = await _taken(connection, wish)
    if taken is None:
        return None
    wish = taken
    if wish.act == "redrive":
        outcome = await redrive(connection, consumer, wish, handle)
    elif wish.act == "skip":
        outcome = await skip(connection, consumer, wish, handle)
    elif wish.act == "withdraw_skip":
        outcome = await withdraw(connection, wish)
    else:
        await connection.execute(_PAUSE if wish.act == "pause" else _RESUME, consumer)
        outcome = "done"
    await connection.execute(_DONE, wish.wish_id, outcome)
    subject = wish.parked_id or wish.wish_id
    act = f"consumer_{wish.act}" + ("_dry_run" if wish.dry_run else "")
    await connection.execute(_AUDIT, wish.sub, wish.role, act, subject, None)
    return outcome


async def _taken(connection: Connection, wish: Wish) -> Wish | None:
    """The wish as it is by now, locked; None when it was carried out, or somebody is at it."""
    row = await connection.fetchrow(_TAKE, wish.wish_id)
    if row is None:
        return None
    if row["about"] != row["parked_id"]:
        await connection.execute(_MOVED, wish.wish_id, row["about"])
    return replace(wish, parked_id=row["about"])
