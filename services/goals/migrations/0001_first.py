"""Copies of cases and zones, goals, ratings and answers."""

from alembic import op

from shared.events.words import GoalKind, GoalOwner, RatedBy
from shared.migrate import guard


revision = "goals_1"
down_revision = None


def one_of(column: str, words: type[GoalKind] | type[GoalOwner] | type[RatedBy]) -> str:
    """A text column that only holds these words."""
    allowed = ", ".join(f"'{word}'" for word in words)
    return f"{column} text not null check ({column} in ({allowed}))"


STATEMENTS = (
    """
    create table case_copy (
        case_id uuid primary key, clinic_id uuid not null, clinician_id uuid not null,
        client_ids uuid[] not null, referred_at timestamptz not null, closed_at timestamptz
    )
    """,
    """
    create table zone_copy (
        clinic_id uuid not null, effective_from timestamptz not null, zone text not null,
        primary key (clinic_id, effective_from)
    )
    """,
    f"""
    create table goal (
        goal_id uuid primary key, clinic_id uuid not null,
        case_id uuid not null references case_copy, client_id uuid,
        {one_of("kind", GoalKind)},
        title text not null check (length(title) between 1 and 500),
        description text check (length(description) between 1 and 2000),
        {one_of("owner", GoalOwner)},
        target int not null check (target between 0 and 10),
        review_on date, status text not null check (status in ('active')),
        set_at timestamptz not null, set_by uuid not null
    )
    """,
    "create index goal_of_case on goal (case_id, set_at, goal_id)",
    f"""
    create table rating (
        rating_id uuid primary key, clinic_id uuid not null,
        goal_id uuid not null references goal, case_id uuid not null, client_id uuid,
        value int not null check (value between 0 and 10),
        {one_of("rated_by", RatedBy)},
        rated_at timestamptz not null, appointment_id uuid,
        entered_at timestamptz not null, entered_by uuid not null
    )
    """,
    "create index rating_of_goal on rating (goal_id, rated_at, rating_id)",
    """
    create table response (
        response_id uuid primary key, clinic_id uuid not null,
        case_id uuid not null references case_copy, client_id uuid not null,
        measure text not null, version text not null, items jsonb not null,
        total int not null, band text not null, at_caseness boolean,
        answered_at timestamptz not null, entered_at timestamptz not null, entered_by uuid not null
    )
    """,
    "create index response_of_case on response (case_id, measure, answered_at, response_id)",
)


def upgrade() -> None:
    """Make the tables; a caller only ever sees the rows of its own clinics."""
    for statement in STATEMENTS:
        op.execute(statement)
    guard(op, "case_copy", "zone_copy", api="select")
    guard(op, "goal", "rating", "response", api="select, insert")
