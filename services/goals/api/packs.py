"""Measures, and which of them a clinic uses, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.goals.commands import packs as commands
from services.goals.models.packs import ClinicMeasure, PackChange, PackRead
from services.goals.queries import packs as queries
from shared.app import Now, Page, Route, Session
from shared.auth import Actor, Caller, require
from shared.errors import Forbidden, NotFound
from shared.events.measures import Measure, UnknownMeasure, definition, newest
from shared.events.words import Role


router = APIRouter(route_class=Route)
Lead = Annotated[Actor, Depends(require(Role.CLINICAL_LEAD))]


@router.get("/measures", response_model=Page[ClinicMeasure] | Page[Measure])
async def measures(
    session: Session, actor: Caller, now: Now, clinic_id: UUID | None = None
) -> Page[ClinicMeasure] | Page[Measure]:
    """Every measure in its newest version; for a clinic, with what it has decided about each."""
    if clinic_id is None:
        return Page[Measure](items=newest(), next=None)
    if not actor.is_any(Role.CLINICIAN, Role.CLINICAL_LEAD):
        raise Forbidden()
    if clinic_id not in actor.clinics:
        raise NotFound()
    found = await queries.measures(session, clinic_id, now)
    return Page[ClinicMeasure](items=found, next=None)


@router.get("/measures/{code}", response_model=Measure)
async def measure(code: str, _: Caller) -> Measure:
    """A measure: items, answers, bands and thresholds, each with its source."""
    return known(code)


@router.put("/clinics/{clinic_id}/measures/{code}", response_model=PackRead)
async def switch(
    clinic_id: UUID, code: str, change: PackChange, session: Session, actor: Lead, now: Now
) -> PackRead:
    """Switch a measure on or off. Some need their licence confirmed, some a crisis text."""
    return await commands.switch(session, actor, clinic_id, known(code), change, now)


def known(code: str) -> Measure:
    """The measure of an address, in its newest version. NotFound when there is none."""
    try:
        return definition(code)
    except UnknownMeasure:
        raise NotFound() from None
