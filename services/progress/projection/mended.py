"""Cases that nobody could read, and that a switch has mended: what waited for their repair is over.

The version that is switched to has folded them from the log, with all that was set aside of them.
"""

from uuid import UUID

from services.progress.domain.state import readable
from services.progress.models.tables import CONSUMER
from services.progress.models.versions import consumer_of, schema_of
from services.progress.projection.flag_rows import flag_in
from services.progress.projection.incidents import FLAG_UNREADABLE, UNREADABLE
from services.progress.projection.store import Connection
from services.progress.projection.taking_up import BECAUSE


OUTCOME = "taken up by the version that was switched to"
_OPEN = "select case_id from incident where what = $1 and repaired_at is null"
_STATES = "select case_id, state from {built}.case_state where case_id = any($1::uuid[])"
_FLAGS = "select * from {built}.flag where case_id = any($1::uuid[])"
_REPAIRED = """
update incident set repaired_at = now()
where case_id = any($1::uuid[]) and what = $2 and repaired_at is null
"""
# What the new version has set aside itself, for its own reason, is not taken up.
_DONE = """
update parked as row set state = 'done', outcome = $5
where consumer = $1 and key = any($3::text[]) and state in ('blocking', 'waiting')
    and exists (select from parked as head where head.consumer = $1 and head.topic = row.topic
        and head.key = row.key and head.state = 'blocking' and head.cause = $4)
    and not exists (select from parked as own where own.consumer = $2 and own.topic = row.topic
        and own.key = row.key and own.state in ('blocking', 'waiting'))
"""


async def settle(connection: Connection, built: int) -> None:
    """Close their incidents and mark their events as done, in the switch's own transaction.

    Call it while the live version's rows still bear its name.
    """
    schema = schema_of(built)
    cases = await _read(connection, schema)
    await connection.execute(_REPAIRED, cases, UNREADABLE)
    keys = [str(case_id) for case_id in cases]
    await connection.execute(_DONE, CONSUMER, consumer_of(built), keys, BECAUSE, OUTCOME)
    await connection.execute(_REPAIRED, await _flags_read(connection, schema), FLAG_UNREADABLE)


async def _read(connection: Connection, schema: str) -> list[UUID]:
    """Those of the cases that nobody could read that can be read now."""
    waiting = await _waiting(connection, UNREADABLE)
    rows = await connection.fetch(_STATES.format(built=schema), waiting)
    return [row["case_id"] for row in rows if readable(row["state"])]


async def _flags_read(connection: Connection, schema: str) -> list[UUID]:
    waiting = await _waiting(connection, FLAG_UNREADABLE)
    rows = await connection.fetch(_FLAGS.format(built=schema), waiting)
    spoilt = {row["case_id"] for row in rows if flag_in(row) is None}
    return [case_id for case_id in waiting if case_id not in spoilt]


async def _waiting(connection: Connection, what: str) -> list[UUID]:
    return [row["case_id"] for row in await connection.fetch(_OPEN, what)]
