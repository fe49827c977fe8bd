"""Whether the live version is one that this code can read and go on from; if not, what to do."""

from datetime import datetime, timedelta

from services.progress.models.versions import LAYOUT, consumer_of
from services.progress.projection.store import Connection
from shared.consumer.places import LostPlace


_LIVE = "select layout from projection where live"
_MADE = "select layout, made_at, now() from projection where live"
STAND_BY = timedelta(minutes=10)
_NO_PLACES = """
select not exists (select from consumed where consumer = 'progress')
    and exists (select from live.case_state)
"""
# What is to be gone on with. One that begins by itself is also switched to by itself: who dies
# between the comparison and the switch leaves everybody without a version that can be read.
TO_BUILD = "(state in ('asked', 'building') or automatic and state = 'compared')"
_OPEN = """
select number, state, events_done, events_total from rebuild
where automatic and state in ('asked', 'building', 'compared') order by number desc limit 1
"""
_ASK = """
insert into rebuild (automatic, reason, sub, role)
select true, $1, 'system', 'system'
where not exists (select from rebuild
    where automatic and state in ('asked', 'building', 'compared'))
"""
REASON = "states of another layout"


class OtherLayout(Exception):
    """The live version was made by other code: nothing may be read or written until it is ours."""


async def check(connection: Connection) -> None:
    """OtherLayout when the live version is not this code's; LostPlace when its places are gone."""
    if await connection.fetchval(_LIVE) != LAYOUT:
        raise OtherLayout(await _how_far(connection))
    if await connection.fetchval(_NO_PLACES):
        raise LostPlace(
            "progress: there are cases, and nobody knows how far anything was read:"
            " rebuild the projection (make rebuild)"
        )


async def _how_far(connection: Connection) -> str:
    row = await connection.fetchrow(_OPEN)
    done, total = (row["events_done"], row["events_total"]) if row else (0, 0)
    return f"a new version of the projection is being built: {done} of {total} records"


async def ask_for_ours(connection: Connection, began: datetime) -> bool:
    """Ask for a version with this code's layout, to be switched to by itself, if it is not live.

    When the live one was made after this process `began`, another release took over while we ran:
    two that each build their own would take turns without end, so whoever is older stands by for a
    while. Not for ever: the other one may be gone.
    """
    live = await connection.fetchrow(_MADE)
    assert live is not None
    layout, made_at, now = live
    if layout == LAYOUT or began < made_at > now - STAND_BY:
        return False
    await connection.execute(_ASK, REASON)
    return True


async def live_version(connection: Connection) -> int:
    """The version that everybody reads and writes."""
    found: int = await connection.fetchval("select version from projection where live")
    return found


__all__ = [
    "LAYOUT",
    "TO_BUILD",
    "OtherLayout",
    "ask_for_ours",
    "check",
    "consumer_of",
    "live_version",
]
