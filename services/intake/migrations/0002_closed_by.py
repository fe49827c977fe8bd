"""Who closed a case: whoever comes second, and whoever opens it later, is told by whom."""

from alembic import op


revision = "intake_2"
down_revision = "intake_1"


def upgrade() -> None:
    """Of a case that was closed before, it is not known by whom: null."""
    op.execute("alter table case_record add if not exists closed_by uuid")
