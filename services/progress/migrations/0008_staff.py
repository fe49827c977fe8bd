"""Who works in which clinic (a copy), and of which partitions it holds all that was read."""

from alembic import op

from services.progress.models import tables
from shared.migrate import guard, share


revision = "progress_8"
down_revision = "progress_7"


def upgrade() -> None:
    """Make the tables; the worker fills them from the log, also for what was read before."""
    tables.staff.create(op.get_bind())
    tables.staff_filled.create(op.get_bind())
    guard(op, "staff", api="select")
    share(op, "staff_filled", api="select")
