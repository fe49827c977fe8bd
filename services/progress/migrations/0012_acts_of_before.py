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


def upgrade() -> None:
    """Twice adds nothing: what has its act is left as it is."""
    op.execute(FILL)
