"""What time alone did: a version that was built from the log comes to the flags that are due.

Up to the moment for which the live version's sweeper has done it too, so that both can be compared.
"""

from datetime import datetime, timedelta

from services.progress.domain.packed import micros
from services.progress.domain.rules import DEFAULTS, passed
from services.progress.domain.state import decode
from services.progress.projection import houses, store, telling
from services.progress.projection.store import Cache, Connection, Target


MANY = 500  # cases in one statement
_SWEPT = "select min(due_at) from live.case_state where due_at <= $1"
_DUE = """
select case_id from {schema}.case_state where due_at <= $1 order by due_at limit $2
"""


async def swept_until(connection: Connection, now: datetime) -> datetime:
    """Up to when time has been taken into account in the live version."""
    oldest: datetime | None = await connection.fetchval(_SWEPT, now)
    return now if oldest is None else oldest - timedelta(microseconds=1)


async def settle(connection: Connection, target: Target, schema: str, until: datetime) -> None:
    """Evaluate the cases that were due, in the caller's transaction; nobody is told."""
    while rows := await connection.fetch(_DUE.format(schema=schema), until, MANY):
        ids = [row[0].bytes for row in rows]
        held = await store.load(connection, ids, Cache(0), target)
        cases = {case_id: decode(held[case_id].state) for case_id in ids}
        known = await houses.load(connection, {case.clinic for case in cases.values()}, target)
        told = [
            (case_id, case, each)
            for case_id, case in cases.items()
            for each in passed(case, micros(until), case_id, known.get(case.clinic, DEFAULTS))
        ]
        await store.save(connection, cases, held, target)
        if told:
            await telling.tell(connection, told, target)
