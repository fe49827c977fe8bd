"""Trials of other numbers of the rules: what is tried, how far it is, what was found so far.

A trial is no record of care: the worker deletes it after a day. The api deletes nothing.
"""

from alembic import op

from services.progress.models import tables
from shared.migrate import guard


revision = "progress_5"
down_revision = "progress_4"


def upgrade() -> None:
    """Make the table."""
    tables.rule_trial.create(op.get_bind())
    guard(op, "rule_trial")
