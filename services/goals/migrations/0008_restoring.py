"""Who offered a template again: whose act it is says who may take it back."""

from alembic import op


revision = "goals_8"
down_revision = "goals_7"


def upgrade() -> None:
    """Of a template that was offered again before, it is not known by whom: null."""
    op.execute("alter table retired_template add if not exists restored_by uuid")
