"""A message may carry an address that is sealed for its recipient."""

from alembic import op


revision = "notifications_3"
down_revision = "notifications_2"


def upgrade() -> None:
    """Add the column. It opens with the recipient's key alone, which the api role never has."""
    op.execute("alter table message add sealed text")
