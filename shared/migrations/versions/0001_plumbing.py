"""Outbox, idempotency and audit: what every service's database has."""

from alembic import op

from shared.migrate import share


revision = "plumbing_1"
down_revision = None

STATEMENTS = """
create function app_clinics() returns uuid[] language sql stable as $$
    select coalesce(
        string_to_array(nullif(current_setting('app.clinics', true), ''), ',')::uuid[], '{}'
    )
$$;
create table outbox (
    pos bigint generated always as identity (cache 1) primary key,
    key text not null,
    id uuid not null unique,
    type text not null,
    clinic_id uuid not null,
    data bytea not null,
    headers jsonb not null,
    occurred_at timestamptz not null,
    written_at timestamptz not null default now(),
    batch bigint, partition int, sequence bigint
);
create index outbox_waiting on outbox (pos) where batch is null;
create unique index outbox_numbers on outbox (partition, sequence);
create table idempotency (
    sub text not null, route text not null, key text not null,
    body_hash text not null, status int not null, headers jsonb not null, body bytea not null,
    at timestamptz not null default now(),
    primary key (sub, route, key)
);
create index on idempotency (at);
create table audit (
    number bigint generated always as identity primary key,
    at timestamptz not null default now(),
    sub text not null, role text not null, act text not null, subject_id uuid not null,
    reason_code text
);
"""


def upgrade() -> None:
    """Make the tables and say who may do what with them."""
    head, body, rest = STATEMENTS.split("$$")
    op.execute(f"{head}$${body}$$")
    for statement in rest.strip(" ;\n").split(";\n"):
        op.execute(statement)
    share(op, "outbox", api="insert")
    share(op, "idempotency", api="select, insert")
    # Insert-only for both: what was written about somebody's act cannot be unwritten by it.
    share(op, "audit", api="insert", worker="insert")
