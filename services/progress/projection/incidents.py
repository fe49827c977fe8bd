"""Incidents: what was found wrong in a case, for operations to see, until it is repaired."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from services.progress.models.incidents import FLAG_UNREADABLE, UNREADABLE
from services.progress.projection.store import Connection
from shared.log import frames, log


ONLY_LOG, ONLY_TABLES = "only in the log", "only in the read tables"
# An event that is not what the contract says: what is right cannot be reckoned.
LOG_UNREADABLE = "log: an event cannot be read"
OURS_UNREADABLE = "log: an event of our own cannot be read"
CLINIC_UNREADABLE = "log: an event of the clinic cannot be read"

__all__ = ["FLAG_UNREADABLE", "UNREADABLE", "note", "note_all", "repaired", "standing"]
_NOTE = """
insert into incident (case_id, what) values ($1, $2)
on conflict (case_id, what) where repaired_at is null do update set seen_at = now()
"""
_NOTE_ALL = """
insert into incident (case_id, what) select each.id, $2 from unnest($1::uuid[]) as each(id)
where not exists (select from incident as known
    where known.case_id = each.id and known.what = $2 and known.repaired_at is null)
on conflict (case_id, what) where repaired_at is null do nothing
returning case_id
"""
_STANDING = "select distinct case_id from incident where repaired_at is null"
_REPAIRED = """
update incident set repaired_at = now() where case_id = $1 and repaired_at is null
    and not what = any($2::text[]) and not what ^@ any($3::text[])
"""
# What the repair of a case does not mend itself: it is gone where somebody looked for it.
_ELSEWHERE = ("clinic: ", "log: ", "act ")


async def note(connection: Connection, case_id: UUID, what: Iterable[str]) -> None:
    """Write down each thing that is wrong; what stands there already was seen again."""
    for each in what:
        await connection.execute(_NOTE, case_id, each)


async def note_all(
    connection: Connection, cases: Mapping[UUID, Exception | None], what: str
) -> None:
    """Write the same down of several cases, each with the error that showed it, if one did.

    What stands there already is left as it is, and no log is filled with it.
    """
    if not cases:
        return
    for row in await connection.fetch(_NOTE_ALL, list(cases), what):
        said = {} if (error := cases[row[0]]) is None else {"frames": frames(error)}
        log.error(what, case_id=str(row[0]), **said)


async def standing(connection: Connection) -> set[UUID]:
    """The cases of which something is wrong, as far as anybody knows."""
    return {case_id for (case_id,) in await connection.fetch(_STANDING)}


async def repaired(
    connection: Connection, case_id: UUID, still: Collection[str] = (), whole: bool = True
) -> None:
    """Nothing is wrong in the case any more but what was `still` found when it was looked at again.

    `whole`: everything was looked at.
    """
    kept = () if whole else _ELSEWHERE
    await connection.execute(_REPAIRED, case_id, list(still), kept)
