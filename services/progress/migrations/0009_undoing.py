"""What an act takes back, and in which state the flag was before it: where taking it back leads."""

from alembic import op


revision = "progress_9"
down_revision = "progress_8"


def upgrade() -> None:
    """An act of before says neither: taken back, its flag is in review.

    A fresh database has both from progress_3, which makes the tables as they are now.
    """
    for table in ("flag_act", "concern_act"):
        op.execute(f"alter table {table} add if not exists before text")
        op.execute(f"alter table {table} add if not exists undoes uuid")
