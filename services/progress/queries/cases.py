"""Cases as they stand."""

import asyncio
import time
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.state import Case, decode
from services.progress.models import tables
from services.progress.models.shapes import CaseRead, CaseSummary, FlagRead
from services.progress.queries import standing
from services.progress.queries.flags import flags_of, theirs
from services.progress.queries.freshness import fresh
from shared.auth import Actor
from shared.errors import NotFound
from shared.pages import paged, parts_of


PATIENCE = 2.0  # seconds that a caller waits for its own act
LOOK, LATER = (0.005, 0.025)  # between two looks, in the first moments and after them
MOMENTS = 0.2

_case = tables.case_state.c
_SET_ASIDE = text("""
    select count(*) from parked
    where consumer = :consumer and key = :key and state in ('blocking', 'waiting')
""")


async def case(
    session: AsyncSession, actor: Actor, case_id: UUID, now: datetime, after: UUID | None
) -> CaseRead:
    """One case; with `after`, once that event is in it, or two seconds later as it is then.

    NotFound when the actor may not see it.
    """
    found = await _awaited(session, actor, case_id, after)
    if found is None:
        raise NotFound()
    flags = await flags_of(session, actor, [case_id])
    names = {"consumer": tables.CONSUMER, "key": str(case_id)}
    set_aside = (await session.execute(_SET_ASIDE, names)).scalar_one()
    current = await fresh(session, now)
    return CaseRead(
        **_summary(case_id, found, flags[case_id]), **dict(current), set_aside=set_aside
    )


async def _awaited(
    session: AsyncSession, actor: Actor, case_id: UUID, after: UUID | None
) -> Case | None:
    began = time.monotonic()
    while True:
        found = await _state(session, actor, case_id)
        waited = time.monotonic() - began
        if after is None or (found and found.heard_of(after.bytes)) or waited > PATIENCE:
            return found
        await asyncio.sleep(LOOK if waited < MOMENTS else LATER)


async def _state(session: AsyncSession, actor: Actor, case_id: UUID) -> Case | None:
    mine = theirs(actor, _case.clinician_id)
    state = await session.scalar(select(_case.state).where(_case.case_id == case_id, *mine))
    return None if state is None else decode(state)


async def caseload(
    session: AsyncSession, actor: Actor, clinician_id: UUID | None, limit: int, after: str | None
) -> tuple[list[CaseSummary], str | None]:
    """Open cases, of one clinician or all that the actor may see; where the next page begins."""
    asked = select(_case.case_id, _case.state).where(
        _case.status == "open", *theirs(actor, _case.clinician_id)
    )
    if clinician_id:
        asked = asked.where(_case.clinician_id == clinician_id)
    if place := parts_of(after, UUID):
        asked = asked.where(_case.case_id > place[0])
    rows = (await session.execute(asked.order_by(_case.case_id).limit(limit + 1))).all()
    page, following = paged(rows, limit, _place)
    flags = await flags_of(session, actor, [row.case_id for row in page])
    items = [
        CaseSummary(**_summary(row.case_id, decode(row.state), flags[row.case_id])) for row in page
    ]
    return items, following


def _place(row: Row[Any, Any]) -> tuple[object, ...]:
    return (row.case_id,)


def _summary(case_id: UUID, found: Case, flags: list[FlagRead]) -> dict[str, Any]:
    return {
        "case_id": case_id,
        "case_number": found.number,
        "clinic_id": UUID(bytes=found.clinic),
        "clinician_id": UUID(bytes=found.clinician) if found.clinician else None,
        "client_ids": [UUID(bytes=client) for client in found.clients],
        "status": found.status,
        "goals": standing.goals(found),
        "measures": standing.measures(found),
        "attendance": standing.attendance(found),
        "last_contact": standing.last_contact(found),
        "flags": flags,
    }
