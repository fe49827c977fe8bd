"""What time alone did: a version that was built from the log comes to the flags that are due.

Up to the moment for which the live version's sweeper has done it too, so that both can be compared.
"""

from datetime import datetime, timedelta

from services.progress.projection.store import Connection
from services.progress.projection.sweep import SOME, sweep
from services.progress.projection.target import Target


_SWEPT = "select min(due_at) from live.case_state where due_at <= $1"


async def swept_until(connection: Connection, now: datetime) -> datetime:
    """Up to when time has been taken into account in the live version."""
    oldest: datetime | None = await connection.fetchval(_SWEPT, now)
    return now if oldest is None else oldest - timedelta(microseconds=1)


async def settle(connection: Connection, target: Target, until: datetime, partitions: int) -> None:
    """Evaluate the cases that were due; nobody is told."""
    while (await sweep(connection, until, partitions, target=target))[0] >= SOME:
        pass
