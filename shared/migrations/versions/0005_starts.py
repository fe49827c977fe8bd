"""A reader that dies and is started again every few seconds is not one that runs."""

from alembic import op


revision = "plumbing_5"
down_revision = "plumbing_4"


def upgrade() -> None:
    """When the processes that read began, as far as that is not long ago."""
    op.execute("alter table reading add column starts timestamptz[] not null default '{}'")
