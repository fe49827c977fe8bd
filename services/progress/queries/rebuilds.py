"""Questions of operations: how rebuilds stand, and which cases are not what the log says."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.models.rebuilds import (
    Act,
    Difference,
    Incident,
    Reason,
    Rebuild,
    RebuildRead,
    RepairRead,
)
from services.progress.models.versions import LAYOUT
from shared.errors import NotFound, Unavailable


SHOWN = 200  # differences that one answer names one by one

_COLUMNS = """
number, state, automatic, reason, sub as by, version, previous, asked_at, began_at, events_done,
events_total, events_per_second, compared_at, equal, different, only_live, only_rebuilt,
stand_still, switched_at, problem,
(select act from rebuild_act where rebuild_act.rebuild = rebuild.number and done_at is null
    order by rebuild_act.number limit 1) as turning,
(select version from projection where projection.live) as live,
case when state = 'building' and events_per_second > 0
    then round(((events_total - events_done) / events_per_second)::numeric, 1)::float end
    as seconds_left
"""
_ALL = text(f"select {_COLUMNS} from rebuild order by number desc limit 50")
_ONE = text(f"select {_COLUMNS} from rebuild where number = :number")
_REASONS = text("""
    select reason, count(*) as differences, count(distinct case_id) as cases
    from rebuild_difference where rebuild = :number group by reason order by 2 desc, 1
""")
_DIFFERENCES = text("""
    select case_id, what, reason, live, rebuilt from rebuild_difference where rebuild = :number
    order by reason, case_id, what limit :limit
""")
_ACTS = text("""
    select act, reason, sub as by, at, done_at, outcome from rebuild_act
    where rebuild = :number order by number
""")
_INCIDENTS = text("""
    select incident_id, case_id, what, found_at, seen_at, repaired_at from incident
    order by repaired_at is not null, number desc limit :limit
""")
_REPAIRS = text("""
    select repair_id, case_id, reason, sub as by, at, done_at, outcome from repair
    order by number desc limit :limit
""")
_LIVE = text("select layout from projection where live")


async def rebuilds(session: AsyncSession) -> list[Rebuild]:
    """The newest first."""
    return [Rebuild(**row) for row in (await session.execute(_ALL)).mappings()]


async def rebuild(session: AsyncSession, number: int) -> RebuildRead:
    """One rebuild, with what it found. NotFound when there is none."""
    row = (await session.execute(_ONE, {"number": number})).mappings().one_or_none()
    if row is None:
        raise NotFound()

    async def rows(question: Any, **more: int) -> list[dict[str, Any]]:
        found = await session.execute(question, {"number": number, **more})
        return [dict(each) for each in found.mappings()]

    return RebuildRead(
        **row,
        by_reason=[Reason(**each) for each in await rows(_REASONS)],
        differences=[Difference(**each) for each in await rows(_DIFFERENCES, limit=SHOWN)],
        acts=[Act(**each) for each in await rows(_ACTS)],
    )


async def incidents(session: AsyncSession, limit: int) -> list[Incident]:
    """Open incidents first, then repaired ones, the newest first."""
    found = await session.execute(_INCIDENTS, {"limit": limit})
    return [Incident(**row) for row in found.mappings()]


async def repairs(session: AsyncSession, limit: int) -> list[RepairRead]:
    """The newest first, with what came of each."""
    found = await session.execute(_REPAIRS, {"limit": limit})
    return [RepairRead(**row) for row in found.mappings()]


async def readable(session: AsyncSession) -> None:
    """Unavailable while the live version was made by other code: its states cannot be read.

    Said so, rather than shown as if nobody had any case: a new version is being built meanwhile.
    """
    if (await session.execute(_LIVE)).scalar() != LAYOUT:
        raise Unavailable("the projection is being rebuilt for this release")
