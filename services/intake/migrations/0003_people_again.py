"""Who comes again is looked for among those of the clinic who were born on the same day."""

from alembic import op


revision = "intake_3"
down_revision = "intake_2"


def upgrade() -> None:
    """Only names are compared one by one, so only of those few."""
    op.execute("create index client_by_birth on client (clinic_id, date_of_birth)")
