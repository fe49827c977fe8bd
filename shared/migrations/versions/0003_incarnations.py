"""What an operator asks of a relay: to begin a new incarnation."""

from alembic import op

from shared.migrate import share


revision = "plumbing_3"
down_revision = "plumbing_2"


def upgrade() -> None:
    """Make the table; `incarnation` is fixed before anything is written to the log."""
    op.execute("""
create table relay_wish (
    number bigint generated always as identity primary key,
    reason text not null, sub text not null,
    at timestamptz not null default now(),
    incarnation text, done_at timestamptz, outcome text
)
""")
    op.execute("create index relay_wish_open on relay_wish (number) where done_at is null")
    share(op, "relay_wish")
