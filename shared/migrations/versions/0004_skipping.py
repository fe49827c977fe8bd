"""Skipping for good: one asks, a second confirms; and up to when a blocked key is current."""

from alembic import op

from shared.migrate import share


revision = "plumbing_4"
down_revision = "plumbing_3"

STATEMENTS = """
alter table parked drop constraint parked_state_check;
alter table parked add constraint parked_state_check
    check (state in ('foreign', 'blocking', 'waiting', 'done', 'skipped'));
create index parked_skipped on parked (topic, key) where state = 'skipped';
alter table wish drop constraint wish_act_check;
alter table wish add constraint wish_act_check
    check (act in ('pause', 'resume', 'redrive', 'ask_skip', 'skip'));
alter table wish add column confirms uuid unique references wish (wish_id);
create index wish_asked on wish (parked_id) where act = 'ask_skip' and done_at is null
"""


def upgrade() -> None:
    """A skip is a wish that names the one it confirms; the api role sees when a record was sent."""
    for statement in STATEMENTS.strip().split(";\n"):
        op.execute(statement)
    share(op, "parked", api="select (recorded_at)")
