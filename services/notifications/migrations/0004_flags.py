"""A message about a flag names it: its page says who has really been told."""

from alembic import op


revision = "notifications_4"
down_revision = "notifications_3"


def upgrade() -> None:
    """Of messages made before it is not known which flag they were about: null."""
    op.execute("alter table message add flag_id uuid")
    op.execute("create index on message (flag_id) where flag_id is not null")
    op.execute("alter table held_alert add flag_id uuid")
