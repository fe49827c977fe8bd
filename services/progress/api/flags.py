"""Flags: which there are, and who has seen them."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request

from services.progress import commands, queries
from services.progress.api.callers import Clinical
from services.progress.models.shapes import Acknowledge, FlagAnswer, FlagRead, FreshPage
from shared.app import Limit, Now, Route, Session
from shared.errors import Invalid
from shared.events.words import FlagState


router = APIRouter(route_class=Route, tags=["progress"])


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
