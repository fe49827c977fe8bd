"""What time alone did: a version that was built from the log comes to the flags that are due.

Up to the moment for which the live version's sweeper has done it too, so that both can be compared.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.progress.domain.state import readable
from services.progress.projection.incidents import UNREADABLE
from services.progress.projection.store import Connection
from services.progress.projection.sweep import FRONT, sweep
from services.progress.projection.target import Target


_DUE = """
select due_at, case_id, state from live.case_state as held
where due_at <= $1 and case_id is distinct from $2
    and not exists (select from incident as known
        where known.case_id = held.case_id and known.what = $3 and known.repaired_at is null)
    and (due_at, case_id) > ($4, $5)
order by due_at, case_id limit 50
"""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def swept_until(
    connection: Connection, now: datetime, besides: UUID | None = None
) -> datetime:
    """Up to when time has been taken into account in the live version, in all cases but one.

    One that nobody can read stays due until its repair: it says nothing about the others.
    """
    behind: tuple[datetime, UUID] = (LONG_AGO, FRONT)
    while found := await connection.fetch(_DUE, now, besides, UNREADABLE, *behind):
        for due_at, case_id, state in found:
            behind = (due_at, case_id)
            if readable(state):
                return behind[0] - timedelta(microseconds=1)
    return now


async def settle(connection: Connection, target: Target, until: datetime, partitions: int) -> None:
    """Evaluate the cases that were due; nobody is told."""
    after: UUID | None = FRONT
    while after is not None:
        after = (await sweep(connection, until, partitions, target=target, after=after)).after
