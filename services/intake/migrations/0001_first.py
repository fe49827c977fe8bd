"""Referrals with their people, clients, cases; copies of clinics and staff."""

from alembic import op

from shared.migrate import guard, service_of


revision = "intake_1"
down_revision = None

TABLES = """
create table clinic_zone (
    clinic_id uuid not null, effective_from timestamptz not null, zone text not null,
    primary key (clinic_id, effective_from)
);
create table staff (
    clinic_id uuid not null, staff_id uuid not null, roles text[] not null, last_day date,
    primary key (clinic_id, staff_id)
);
create table referral (
    case_id uuid primary key, clinic_id uuid not null, case_number text not null unique,
    status text not null check (status in ('received', 'accepted', 'rejected')),
    modality text not null check (modality in ('individual', 'couple', 'family', 'group')),
    urgency text not null check (urgency in ('routine', 'urgent')),
    reason text not null, note text,
    sender text not null, sender_reference text not null, content text not null,
    receipt_id uuid not null unique, received_at timestamptz not null, sha256 text not null,
    clinician_id uuid, reject_reason text, decided_at timestamptz, decided_by text,
    check ((status = 'received') = (decided_at is null)),
    check ((status = 'accepted') = (clinician_id is not null)),
    check ((status = 'rejected') = (reject_reason is not null)),
    unique (sender, sender_reference)
);
create index on referral (clinic_id, status, received_at, case_id);
create table person (
    case_id uuid not null references referral, place int not null, clinic_id uuid not null,
    client_id uuid,
    given_name text not null, family_name text not null, date_of_birth date not null,
    language text, contacts jsonb not null,
    primary key (case_id, place)
);
create table client (
    client_id uuid primary key, clinic_id uuid not null,
    given_name text not null, family_name text not null, date_of_birth date not null,
    language text, contacts jsonb not null, registered_at timestamptz not null
);
create table case_record (
    case_id uuid primary key references referral, clinic_id uuid not null,
    case_number text not null, clinician_id uuid not null, modality text not null,
    status text not null check (status in ('open', 'closed')),
    opened_at timestamptz not null, closed_at timestamptz, end_code text,
    check ((status = 'closed') = (closed_at is not null)),
    check ((status = 'closed') = (end_code is not null))
);
create index on case_record (clinic_id, opened_at, case_id);
create index on case_record (clinician_id);
create table case_client (
    case_id uuid not null references case_record, client_id uuid not null references client,
    clinic_id uuid not null, place int not null,
    primary key (case_id, client_id)
);
create index on case_client (client_id)
"""


def upgrade() -> None:
    """Make the tables, and the numbers by which people call a case."""
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    op.execute("create sequence case_numbers start with 1001")
    service = service_of(op)
    op.execute(f"grant usage on sequence case_numbers to {service}_api, {service}_worker")
    guard(op, "clinic_zone", "staff", api="select")
    guard(op, "referral", "person", "client", "case_record", "case_client")
