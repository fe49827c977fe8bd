"""Who acknowledged a flag before acts were written down one by one: that is an act like any other.

A row of acts is held to its acts: without this one a repair would take such a word for invented.
"""

from alembic import op


revision = "progress_12"
down_revision = "progress_11"

FILL = """
insert into flag_act (act_id, flag_id, clinic_id, act, at, by, note, before)
select gen_random_uuid(), flag_id, clinic_id, 'acknowledged', acknowledged_at, acknowledged_by,
    note, 'raised'
from flag_case as held where acknowledged_at is not null and acknowledged_by is not null
    and not exists (select from flag_act as did
        where did.flag_id = held.flag_id and did.act = 'acknowledged')
"""


# What no act and no state is cannot be written: one such row would hide a case's history.
CHECKS = """
alter table {table}
    add constraint {table}_act check (act in ('acknowledged', 'review_started', 'assigned',
        'actioned', 'escalated', 'closed', 'reopened')),
    add constraint {table}_before check (before in ('raised', 'acknowledged', 'in_review',
        'actioned', 'closed', 'cleared'))
"""


def upgrade() -> None:
    """Twice adds nothing: what has its act is left as it is."""
    op.execute(FILL)
    for table in ("flag_act", "concern_act"):
        op.execute(CHECKS.format(table=table))
    op.execute("alter table flag_case add check (coalesce(array_ndims(told), 1) = 1)")
