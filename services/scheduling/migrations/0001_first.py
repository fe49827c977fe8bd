"""Appointments, the time that they take, attendance; copies of clinics, rooms, staff, cases."""

from alembic import op

from shared.migrate import guard


revision = "scheduling_1"
down_revision = None

# One participant is at one place at a time. Equality of ids inside an exclusion constraint without
# btree_gist, which the embedded server lacks: ranges of one number overlap when they are equal.
ONE_AT_A_TIME = """
    alter table booking add constraint one_session_at_a_time_{who} exclude using gist (
        int8range(uuid_hash_extended(participant_id, 0) >> 1,
                  uuid_hash_extended(participant_id, 0) >> 1, '[]') with &&,
        tstzrange(starts_at, ends_at) with &&
    ) where (who = '{who}' and status = 'booked')
"""

TABLES = """
create table clinic_zone (
    clinic_id uuid not null, effective_from timestamptz not null, zone text not null,
    primary key (clinic_id, effective_from)
);
create table room (room_id uuid primary key, clinic_id uuid not null);
create table staff (
    clinic_id uuid not null, staff_id uuid not null, roles text[] not null, last_day date,
    primary key (clinic_id, staff_id)
);
create table known_case (
    case_id uuid primary key, clinic_id uuid not null, clinician_id uuid not null,
    client_ids uuid[] not null, closed_at timestamptz
);
create table appointment (
    appointment_id uuid primary key, clinic_id uuid not null, case_id uuid not null,
    clinician_id uuid not null, client_ids uuid[] not null, room_id uuid,
    wall timestamp not null, zone text not null, tzdata text not null,
    minutes int not null check (minutes between 5 and 480),
    starts_at timestamptz not null, ends_at timestamptz not null,
    kind text not null check (kind in ('assessment', 'treatment')),
    mode text not null check (mode in ('in_person', 'video', 'phone')),
    status text not null check (status in ('booked', 'cancelled')),
    cancelled_by text check (cancelled_by in ('client', 'service')),
    cancel_reason text,
    outcome text check (outcome in ('attended', 'late_seen', 'late_not_seen', 'did_not_attend',
                                    'cancelled_by_client', 'cancelled_by_service'))
);
create index on appointment (clinic_id, starts_at, appointment_id);
create index on appointment (case_id, starts_at, appointment_id);
create table booking (
    appointment_id uuid not null references appointment, clinic_id uuid not null,
    who text not null check (who in ('clinician', 'room', 'client')),
    participant_id uuid not null,
    starts_at timestamptz not null, ends_at timestamptz not null,
    status text not null check (status in ('booked', 'cancelled')),
    primary key (appointment_id, who, participant_id)
);
create index on booking (participant_id, starts_at);
create table attendance (
    appointment_id uuid not null references appointment, number int not null,
    clinic_id uuid not null, outcome text not null, recorded_at timestamptz not null,
    recorded_by text not null,
    primary key (appointment_id, number)
)
"""


def upgrade() -> None:
    """Make the tables; the api role may only read what others' events say."""
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    for who in ("clinician", "room", "client"):
        op.execute(ONE_AT_A_TIME.format(who=who))
    guard(op, "clinic_zone", "room", "staff", "known_case", api="select")
    guard(op, "appointment", "booking")
    guard(op, "attendance", api="select, insert")
