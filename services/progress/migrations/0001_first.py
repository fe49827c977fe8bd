"""What people did about flags, and the first version of the projection."""

from alembic import op

from services.progress.models import tables
from shared.migrate import guard


revision = "progress_1"
down_revision = None


def upgrade() -> None:
    """Make both; the api role writes only what people do."""
    tables.lasting.create_all(op.get_bind())
    guard(op, "flag_case", api="select, insert")
    tables.make_projection(op.get_bind())
    tables.point_live(op.get_bind())
