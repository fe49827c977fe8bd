"""Cases as they stand."""

import asyncio
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.state import Case, readable
from services.progress.models import tables
from services.progress.models.shapes import CaseRead, CaseSummary
from services.progress.models.still import Still
from services.progress.queries import standing
from services.progress.queries.detail import people_did
from services.progress.queries.flags import ALL, THEIRS, Some, by, flags_of, some
from services.progress.queries.freshness import fresh
from services.progress.queries.states import case_in
from services.progress.queries.still import has_aside, is_aside, left_out_of, still_of
from shared.auth import Actor
from shared.db import AWAY, Database
from shared.errors import NotFound
from shared.pages import paged, parts_of


PATIENCE = 2.0  # seconds that a caller waits for its own act
# Seconds between two looks until so many have passed: nearly every act is there in a moment.
LOOKS = ((0.2, 0.003), (0.6, 0.025), (PATIENCE + 1, 0.1))

_case, _zone = tables.case_state.c, tables.clinic.c.zone
_placed = tables.case_state.outerjoin(
    tables.clinic, tables.clinic.c.clinic_id == tables.case_state.c.clinic_id
)
_LOOK = "select state from live.case_state where case_id = $1 and ($2 or clinician_id = $3)"
_flags = ALL.subquery()
# A case and its flags are read by one statement, as one commit left them: a flag whose answer is
# not shown yet, or the other way round, would be a puzzle.
_WHOLE = (
    select(_case.state.label("of_case"), _zone.label("at"), has_aside(_case.case_id), _flags)
    .select_from(_placed.outerjoin(_flags, _flags.c.case_id == _case.case_id))
    .where(_case.case_id == bindparam("case"), THEIRS)
    .order_by(_flags.c.raised_at)
)


async def case(session: AsyncSession, actor: Actor, case_id: UUID, now: datetime) -> CaseRead:
    """One case as it stands. NotFound when the actor may not see it."""
    current = await fresh(session, now)  # first: nobody is told that more is in it than is
    rows = (await session.execute(_WHOLE, by(actor) | {"case": case_id})).all()
    if not rows:
        raise NotFound()
    said = standing.whole(case_id, case_in(rows[0].of_case), rows[0].at, now)
    flags = some(row for row in rows if row.flag_id)
    theirs: dict[str, Any] = {
        "flags": flags.items,
        "unreadable_flags": flags.unreadable,
        "flag_acts": await people_did(session, [flag.flag_id for flag in flags.items]),
    }
    aside = await _aside(session, case_id, is_any=rows[0].aside)
    return CaseRead(**said, **theirs, **aside, readable=True, **dict(current))


async def _aside(session: AsyncSession, case_id: UUID, *, is_any: bool) -> dict[str, Any]:
    """What stands aside of a case, asked where there `is_any`."""
    still = (await still_of(session, [case_id])).get(case_id) if is_any else None
    left_out = await left_out_of(session, case_id) if is_any else []
    return {
        "still": still,
        "set_aside": still.unreadable + still.waiting if still else 0,
        "skipped": len(left_out),
        "left_out": left_out,
    }


async def awaited(database: Database, actor: Actor, case_id: UUID, after: UUID) -> None:
    """Wait until that event is in the case, two seconds at most; nothing is held between looks.

    An event that is set aside is not waited for. A database that is away ends the wait: whoever
    asks next says so.
    """
    began, who = time.monotonic(), by(actor)
    while (waited := time.monotonic() - began) <= PATIENCE:
        try:
            row = await database.glance(actor.clinics, _LOOK, case_id, who["leads"], who["me"])
            # Seldom, so not asked in the moment in which nearly every act comes.
            if waited > LOOKS[0][0] and await _is_aside(database, actor, case_id, after):
                return
        except AWAY:
            return
        if row and case_in(row["state"]).heard_of(after.bytes):
            return
        await asyncio.sleep(next(pause for until, pause in LOOKS if waited < until))


async def _is_aside(database: Database, actor: Actor, case_id: UUID, event_id: UUID) -> bool:
    async with database.session(actor.clinics) as session:
        return await is_aside(session, case_id, event_id)


async def caseload(
    session: AsyncSession,
    actor: Actor,
    clinician_id: UUID | None,
    now: datetime,
    limit: int,
    after: str | None,
) -> tuple[list[CaseSummary], str | None]:
    """Open cases, of one clinician or all that the actor may see; where the next page begins."""
    asked = select(_case.case_id, _case.state, _zone, _case.clinic_id, _case.clinician_id)
    asked = asked.select_from(_placed)
    asked = asked.where(_case.status == "open", THEIRS)
    if clinician_id:
        asked = asked.where(_case.clinician_id == clinician_id)
    if place := parts_of(after, UUID):
        asked = asked.where(_case.case_id > place[0])
    asked = asked.order_by(_case.case_id).limit(limit + 1)
    rows = (await session.execute(asked, by(actor))).all()
    page, following = paged(rows, limit, _place)
    ids = [row.case_id for row in page]
    flags, still = await flags_of(session, actor, ids), await still_of(session, ids)
    items = [_summary(row, now, flags[row.case_id], still.get(row.case_id)) for row in page]
    return items, following


def _place(row: Row[Any, Any, Any, Any, Any]) -> tuple[object, ...]:
    return (row.case_id,)


def _summary(
    row: Row[Any, Any, Any, Any, Any], now: datetime, flags: Some, still: Still | None
) -> CaseSummary:
    """One whose state cannot be read stands there empty; its own page says why."""
    clinician = row.clinician_id and row.clinician_id.bytes
    empty = Case(row.clinic_id.bytes, clinician, status="open")
    case = readable(row.state)
    said = standing.summary(row.case_id, case or empty, row.zone, now)
    about = {"flags": flags.items, "unreadable_flags": flags.unreadable, "still": still}
    return CaseSummary(**said, **about, readable=case is not None)
