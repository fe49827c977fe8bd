"""Messages; copies of cases, staff, and of contacts, which stay sealed here too."""

from alembic import op

from shared.migrate import guard, share


revision = "notifications_1"
down_revision = None

TABLES = """
create table contact (
    clinic_id uuid not null, person_id uuid not null, sealed text,
    primary key (clinic_id, person_id)
);
create table staff (
    clinic_id uuid not null, staff_id uuid not null, roles text[] not null, last_day date,
    primary key (clinic_id, staff_id)
);
create table known_case (
    case_id uuid primary key, clinic_id uuid not null, case_number text not null,
    clinician_id uuid not null
);
create table held_alert (
    event_id uuid primary key, clinic_id uuid not null, case_id uuid not null,
    occurred_at timestamptz not null
);
create index on held_alert (case_id);
create table message (
    message_id uuid primary key,
    number bigint generated always as identity,
    clinic_id uuid not null, case_id uuid not null,
    purpose text not null, channel text not null check (channel in ('email', 'sms')),
    recipient_kind text not null check (recipient_kind in ('client', 'staff')),
    recipient_id uuid not null,
    cause uuid not null, caused_at timestamptz not null,
    state text not null check (state in ('queued', 'sending', 'sent', 'failed', 'suppressed',
                                         'unknown')),
    reason text,
    subject text not null, body text not null,
    created_at timestamptz not null, try_at timestamptz not null,
    sending_at timestamptz, sent_at timestamptz
);
create index on message (clinic_id, created_at desc, message_id);
create index on message (case_id, created_at desc, message_id);
create index message_open on message (number) where state in ('queued', 'sending')
"""


def upgrade() -> None:
    """Make the tables; the api role reads what was sent, and no contact at all."""
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    guard(op, "message", "known_case", api="select")
    share(op, "contact", "staff", "held_alert")
