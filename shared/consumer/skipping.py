"""Skip: one event that nobody can read is left out for good, and those behind it are handed on.

It never happens because one person wished it: who asks and who confirms are two.
"""

import asyncpg

from shared.consumer import parked
from shared.consumer.places import Connection
from shared.consumer.redriving import (
    Asked,
    Handle,
    failing,
    hand_on,
    head_of,
    mark,
    of_key,
    told,
    trying,
)
from shared.errors import NotItsOwn


READABLE = "refused: it can be read after all, redrive it"
NOT_ITS_OWN = "refused: it is not the event that cannot be read, but what is known of its case"
ALONE = "refused: a second person has to confirm it"
WAITS = "refused: it waits behind another"

_CONFIRMED = """
update wish as asked set done_at = now(), outcome = 'confirmed' from wish as confirming
where confirming.wish_id = $1 and confirming.confirms = asked.wish_id
    and asked.act = 'ask_skip' and asked.done_at is null
    and asked.parked_id = confirming.parked_id and asked.sub <> confirming.sub
returning asked.wish_id
"""


_WITHDRAWN = """
update wish as asked set done_at = now(), outcome = 'withdrawn' from wish as answer
where answer.wish_id = $1 and answer.confirms = asked.wish_id
    and asked.act = 'ask_skip' and asked.done_at is null
returning asked.wish_id
"""


async def withdraw(connection: Connection, wish: Asked) -> str:
    """End the ask that this wish answers; one that has ended stays as it is."""
    done = await connection.fetchval(_WITHDRAWN, wish.wish_id)
    return "withdrawn" if done else "nothing to do"


async def skip(connection: Connection, consumer: str, wish: Asked, handle: Handle) -> str:
    """Leave out the event that blocks its key, and hand on what waits behind it, in order.

    Its bytes are kept. Only what still cannot be handled is skipped, and only where two people
    agreed, which is looked up here: the role that writes wishes does not decide. A dry run needs
    one person and keeps nothing. Twice changes nothing.
    """
    head = await head_of(connection, consumer, wish)
    if head is None:
        return "unknown"
    rows = await of_key(connection, consumer, head)
    first = next((row for row in rows if row["parked_id"] == wish.parked_id), None)
    if first is None:
        return "nothing to do"
    if refused := await _refused(connection, wish, first, handle):
        return await told(connection, wish, [refused])
    async with trying(connection, wish) as tried:
        await mark(connection, first, parked.SKIPPED)
        outcome = await hand_on(connection, consumer, head, rows[1:], handle)
        tried.append(f"skipped, {outcome}")
    return await told(connection, wish, tried)


async def _refused(
    connection: Connection, wish: Asked, row: asyncpg.Record, handle: Handle
) -> str | None:
    if row["state"] != parked.BLOCKING:
        return WAITS
    if not wish.dry_run and not await connection.fetchval(_CONFIRMED, wish.wish_id):
        return ALONE
    error = await failing(connection, row, handle)
    if error is None:
        return READABLE
    return NOT_ITS_OWN if isinstance(error, NotItsOwn) else None
