"""What the last look at a flag saw: also when the flag had last come to more."""

from alembic import op


revision = "progress_4"
down_revision = "progress_3"


def upgrade() -> None:
    """A row of before says that all was seen: null."""
    op.execute("alter table flag_case add seen_grown_at timestamptz")
