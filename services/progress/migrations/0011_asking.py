"""Since when a flag that somebody has looked at asks for a new look, and whether it rose since."""

from alembic import op


revision = "progress_11"
down_revision = "progress_10"


def upgrade() -> None:
    """Null for rows of before: their growth counts, and nobody knows what it was."""
    op.execute("alter table flag_case add column asks_since timestamptz, add column risen boolean")
