"""Safeguarding concerns: anybody at work raises one; few see them. For the rest there are none."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.progress.commands import concerns as commands
from services.progress.commands.acts import By
from services.progress.models.flags import (
    Acknowledge,
    Close,
    Concern,
    ConcernCounts,
    ConcernRead,
    ConcernReceipt,
    Name,
    Told,
)
from services.progress.queries import concerns as queries
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.auth import Actor, require
from shared.errors import NotFound
from shared.events.progress import FlagAction
from shared.events.words import Role


router = APIRouter(route_class=Route, tags=["safeguarding"])

STAFF = (Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD, Role.SAFEGUARDING_LEAD)
Worried = Annotated[Actor, Depends(require(*STAFF))]


async def _by(request: Request, actor: Worried, now: Now) -> By:
    return By(actor, now, request.app.state.settings.partitions)


async def _seeing(request: Request, now: Now) -> By:
    """Whoever calls, without a refusal: a 403 would say that there is something to see."""
    actor: Actor = request.state.actor
    if not actor.is_any(*STAFF):
        raise NotFound()
    return By(actor, now, request.app.state.settings.partitions)


Raising = Annotated[By, Depends(_by)]
Seeing = Annotated[By, Depends(_seeing)]


@router.post("/concerns", status_code=201)
async def raise_concern(said: Concern, session: Session, by: Raising) -> ConcernReceipt:
    """Pass a concern on to the safeguarding lead."""
    return ConcernReceipt(concern_id=await commands.raise_concern(session, by, said))


@router.get("/concerns")
async def concerns(
    clinic_id: UUID, session: Session, by: Seeing, limit: Limit = 50, after: str | None = None
) -> Page[ConcernRead]:
    """A clinic's concerns, for the safeguarding lead and those named in them."""
    found = await queries.concerns(session, by.actor, clinic_id, by.now, limit, after)
    await audit.record(session, by.actor, "concern_read", [one.concern_id for one in found[0]])
    return Page(items=found[0], next=found[1])


@router.get("/concerns/counts")
async def counts(clinic_id: UUID, session: Session, by: Seeing) -> ConcernCounts:
    """Whether an open page is still true, asked often: numbers only, so no record was read."""
    return await queries.counts(session, by.actor, clinic_id)


@router.get("/concerns/{concern_id}")
async def concern(concern_id: UUID, session: Session, by: Seeing) -> ConcernRead:
    """One concern, with all that was done about it."""
    found = await queries.concern(session, by.actor, concern_id, by.now)
    await audit.record(session, by.actor, "concern_read", concern_id)
    return found


@router.post("/concerns/{concern_id}/acknowledge")
async def acknowledge(
    concern_id: UUID, said: Acknowledge, session: Session, by: Seeing
) -> ConcernRead:
    """Say that it was seen."""
    return await commands.acknowledge(session, by, concern_id, said.note)


@router.post("/concerns/{concern_id}/refer")
async def refer(concern_id: UUID, said: Told, session: Session, by: Seeing) -> ConcernRead:
    """Record the referral to the authority: within 24 hours of the concern."""
    action = FlagAction.REFERRED_TO_AUTHORITY
    return await commands.act(session, by, concern_id, action, said.note)


@router.post("/concerns/{concern_id}/tell")
async def tell(concern_id: UUID, said: Told, session: Session, by: Seeing) -> ConcernRead:
    """Record who was told."""
    return await commands.act(session, by, concern_id, FlagAction.OTHERS_TOLD, said.note)


@router.post("/concerns/{concern_id}/name")
async def name(concern_id: UUID, said: Name, session: Session, by: Seeing) -> ConcernRead:
    """Let somebody else see it from now on."""
    return await commands.name(session, by, concern_id, said.staff_id)


@router.post("/concerns/{concern_id}/close")
async def close(concern_id: UUID, said: Close, session: Session, by: Seeing) -> ConcernRead:
    """Say that it is done with, and why."""
    return await commands.close(session, by, concern_id, said.reason, said.note)
