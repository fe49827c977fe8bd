"""Tables: the projection, in a schema for each version, and what people did, which outlives it.

A version's schema is made from these functions and never migrated: a change is a new version,
filled by reading everything again (models/versions.py). Everybody reads and writes the views in
`live`, which say which version counts.
"""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from shared.partitions import partition_of


CONSUMER = "progress"
LOCK_SPACE = 7003  # the first half of our locks' names; the relay has 7001, the readers 7002

live = MetaData(schema="live")
lasting = MetaData()


def _case_state(metadata: MetaData) -> Table:
    return Table(
        "case_state",
        metadata,
        Column("case_id", Uuid, primary_key=True),
        Column("clinic_id", Uuid, nullable=False, index=True),
        Column("clinician_id", Uuid, index=True),
        Column("status", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("state", LargeBinary, nullable=False),
    )


def _flag(metadata: MetaData) -> Table:
    return Table(
        "flag",
        metadata,
        Column("flag_id", Uuid, primary_key=True),
        Column("case_id", Uuid, nullable=False, index=True),
        Column("clinic_id", Uuid, nullable=False),
        Column("client_id", Uuid),
        Column("rule", Text, nullable=False),
        Column("rule_version", Integer, nullable=False),
        Column("severity", Text, nullable=False),
        Column("raised_at", DateTime(timezone=True), nullable=False),
        Column("cleared", Boolean, nullable=False),
        Column("evidence", ARRAY(Uuid), nullable=False),
        Column("because", LargeBinary, nullable=False),
        Index("flag_by_clinic", "clinic_id", "raised_at"),
    )


def _clinic(metadata: MetaData) -> Table:
    return Table(
        "clinic",
        metadata,
        Column("clinic_id", Uuid, primary_key=True),
        Column("zone", Text, nullable=False),
    )


TABLES = (_case_state, _flag, _clinic)
case_state, flag, clinic = (make(live) for make in TABLES)
# What people did about a flag. Facts, not projection: no rebuild may touch them, and the note is in
# no event.
flag_case = Table(
    "flag_case",
    lasting,
    Column("flag_id", Uuid, primary_key=True),
    Column("clinic_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("acknowledged_by", Uuid, nullable=False),
    Column("acknowledged_at", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False),
)

_LOCK = text("select pg_advisory_xact_lock(:space, :number)")


async def lock_case(session: AsyncSession, case_id: UUID, partitions: int) -> None:
    """Wait until this transaction alone may change what lies in the case's partition number.

    The stream processor's batches lock the same number, so a flag stands still meanwhile.
    """
    number = partition_of(str(case_id), partitions)
    await session.execute(_LOCK, {"space": LOCK_SPACE, "number": number})
