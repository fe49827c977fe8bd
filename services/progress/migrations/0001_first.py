"""What people did about flags."""

from alembic import op

from shared.migrate import guard


revision = "progress_1"
down_revision = None

FLAG_CASE = """
create table flag_case (
    flag_id uuid primary key, clinic_id uuid not null, case_id uuid not null,
    acknowledged_by uuid not null, acknowledged_at timestamptz not null, note text not null
)
"""


def upgrade() -> None:
    """Make the table; the api role writes only what people do."""
    op.execute(FLAG_CASE)
    guard(op, "flag_case", api="select, insert")
