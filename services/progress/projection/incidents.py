"""Incidents: what was found wrong in a case, for operations to see, until it is repaired."""

from collections.abc import Iterable
from uuid import UUID

from services.progress.projection.store import Connection


UNREADABLE = "case: cannot be read"
_NOTE = """
insert into incident (case_id, what) values ($1, $2)
on conflict (case_id, what) where repaired_at is null do update set seen_at = now()
"""
_REPAIRED = """
update incident set repaired_at = now() where case_id = $1 and repaired_at is null
"""


async def note(connection: Connection, case_id: UUID, what: Iterable[str]) -> None:
    """Write down each thing that is wrong; what stands there already was seen again."""
    for each in what:
        await connection.execute(_NOTE, case_id, each)


async def repaired(connection: Connection, case_id: UUID) -> None:
    """Nothing is wrong in the case any more."""
    await connection.execute(_REPAIRED, case_id)
