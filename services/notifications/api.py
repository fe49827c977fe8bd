"""Notifications' call: who was told what, when."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.notifications import models, queries
from shared import audit
from shared.app import Limit, Now, Route, Session
from shared.auth import Actor, require
from shared.errors import Invalid, NotFound
from shared.events.words import Role
from shared.pages import paged, parts_of


router = APIRouter(route_class=Route)

Looking = Annotated[Actor, Depends(require(Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD))]


@router.get("/messages")
async def list_messages(
    session: Session,
    actor: Looking,
    now: Now,
    clinic_id: UUID | None = None,
    case_id: UUID | None = None,
    flag_id: UUID | None = None,
    state: Annotated[list[models.State] | None, Query()] = None,
    limit: Limit = 50,
    after: str | None = None,
) -> models.Messages:
    """Messages of a clinic, a case or one of its flags, newest first; a clinician's own cases only.

    `state`, also several times, narrows the page; `counts` are of all that the caller may see.
    """
    scope = await _scope(session, actor, clinic_id, case_id)
    if flag_id and actor.only(Role.FRONT_DESK):
        raise NotFound()
    scope |= {"flag_id": flag_id} if flag_id else {}
    place = parts_of(after, datetime.fromisoformat, UUID)
    found = await queries.messages(session, actor, scope, state, limit, place)
    items, following = paged(found, limit, lambda one: (one.created_at.isoformat(), one.message_id))
    await audit.record(session, actor, "messages_read", case_id or {one.case_id for one in items})
    return models.Messages(
        items=[_read(one, actor) for one in items],
        next=following,
        counts=await queries.counts(session, actor, scope),
        **await queries.freshness(session, now),
    )


@router.get("/messages/counts")
async def count_messages(
    session: Session,
    actor: Looking,
    now: Now,
    clinic_id: UUID | None = None,
    case_id: UUID | None = None,
) -> models.Counts:
    """How many messages there are in each state; nobody's record is read for it."""
    scope = await _scope(session, actor, clinic_id, case_id)
    return models.Counts(
        counts=await queries.counts(session, actor, scope),
        **await queries.freshness(session, now),
    )


def _read(message: models.Message, actor: Actor) -> models.MessageRead:
    """Which flag it is about is not told to front desk: it would count a case's flags by it."""
    told = models.MessageRead.model_validate(message)
    return told.model_copy(update={"flag_id": None}) if actor.only(Role.FRONT_DESK) else told


async def _scope(
    session: Session, actor: Actor, clinic_id: UUID | None, case_id: UUID | None
) -> dict[str, UUID]:
    if case_id is not None:
        await queries.case(session, actor, case_id)
        return {"case_id": case_id}
    if clinic_id is None:
        raise Invalid.of("clinic_id", "is needed, or case_id")
    if clinic_id not in actor.clinics:
        raise NotFound()
    return {"clinic_id": clinic_id}
