"""The names under which clinics' messages go out: copies, which stay sealed here too."""

from alembic import op

from shared.migrate import share


revision = "notifications_2"
down_revision = "notifications_1"


def upgrade() -> None:
    """Make the table; the api role does not need it."""
    op.execute(
        "create table sender_name (clinic_id uuid not null, effective_from timestamptz not null,"
        " sealed text not null, primary key (clinic_id, effective_from))"
    )
    share(op, "sender_name")
