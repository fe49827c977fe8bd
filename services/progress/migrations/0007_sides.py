"""Both versions' rows of a flag that differs, beside each other; without anything clinical."""

from alembic import op


revision = "progress_7"
down_revision = "progress_6"


def upgrade() -> None:
    """Rebuilds of before say what differs, and no more."""
    op.execute("alter table rebuild_difference add live jsonb, add rebuilt jsonb")
