"""How cases stand: one case, and a caseload."""

from contextlib import suppress
from uuid import UUID

from fastapi import APIRouter, Request

from services.progress import queries
from services.progress.api.callers import Clinical
from services.progress.models.shapes import CaseloadPage, CaseRead
from services.progress.models.still import LeftOutCase, StillCase
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.events.words import Role


class Waiting(Route):
    """Waits for an own act before the transaction: who waits keeps no connection from others."""

    async def before(self, request: Request) -> None:
        """Wait for `after`; what is odd about the address is the handler's to say."""
        case_id, actor = request.path_params.get("case_id"), request.state.actor
        if not case_id or not actor.is_any(Role.CLINICIAN, Role.CLINICAL_LEAD):
            return
        if after := request.query_params.get("after"):
            with suppress(ValueError):
                wanted = UUID(case_id), UUID(after)
                await queries.awaited(request.app.state.database, actor, *wanted)


router = APIRouter(route_class=Waiting, tags=["progress"])


@router.get("/cases/{case_id}")
async def case(
    case_id: UUID, session: Session, actor: Clinical, now: Now, after: UUID | None = None
) -> CaseRead:
    """One case. `after` waits, two seconds at most, until that event is in it."""
    found = await queries.case(session, actor, case_id, now)
    await audit.record(session, actor, "case_progress_read", case_id)
    return found


@router.get("/caseload")
async def caseload(
    session: Session,
    actor: Clinical,
    now: Now,
    clinician_id: UUID | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> CaseloadPage:
    """Open cases, a clinician's or all that the caller may see."""
    current = await queries.fresh(session, now)
    items, following = await queries.caseload(session, actor, clinician_id, now, limit, after)
    unreadable = sum(not item.readable for item in items)
    return CaseloadPage(items=items, next=following, unreadable=unreadable, **dict(current))


@router.get("/standing-still")
async def standing_still(
    session: Session,
    actor: Clinical,
    clinic_id: UUID | None = None,
    clinician_id: UUID | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> Page[StillCase]:
    """Cases that stand still because an event of theirs could not be read, the longest first."""
    items, following = await queries.standing_still(
        session, actor, clinic_id, clinician_id, limit, after
    )
    return Page[StillCase](items=items, next=following)


@router.get("/left-out")
async def left_out(
    session: Session,
    actor: Clinical,
    clinic_id: UUID | None = None,
    clinician_id: UUID | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> Page[LeftOutCase]:
    """Open cases of which two people left an event out for good: what it said counts nowhere."""
    items, following = await queries.left_out(session, actor, clinic_id, clinician_id, limit, after)
    return Page[LeftOutCase](items=items, next=following)
