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
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
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
        Column("clinic_id", Uuid, nullable=False),
        Column("clinician_id", Uuid, index=True),
        Column("status", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("state", LargeBinary, nullable=False),
        # When a rule of time may next say something else, and which of its clinic's numbers the
        # flags were last evaluated under.
        Column("due_at", DateTime(timezone=True), index=True),
        Column("numbers", Integer, nullable=False),
        Index("case_by_clinic", "clinic_id", "numbers"),
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
        # When its evidence last grew: a clock that begins anew counts from here.
        Column("grown_at", DateTime(timezone=True), nullable=False),
        Column("cleared", Boolean, nullable=False),
        Column("evidence", ARRAY(Uuid), nullable=False),
        Column("because", LargeBinary, nullable=False),
        Column("parameters", JSONB, nullable=False),
        Index("flag_by_clinic", "clinic_id", "raised_at"),
    )


def _clinic(metadata: MetaData) -> Table:
    return Table(
        "clinic",
        metadata,
        Column("clinic_id", Uuid, primary_key=True),
        Column("zone", Text, nullable=False),
        # What the clinic changed of the rules, by version; `numbers` counts changes of either.
        Column("rules", JSONB, nullable=False),
        Column("numbers", Integer, nullable=False),
        # When it works and who stands in, by version.
        Column("calendars", JSONB, nullable=False),
    )


TABLES = (_case_state, _flag, _clinic)
case_state, flag, clinic = (make(live) for make in TABLES)

# What people did about a flag, as it stands. Facts, not projection: no rebuild may touch them, and
# notes are in no event. `seen` is the evidence that was there at the last look or closing (null:
# all of it), `seen_grown_at` when the flag had last come to more, `seen_severity` how severe it
# was: what came after asks for a new look since `asks_since`, also where it rests on the same and
# has `risen`. `told` are those to whom it was escalated.
flag_case = Table(
    "flag_case",
    lasting,
    Column("flag_id", Uuid, primary_key=True),
    Column("clinic_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("acknowledged_by", Uuid),
    Column("acknowledged_at", DateTime(timezone=True)),
    Column("note", Text),
    Column("state", Text, nullable=False),
    Column("seen", ARRAY(Uuid)),
    Column("seen_grown_at", DateTime(timezone=True)),
    Column("seen_severity", Text),
    Column("asks_since", DateTime(timezone=True)),
    Column("risen", Boolean),
    Column("assigned_to", Uuid),
    Column("told", ARRAY(Uuid), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
)


def _acts(name: str, subject: str) -> Table:
    """Every act about a flag or a concern, written once; the clock's acts have no `by`."""
    return Table(
        name,
        lasting,
        Column("number", BigInteger, Identity(always=True), primary_key=True),
        Column("act_id", Uuid, nullable=False, unique=True),
        Column(subject, Uuid, nullable=False, index=True),
        Column("clinic_id", Uuid, nullable=False),
        Column("act", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("by", Uuid),
        Column("code", Text),
        Column("to", Uuid),
        Column("note", Text),
        Column("step", Integer),
        Column("due_at", DateTime(timezone=True)),
        # The flag's state before a person's act, and the act that this one takes back.
        Column("before", Text),
        Column("undoes", Uuid),
    )


flag_act = _acts("flag_act", "flag_id")
concern_act = _acts("concern_act", "concern_id")

# A concern that somebody raised: for the safeguarding lead and those named. It is in no list of
# flags, and no fact of its case.
concern = Table(
    "concern",
    lasting,
    Column("concern_id", Uuid, primary_key=True),
    Column("clinic_id", Uuid, nullable=False),
    Column("case_id", Uuid, nullable=False),
    Column("client_id", Uuid),
    Column("urgent", Boolean, nullable=False),
    Column("note", Text, nullable=False),
    Column("raised_by", Uuid, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("named", ARRAY(Uuid), nullable=False),
    Column("state", Text, nullable=False),
    Column("acknowledged_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Index("concern_by_clinic", "clinic_id", "raised_at"),
)

# Who works in which clinic: a copy of what clinics says (projection/staffing.py), and of which
# partition numbers it holds all that was read.
staff = Table(
    "staff",
    lasting,
    Column("clinic_id", Uuid, primary_key=True),
    Column("staff_id", Uuid, primary_key=True),
    Column("roles", ARRAY(Text), nullable=False),
    Column("last_day", Date),
)
staff_filled = Table(
    "staff_filled", lasting, Column("number", Integer, primary_key=True, autoincrement=False)
)

# A trial of other numbers or versions of the rules, and what it found so far (commands/trying.py).
rule_trial = Table(
    "rule_trial",
    lasting,
    Column("trial_id", Uuid, primary_key=True),
    Column("clinic_id", Uuid, nullable=False, index=True),
    Column("asked_by", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("rules", JSONB, nullable=False),
    Column("since", DateTime(timezone=True)),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("cases_in_all", Integer, nullable=False),
    Column("after", Uuid, nullable=False),
    Column("looked_at", Integer, nullable=False),
    Column("history_since", DateTime(timezone=True)),
    Column("counts", JSONB, nullable=False),
    Column("differences", JSONB, nullable=False),
    Column("cut_off", Boolean, nullable=False),
)

_LOCK = text("select pg_advisory_xact_lock(:space, :number)")


async def lock_case(session: AsyncSession, case_id: UUID, partitions: int) -> None:
    """Wait until this transaction alone may change what lies in the case's partition number.

    The stream processor's batches lock the same number, so a flag stands still meanwhile.
    """
    number = partition_of(str(case_id), partitions)
    await session.execute(_LOCK, {"space": LOCK_SPACE, "number": number})
