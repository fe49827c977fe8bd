"""When a session's time was agreed, and who missed theirs: found without reading the diary."""

from alembic import op


revision = "scheduling_2"
down_revision = "scheduling_1"


def upgrade() -> None:
    """Of sessions booked before this revision it is not known when that was: null."""
    op.execute("alter table appointment add agreed_at timestamptz")
    op.execute(
        "create index on appointment (clinic_id, starts_at, appointment_id)"
        " where outcome = 'did_not_attend' and status = 'booked'"
    )
