"""An ask to skip an event can be taken back, or turned down by a second person."""

from alembic import op


revision = "plumbing_6"
down_revision = "plumbing_5"


def upgrade() -> None:
    """A wish that ends an ask names it as a confirmation does: an ask is answered once."""
    op.execute("alter table wish drop constraint wish_act_check")
    op.execute(
        "alter table wish add constraint wish_act_check check"
        " (act in ('pause', 'resume', 'redrive', 'ask_skip', 'skip', 'withdraw_skip'))"
    )
