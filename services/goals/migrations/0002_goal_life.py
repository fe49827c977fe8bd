"""Goals' whole life: methods, versions, acts; amended ratings; clinics' templates and kinds."""

from collections.abc import Iterable

from alembic import op

from shared.events.words import (
    CorrectionReason,
    GoalKind,
    GoalMethod,
    GoalOwner,
    GoalStatus,
    RatedBy,
)
from shared.migrate import guard, share


revision = "goals_2"
down_revision = "goals_1"

ACTS = ("agree", "decline", "pause", "resume", "close", "reopen")


def among(column: str, words: Iterable[str]) -> str:
    """The check that a column only holds these words."""
    allowed = ", ".join(f"'{word}'" for word in words)
    return f"check ({column} in ({allowed}))"


GOALS = (
    "alter table goal drop constraint goal_status_check",
    f"alter table goal add {among('status', GoalStatus)}",
    f"""
    alter table goal
        add method text not null default 'gbo' {among("method", GoalMethod)},
        add levels text[] check (cardinality(levels) = 5),
        add weight int not null default 1 check (weight between 0 and 100),
        add baseline int check (baseline in (-2, -1)),
        add starts_on date,
        add reliable_change int not null default 3 check (reliable_change between 1 and 10),
        add version int not null default 1 check (version >= 1),
        add last_act text {among("last_act", ACTS)},
        add reason text,
        add ended_at timestamptz,
        add check ((method = 'gas') = (levels is not null)),
        add check ((method = 'gas') = (baseline is not null)),
        add check (method = 'gbo' or target = 0)
    """,
    f"""
    create table goal_version (
        goal_id uuid not null references goal, version int not null check (version >= 1),
        clinic_id uuid not null, case_id uuid not null,
        kind text not null {among("kind", GoalKind)},
        title text not null check (length(title) between 1 and 500),
        description text check (length(description) between 1 and 2000),
        levels text[] check (cardinality(levels) = 5),
        owner text not null {among("owner", GoalOwner)},
        target int not null check (target between 0 and 10),
        weight int not null check (weight between 0 and 100),
        review_on date,
        made_at timestamptz not null, made_by uuid not null,
        primary key (goal_id, version)
    )
    """,
    """
    insert into goal_version
    select goal_id, version, clinic_id, case_id, kind, title, description, levels, owner, target,
        weight, review_on, set_at, set_by
    from goal
    """,
    f"""
    create table goal_act (
        number bigint generated always as identity primary key,
        goal_id uuid not null references goal, clinic_id uuid not null, case_id uuid not null,
        act text not null {among("act", ACTS)},
        status text not null {among("status", GoalStatus)},
        reason text, note text check (length(note) between 1 and 4000),
        at timestamptz not null, by uuid not null
    )
    """,
    "create index goal_act_of_goal on goal_act (goal_id, number)",
)
RATINGS = (
    "alter table rating drop constraint rating_value_check",
    """
    alter table rating
        add check (value between -2 and 10),
        add version int not null default 1 check (version >= 1),
        add voided_at timestamptz,
        add voided_by uuid,
        add void_reason text,
        add check ((voided_at is null) = (voided_by is null)),
        add check ((voided_at is null) = (void_reason is null))
    """,
    f"alter table rating add {among('void_reason', CorrectionReason)}",
    f"""
    create table rating_version (
        rating_id uuid not null references rating, version int not null check (version >= 1),
        clinic_id uuid not null, case_id uuid not null, client_id uuid,
        value int not null check (value between -2 and 10),
        rated_by text not null {among("rated_by", RatedBy)},
        rated_at timestamptz not null,
        reason text {among("reason", CorrectionReason)},
        entered_at timestamptz not null, entered_by uuid not null,
        primary key (rating_id, version)
    )
    """,
    """
    insert into rating_version
    select rating_id, version, clinic_id, case_id, client_id, value, rated_by, rated_at, null,
        entered_at, entered_by
    from rating
    """,
)
CLINICS = (
    f"""
    create table template (
        template_id uuid primary key, clinic_id uuid not null,
        kind text not null {among("kind", GoalKind)},
        title text not null check (length(title) between 1 and 500),
        description text not null check (length(description) between 1 and 2000),
        modalities text[] not null check (cardinality(modalities) > 0),
        method text not null {among("method", GoalMethod)},
        levels text[] check (cardinality(levels) = 5),
        added_at timestamptz not null, added_by uuid not null,
        check ((method = 'gas') = (levels is not null))
    )
    """,
    "create index template_of_clinic on template (clinic_id, kind)",
    """
    create table retired_template (
        clinic_id uuid not null, template_id uuid not null,
        retired_at timestamptz not null, retired_by uuid not null, restored_at timestamptz,
        primary key (clinic_id, template_id)
    )
    """,
    f"""
    create table kind_setting (
        clinic_id uuid not null, kind text not null {among("kind", GoalKind)},
        version int not null check (version >= 1),
        method text not null {among("method", GoalMethod)},
        measures text[] not null,
        review_weeks int not null check (review_weeks between 1 and 52),
        reliable_change int check (reliable_change between 1 and 10),
        effective_from timestamptz not null, set_by uuid not null,
        primary key (clinic_id, kind, version)
    )
    """,
)


def upgrade() -> None:
    """Add what goals' life needs; goals and ratings that are there get their first version."""
    for statement in (*GOALS, *RATINGS, *CLINICS):
        op.execute(statement)
    share(op, "goal", "rating", api="update", worker="update")
    guard(op, "goal_version", "goal_act", "rating_version", api="select, insert")
    guard(op, "template", "kind_setting", api="select, insert")
    guard(op, "retired_template")
