"""Tables: the projection, in a schema for each version, and what people did, which outlives it.

`progress_v1` is made from these classes and never migrated: a change is a new version, filled by
reading everything again. The API reads the views in `live`, which say which version counts.
"""

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
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
VERSION = 1
LOCK_SPACE = 7003  # the first half of our locks' names; the relay has 7001, the readers 7002


def schema_of(version: int) -> str:
    """The schema in which a version of the projection lives."""
    return f"progress_v{version}"


projection = MetaData(schema=schema_of(VERSION))
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
    )


def _clinic(metadata: MetaData) -> Table:
    return Table(
        "clinic",
        metadata,
        Column("clinic_id", Uuid, primary_key=True),
        Column("zone", Text, nullable=False),
    )


TABLES = (_case_state, _flag, _clinic)
for make in TABLES:
    make(projection)
case_state, flag, clinic = (make(live) for make in TABLES)
Index(
    "flag_by_clinic",
    projection.tables[f"{projection.schema}.flag"].c.clinic_id,
    projection.tables[f"{projection.schema}.flag"].c.raised_at,
)

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

# A case's row is rewritten for every batch that touches it: room on its page keeps that cheap (no
# new index entries), and its bytes do not compress, so trying to is wasted work.
STORAGE = """
alter table {schema}.case_state set (fillfactor = 60);
alter table {schema}.case_state alter column state set storage external
"""


_LOCK = text("select pg_advisory_xact_lock(:space, :number)")


async def lock_case(session: AsyncSession, case_id: UUID, partitions: int) -> None:
    """Wait until this transaction alone may change what lies in the case's partition number.

    The stream processor's batches lock the same number, so a flag stands still meanwhile.
    """
    number = partition_of(str(case_id), partitions)
    await session.execute(_LOCK, {"space": LOCK_SPACE, "number": number})


def make_projection(connection: Connection) -> None:
    """Make the tables of this version, empty, readable within the caller's clinics only."""
    schema = schema_of(VERSION)
    connection.execute(text(f"create schema {schema}"))
    projection.create_all(connection)
    for statement in STORAGE.format(schema=schema).split(";"):
        connection.execute(text(statement))
    connection.execute(text(f"grant usage on schema {schema} to progress_api, progress_worker"))
    for table in projection.tables.values():
        for statement in _guarded(str(table)):
            connection.execute(text(statement))


def _guarded(table: str) -> list[str]:
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy clinics on {table} to progress_api using (clinic_id = any(app_clinics()))",
        f"create policy everything on {table} to progress_worker, progress_owner using (true)",
        f"grant select on {table} to progress_api",
        f"grant all on {table} to progress_worker",
    ]


def point_live(connection: Connection) -> None:
    """Let the API read this version from now on."""
    connection.execute(text("create schema if not exists live"))
    connection.execute(text("grant usage on schema live to progress_api, progress_worker"))
    for table in projection.tables.values():
        view = f"live.{table.name}"
        connection.execute(text(f"drop view if exists {view}"))
        connection.execute(
            text(f"create view {view} with (security_invoker = true) as select * from {table}")
        )
        connection.execute(text(f"grant select on {view} to progress_api, progress_worker"))
