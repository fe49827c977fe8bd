"""Staff are told before clients: what waits is found in that order."""

from alembic import op


revision = "notifications_5"
down_revision = "notifications_4"


def upgrade() -> None:
    """The index over what waits has the order in which it is sent."""
    op.execute(
        "create index message_turn on message (recipient_kind desc, number)"
        " where state in ('queued', 'sending')"
    )
    op.execute("drop index message_open")
