"""Progress over HTTP: how cases stand, which flags there are, and who has seen them."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.progress import commands, queries
from services.progress.models.shapes import (
    Acknowledge,
    CaseRead,
    CaseSummary,
    FlagAnswer,
    FlagRead,
    FreshPage,
)
from shared import audit
from shared.app import Limit, Now, Route, Session
from shared.auth import Actor, require
from shared.errors import Invalid
from shared.events.words import FlagState, Role


router = APIRouter(route_class=Route, tags=["progress"])

Clinical = Annotated[Actor, Depends(require(Role.CLINICIAN, Role.CLINICAL_LEAD))]


@router.get("/cases/{case_id}")
async def case(
    case_id: UUID, session: Session, actor: Clinical, now: Now, after: UUID | None = None
) -> CaseRead:
    """One case. `after` waits, two seconds at most, until that event is in it."""
    found = await queries.case(session, actor, case_id, now, after)
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
) -> FreshPage[CaseSummary]:
    """Open cases, a clinician's or all that the caller may see."""
    items, following = await queries.caseload(session, actor, clinician_id, limit, after)
    current = await queries.fresh(session, now)
    return FreshPage(items=items, next=following, **dict(current))


@router.get("/flags")
async def flags(
    session: Session,
    actor: Clinical,
    now: Now,
    clinic_id: UUID | None = None,
    case_id: UUID | None = None,
    clinician_id: UUID | None = None,
    state: Literal["open"] | FlagState | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> FreshPage[FlagRead]:
    """Flags of a clinic, a case or a caseload, the oldest first.

    `state=open` leaves out what is done with.
    """
    about = {"clinic_id": clinic_id, "case_id": case_id, "clinician_id": clinician_id}
    if not any(about.values()):
        raise Invalid.of("clinic_id", "name a clinic or a case")
    states = queries.OPEN if state == "open" else (state,) if state else ()
    items, following = await queries.flags(session, actor, about, states, limit, after)
    current = await queries.fresh(session, now)
    return FreshPage(items=items, next=following, **dict(current))


@router.post("/flags/{flag_id}/acknowledge")
async def acknowledge(
    flag_id: UUID, said: Acknowledge, session: Session, actor: Clinical, now: Now, request: Request
) -> FlagAnswer:
    """Say that a flag was seen. 409, naming the first person, when somebody else did."""
    partitions = request.app.state.settings.partitions
    found = await commands.acknowledge(session, actor, flag_id, said.note, now, partitions)
    current = await queries.fresh(session, now)
    return FlagAnswer(**dict(found), **dict(current))
