"""Publishing is an INSERT in the business transaction, and nothing else; the relay moves rows."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    insert,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events import Event, classes
from shared.log import traceparent


if TYPE_CHECKING:
    import asyncpg


LIMIT = 900_000  # bytes: a row that Kafka would refuse must never get in

outbox = Table(
    "outbox",
    MetaData(),
    Column("pos", BigInteger, Identity(always=True, cache=1), primary_key=True),
    Column("key", Text, nullable=False),
    Column("id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("clinic_id", Uuid, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("headers", JSONB, nullable=False),
    # When the fact was recorded (ce_time), and when this transaction started: watermarks count the
    # second, or seeded facts of last year would hold them back.
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("written_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    # Empty until the relay takes the row.
    Column("batch", BigInteger),
    Column("partition", Integer),
    Column("sequence", BigInteger),
)

# Sorted by the number that is locked, so that no two transactions wait for each other in a ring.
LOCK = text("""
    select pg_advisory_xact_lock(number) from (
        select distinct hashtextextended(key, 0) as number from unnest(cast(:keys as text[])) as key
        order by number
    ) as numbers
""")


async def lock(session: AsyncSession, *keys: object) -> None:
    """Wait until this transaction alone may change what belongs to `keys`, until it ends.

    A command that locks or changes rows calls this first: keys, then rows, everywhere. Held until
    the commit, so the outbox's order within a key is the order in which transactions committed.
    """
    await session.execute(LOCK, {"keys": sorted({str(key) for key in keys})})


async def publish(session: AsyncSession, *events: Event) -> None:
    """Put events into the outbox, in this transaction and in this order.

    ValueError when an event would be refused later: it must never get in. The ids are remembered in
    `session.info["events"]`, from which an answer's `Tidemark-Event` header is made.
    """
    if not events:
        return
    rows = [_row(event) | {"headers": {"traceparent": traceparent()}} for event in events]
    await lock(session, *(event.key for event in events))
    await session.execute(insert(outbox).inline(), rows)
    session.info.setdefault("events", []).extend(event.event_id for event in events)


def published(session: AsyncSession) -> Sequence[UUID]:
    """Ids of the events that this transaction has put into the outbox, oldest first."""
    ids: list[UUID] = session.info.get("events", [])
    return ids


def _row(event: Event) -> dict[str, object]:
    data = event.data()
    if type(event) is not classes.get(event.type) or len(data) > LIMIT:
        raise ValueError(f"{event.type} {event.event_id} is not an event that may be published")
    return {
        "key": event.key,
        "id": event.event_id,
        "type": event.type,
        "clinic_id": event.clinic_id,
        "data": data,
        "occurred_at": event.occurred_at,
    }


_PUT = """
insert into outbox (key, id, type, clinic_id, data, headers, occurred_at)
select key, id, type, clinic_id, data, $7::text::jsonb, occurred_at
from unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::bytea[], $6::timestamptz[])
    with ordinality as rows (key, id, type, clinic_id, data, occurred_at, place)
order by place on conflict (id) do nothing
"""


async def put(connection: "asyncpg.Connection[asyncpg.Record]", *events: Event) -> None:
    """As `publish`, in a transaction of a bare connection that holds the keys' locks already.

    For readers only, which lock what a batch touches before anything else, and whose events are
    derived: the same cause makes the same event, so one that is there already is not put again.
    """
    rows = [_row(event) for event in events]
    names = ("key", "id", "type", "clinic_id", "data", "occurred_at")
    columns = [[row[name] for row in rows] for name in names]
    headers = json.dumps({"traceparent": traceparent()})  # one batch, one trace
    await connection.execute(_PUT, *columns, headers)
