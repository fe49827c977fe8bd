"""Relay and reader: batches, places, what was set aside, what operators wish."""

from alembic import op

from shared.migrate import share


revision = "plumbing_2"
down_revision = "plumbing_1"

STATEMENTS = """
alter table outbox add constraint outbox_fits check (octet_length(data) <= 900000);
create table relay_identity (
    only_one boolean primary key default true check (only_one),
    generation uuid not null default gen_random_uuid(),
    incarnation text not null,
    system_identifier text not null,
    timeline bigint not null,
    partitions int not null
);
create table relay_batch (
    number bigint primary key,
    newest bigint[] not null,
    place_offsets bigint[],
    place_numbers bigint[],
    at timestamptz not null default now()
);
create index relay_batch_age on relay_batch (at);
create index relay_batch_open on relay_batch (number) where place_offsets is null;
create table consumed (
    consumer text not null, topic text not null, partition int not null,
    topic_id uuid,
    next_offset bigint not null default 0,
    incarnation text not null default '',
    last_sequence bigint not null default 0,
    last_id uuid,
    paused_since timestamptz,
    primary key (consumer, topic, partition)
);
create table reading (
    consumer text not null, topic text not null,
    running_since timestamptz not null default now(),
    beat_at timestamptz not null default now(),
    current_to timestamptz,
    primary key (consumer, topic)
);
create table parked (
    parked_id uuid primary key default gen_random_uuid(),
    number bigint generated always as identity,
    consumer text not null, topic text not null, partition int not null, "offset" bigint not null,
    key text not null, type text not null, event_id uuid, sequence bigint,
    cause text not null, frames text not null default '',
    state text not null check (state in ('foreign', 'blocking', 'waiting', 'done')),
    since timestamptz not null default now(),
    outcome text,
    digest text not null,
    recorded_at bigint not null, record_key bytea, headers bytea not null, value bytea,
    unique (consumer, topic, partition, "offset", digest)
);
create unique index parked_heads on parked (consumer, topic, key) where state = 'blocking';
create index parked_keys on parked (consumer, topic, key, number)
    where state in ('blocking', 'waiting');
create index parked_shown on parked (number) where state in ('foreign', 'blocking');
create table wish (
    wish_id uuid primary key default gen_random_uuid(),
    number bigint generated always as identity,
    consumer text not null,
    act text not null check (act in ('pause', 'resume', 'redrive')),
    parked_id uuid,
    dry_run boolean not null default false,
    reason text not null, sub text not null, role text not null,
    at timestamptz not null default now(),
    done_at timestamptz, outcome text
);
create index wish_open on wish (number) where done_at is null;
"""
# What was set aside may hold anything; the bytes themselves are the worker's alone.
SHOWN = (
    'parked_id, number, consumer, topic, partition, "offset", key, type, event_id, sequence,'
    " cause, state, since, outcome"
)


def upgrade() -> None:
    """Make the tables; the api role may look, and may wish."""
    for statement in STATEMENTS.strip(" ;\n").split(";\n"):
        op.execute(statement)
    share(op, "relay_identity", "relay_batch")
    share(op, "consumed", "reading", api="select")
    share(op, "parked", api=f"select ({SHOWN})")
    share(op, "wish", api="select, insert")
    share(op, "outbox", api="select (pos, batch, written_at)")
