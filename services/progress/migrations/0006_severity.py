"""How severe a flag was at the last look at it: one that rises asks for a new look."""

from alembic import op


revision = "progress_6"
down_revision = "progress_5"


def upgrade() -> None:
    """A row of before says that it was seen as severe as it is: null."""
    op.execute("alter table flag_case add seen_severity text")
