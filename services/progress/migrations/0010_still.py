"""A rebuild says how many of its cases stand still, because an event of theirs cannot be read."""

from alembic import op


revision = "progress_10"
down_revision = "progress_9"


def upgrade() -> None:
    """Unknown for rebuilds of before."""
    op.execute("alter table rebuild add column stand_still int")
