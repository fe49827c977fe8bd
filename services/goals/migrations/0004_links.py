"""Which measures are given to whom, in which rhythm; links; who answers on one; sessions."""

from alembic import op

from shared.events.words import RhythmKind
from shared.migrate import guard, service_of


revision = "goals_4"
down_revision = "goals_3"

RHYTHMS = ", ".join(f"'{rhythm}'" for rhythm in RhythmKind)

STATEMENTS = (
    """
    create table session_copy (
        appointment_id uuid primary key, clinic_id uuid not null, case_id uuid not null,
        client_ids uuid[] not null, starts_at timestamptz not null, ends_at timestamptz not null,
        cancelled boolean not null default false
    )
    """,
    "create index session_of_case on session_copy (case_id, starts_at)",
    f"""
    create table assignment (
        assignment_id uuid primary key, clinic_id uuid not null,
        case_id uuid not null references case_copy, client_id uuid not null,
        measure text not null, rhythm text not null check (rhythm in ({RHYTHMS})),
        weeks int check (weeks between 1 and 52), send boolean not null,
        assigned_at timestamptz not null, assigned_by uuid not null,
        end_due_at timestamptz, ended_at timestamptz,
        check ((rhythm = 'every_weeks') = (weeks is not null))
    )
    """,
    """
    create unique index assignment_running on assignment (case_id, client_id, measure)
        where ended_at is null
    """,
    """
    create table link (
        link_id uuid primary key, clinic_id uuid not null,
        assignment_id uuid not null references assignment, case_id uuid not null,
        client_id uuid not null, measure text not null, version text not null,
        occasion text not null, token_hash bytea not null unique,
        state text not null check (state in ('open', 'used', 'expired', 'withdrawn')),
        sent boolean not null, opened_at timestamptz not null, expires_at timestamptz not null,
        ended_at timestamptz, answers jsonb not null, safety boolean not null,
        crisis_shown_at timestamptz, response_id uuid,
        unique (assignment_id, occasion)
    )
    """,
    # Two workers, or a worker and a clinician, may want to open one at the same moment.
    "create unique index link_open on link (client_id, measure) where state = 'open'",
    """
    create table respondent (
        secret_hash bytea primary key, clinic_id uuid not null,
        link_id uuid not null references link,
        began_at timestamptz not null, ends_at timestamptz not null
    )
    """,
    # A respondent has no clinics: whoever holds a secret learns the one row that it opens.
    """
    create function link_of(hash bytea) returns table (clinic uuid, link uuid)
    language sql stable security definer set search_path = public, pg_temp as $$
        select clinic_id, link_id from link where token_hash = hash
    $$
    """,
    """
    create function respondent_of(hash bytea, at timestamptz) returns table (clinic uuid, link uuid)
    language sql stable security definer set search_path = public, pg_temp as $$
        select clinic_id, link_id from respondent where secret_hash = hash and ends_at > at
    $$
    """,
)


def upgrade() -> None:
    """Make the tables; the two functions are the only way in for somebody without a clinic."""
    for statement in STATEMENTS:
        op.execute(statement)
    guard(op, "assignment", "link")
    guard(op, "session_copy", api="select")
    guard(op, "respondent", api="insert")
    for function in ("link_of(bytea)", "respondent_of(bytea, timestamptz)"):
        op.execute(f"revoke all on function {function} from public")
        op.execute(f"grant execute on function {function} to {service_of(op)}_api")
