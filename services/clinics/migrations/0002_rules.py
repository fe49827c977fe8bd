"""What a clinic sets of the flag rules, and when it works: versions by date."""

from alembic import op

from shared.migrate import guard


revision = "clinics_2"
down_revision = "clinics_1"

TABLES = """
create table rules_version (
    clinic_id uuid not null references clinic, version int not null check (version > 0),
    effective_from timestamptz not null, values_set jsonb not null,
    set_at timestamptz not null, set_by text not null, primary key (clinic_id, version)
);
create table calendar_version (
    clinic_id uuid not null references clinic, version int not null check (version > 0),
    effective_from timestamptz not null, hours jsonb not null, holidays jsonb not null,
    deputy_id uuid, set_at timestamptz not null, set_by text not null,
    primary key (clinic_id, version)
)
"""


def upgrade() -> None:
    """Make the tables; a version is written once and never changed."""
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    guard(op, "rules_version", "calendar_version", api="select, insert")
