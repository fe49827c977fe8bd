"""What people do about flags from the first look to the end; concerns that few may see."""

from alembic import op

from services.progress.models import tables
from shared.migrate import guard, service_of


revision = "progress_3"
down_revision = "progress_2"

# A row of before says that somebody had seen all that the flag rested on then: `seen` is null.
ALTER = """
alter table flag_case alter acknowledged_by drop not null;
alter table flag_case alter acknowledged_at drop not null;
alter table flag_case alter note drop not null;
alter table flag_case add state text not null default 'acknowledged' check (state in
    ('raised', 'acknowledged', 'in_review', 'actioned', 'closed'));
alter table flag_case add seen uuid[];
alter table flag_case add assigned_to uuid;
alter table flag_case add told uuid[] not null default '{}';
alter table flag_case add closed_at timestamptz;
grant update on flag_case to progress_api
"""


def upgrade() -> None:
    """Widen the row of what was done, and make the list of every act."""
    for statement in ALTER.strip().split(";\n"):
        op.execute(statement)
    for table in (tables.flag_act, tables.concern, tables.concern_act):
        table.create(op.get_bind())
    guard(op, "flag_act", api="select, insert")
    service = service_of(op)
    for name in ("concern", "concern_act"):
        guard(op, name, api="select, insert, update" if name == "concern" else "select, insert")
    op.execute(f"grant usage on all sequences in schema public to {service}_api")
