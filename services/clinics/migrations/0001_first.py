"""Clinics, rooms, staff, settings by date."""

from alembic import op

from shared.migrate import guard


revision = "clinics_1"
down_revision = None

TABLES = """
create table clinic (
    clinic_id uuid primary key, name text not null, opened_at timestamptz not null
);
create table room (
    room_id uuid primary key, clinic_id uuid not null references clinic, name text not null,
    opened_at timestamptz not null
);
create index on room (clinic_id, name);
create table staff (
    clinic_id uuid not null references clinic, staff_id uuid not null,
    name text not null, email text not null,
    roles text[] not null check (
        cardinality(roles) > 0 and roles <@ array[
            'front_desk', 'clinician', 'clinical_lead', 'safeguarding_lead', 'operations'
        ]
    ),
    joined_at timestamptz not null, last_day date,
    primary key (clinic_id, staff_id)
);
create table setting (
    clinic_id uuid not null references clinic, version int not null check (version > 0),
    effective_from timestamptz not null, zone text not null,
    session_minutes int not null check (session_minutes between 5 and 480),
    crisis_texts jsonb not null check (crisis_texts <> '{}'),
    crisis_text_version int not null, sender_name text not null,
    set_at timestamptz not null, set_by text not null,
    primary key (clinic_id, version)
);
create index on setting (clinic_id, effective_from, version)
"""


def upgrade() -> None:
    """Make the tables; a version of settings is written once and never changed."""
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    guard(op, "clinic", "room", "staff")
    guard(op, "setting", api="select, insert")
