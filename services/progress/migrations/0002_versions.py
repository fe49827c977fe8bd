"""Versions of the projection, made and moved by the worker's role; rebuilds; incidents.

A database of an earlier release has its `progress_v1`: it stays live, with a layout that no code
claims, until the worker has built another.
"""

from alembic import op

from services.progress.models import versions
from shared.migrate import share


revision = "progress_2"
down_revision = "progress_1"

STATEMENTS = """
create table projection (
    version int primary key,
    layout text not null,
    live boolean not null default false,
    made_at timestamptz not null default now()
);
create unique index projection_live on projection (live) where live;
create table rebuild (
    number int generated always as identity primary key,
    rebuild_id uuid not null unique default gen_random_uuid(),
    state text not null default 'asked' check (state in
        ('asked', 'building', 'compared', 'switched', 'switched_back', 'given_up')),
    automatic boolean not null default false,
    reason text not null, sub text not null, role text not null,
    asked_at timestamptz not null default now(),
    version int, previous int,
    began_at timestamptz, events_done bigint not null default 0,
    events_total bigint not null default 0, events_per_second float not null default 0,
    compared_at timestamptz, equal bigint, different bigint, only_live bigint, only_rebuilt bigint,
    switched_at timestamptz,
    problem text
);
create table rebuild_act (
    act_id uuid primary key default gen_random_uuid(),
    number bigint generated always as identity,
    rebuild int not null references rebuild,
    act text not null check (act in ('switch', 'switch_back')),
    reason text not null, sub text not null, role text not null,
    at timestamptz not null default now(),
    done_at timestamptz, outcome text
);
create index rebuild_act_open on rebuild_act (number) where done_at is null;
create table rebuild_difference (
    rebuild int not null references rebuild,
    case_id uuid not null, what text not null, reason text not null,
    primary key (rebuild, case_id, what)
);
create table incident (
    incident_id uuid primary key default gen_random_uuid(),
    number bigint generated always as identity,
    case_id uuid not null, what text not null,
    found_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    repaired_at timestamptz
);
create unique index incident_open on incident (case_id, what) where repaired_at is null;
create table repair (
    repair_id uuid primary key default gen_random_uuid(),
    number bigint generated always as identity,
    case_id uuid not null,
    reason text not null, sub text not null, role text not null,
    at timestamptz not null default now(),
    done_at timestamptz, outcome text
);
create index repair_open on repair (number) where done_at is null
"""
ASKED = ("rebuild", "rebuild_act", "repair")
SHOWN = ("projection", "rebuild_difference", "incident")
# The worker makes versions, and nothing else, in this database.
CREATE = """
do $$ begin
    execute format('grant create on database %I to progress_worker', current_database());
end $$
"""
# What an earlier release made as owner becomes the worker's.
ADOPT = """
do $$ declare made text; begin
    if to_regclass('progress_v1.case_state') is not null then
        drop schema live cascade;
        alter schema progress_v1 owner to progress_worker;
        for made in select tablename from pg_tables where schemaname = 'progress_v1' loop
            execute format('alter table progress_v1.%I owner to progress_worker', made);
            execute format('grant all on progress_v1.%I to progress_owner', made);
        end loop;
        insert into projection (version, layout) values (1, 'first release');
    end if;
end $$
"""


def upgrade() -> None:
    """Make the tables; then, under the worker's role, the first version if there is none."""
    for statement in STATEMENTS.strip(" ;\n").split(";\n"):
        op.execute(statement)
    share(op, *ASKED, api="select, insert")
    share(op, *SHOWN, api="select")
    op.execute(CREATE)
    op.execute(ADOPT)
    connection = op.get_bind()
    found = connection.exec_driver_sql("select 1 from projection").scalar()
    connection.exec_driver_sql("set local role progress_worker")
    first = [] if found else versions.making(1)
    for statement in [*first, *versions.pointing(1)]:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("reset role")
