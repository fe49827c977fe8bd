"""Disclosures can be voided; a closed case's goals say that they were open then."""

from alembic import op

from shared.events.words import CorrectionReason, GoalStatus
from shared.migrate import share


revision = "goals_7"
down_revision = "goals_6"

STATUSES = ", ".join(f"'{status}'" for status in GoalStatus)
REASONS = ", ".join(f"'{reason}'" for reason in CorrectionReason)

STATEMENTS = (
    f"""
    alter table disclosure
        add voided_at timestamptz, add voided_by uuid,
        add void_reason text check (void_reason in ({REASONS})),
        add check ((voided_at is null) = (voided_by is null)),
        add check ((voided_at is null) = (void_reason is null))
    """,
    *(
        f"""
        alter table {table} drop constraint {table}_status_check,
            add constraint {table}_status_check check (status in ({STATUSES}))
        """
        for table in ("goal", "goal_act")
    ),
    # What the closing of a case did, no person did.
    "alter table goal_act alter by drop not null",
)


def upgrade() -> None:
    """Change the tables."""
    for statement in STATEMENTS:
        op.execute(statement)
    share(op, "disclosure", api="update", worker="update")
