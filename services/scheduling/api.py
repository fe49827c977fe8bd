"""Scheduling's calls: book, move, cancel, record attendance, list."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.scheduling import models, queries
from services.scheduling.commands import appointments, attendance
from shared import audit
from shared.app import DayOrTime, Limit, Now, Page, Route, Session
from shared.auth import Actor, require
from shared.clock import Fold, resolve
from shared.errors import Invalid, NotFound
from shared.events.words import Role
from shared.pages import paged, parts_of


router = APIRouter(route_class=Route)

Desk = Annotated[Actor, Depends(require(Role.FRONT_DESK))]
AtWork = Annotated[Actor, Depends(require(Role.FRONT_DESK, Role.CLINICIAN))]
Looking = Annotated[Actor, Depends(require(Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD))]


@router.post("/appointments", response_model=models.AppointmentRead, status_code=201)
async def book(
    new: models.AppointmentCreate, session: Session, actor: Desk, now: Now
) -> models.Appointment:
    """Book a session in the clinic's wall time; 409 names what is in the way."""
    return await appointments.book(session, actor, new, now)


@router.post("/appointments/{appointment_id}/attendance", response_model=models.Attended)
async def record_attendance(
    appointment_id: UUID, said: models.Outcome, session: Session, actor: AtWork, now: Now
) -> dict[str, object]:
    """Record or correct what became of a session, from two hours before it starts.

    409 when it `undoes` what is not one's own last entry.
    """
    found = await attendance.record_attendance(
        session, actor, appointment_id, said.outcome, now, said.undoes
    )
    entry = await queries.entries(session, appointment_id)
    return {**vars(models.AppointmentRead.model_validate(found)), "entry": entry}


@router.get("/appointments/{appointment_id}/attendance", response_model=Page[models.EntryRead])
async def attendance_said(
    appointment_id: UUID, session: Session, actor: Looking
) -> dict[str, object]:
    """Everything that was said about what became of a session, the oldest first; the last holds."""
    found = await queries.appointment(session, actor, appointment_id)
    await audit.record(session, actor, "attendance_read", found.case_id)
    return {"items": await queries.said(session, appointment_id), "next": None}


@router.post("/appointments/{appointment_id}/cancel", response_model=models.AppointmentRead)
async def cancel(
    appointment_id: UUID, how: models.Cancel, session: Session, actor: Desk, now: Now
) -> models.Appointment:
    """Call a session off before it begins."""
    return await appointments.cancel(session, actor, appointment_id, how, now)


@router.post("/appointments/{appointment_id}/reschedule", response_model=models.AppointmentRead)
async def reschedule(
    appointment_id: UUID, new: models.Reschedule, session: Session, actor: Desk, now: Now
) -> models.Appointment:
    """Move a session to another time; 409 names what is in the way."""
    return await appointments.reschedule(session, actor, appointment_id, new, now)


@router.get("/appointments", response_model=Page[models.AppointmentListed])
async def list_appointments(
    session: Session,
    actor: Looking,
    now: Now,
    clinic_id: UUID | None = None,
    case_id: UUID | None = None,
    begins: Annotated[DayOrTime | None, Query(alias="from")] = None,
    ends: Annotated[DayOrTime | None, Query(alias="to")] = None,
    limit: Limit = 50,
    after: str | None = None,
) -> dict[str, object]:
    """Sessions of a clinic or a case by start; `from` and `to` without an offset are wall time."""
    scope, clinic = await _scope(session, actor, clinic_id, case_id)
    zone = await queries.zone(session, clinic, now)
    span = _instant(begins, zone, "from"), _instant(ends, zone, "to")
    place = parts_of(after, datetime.fromisoformat, UUID)
    found = await queries.appointments(session, actor, scope, span, limit, place)
    items, following = paged(
        found, limit, lambda one: (one.starts_at.isoformat(), one.appointment_id)
    )
    seen = case_id or {one.case_id for one in items}
    await audit.record(session, actor, "appointments_read", seen)
    return {"items": items, "next": following}


@router.get("/appointments/missed")
async def missed(
    session: Session,
    actor: Desk,
    now: Now,
    clinic_id: UUID,
    limit: Limit = 50,
    after: str | None = None,
) -> models.MissedPage:
    """Whom a clinic's front desk tries to reach: who missed a session, the latest first.

    A case is left out once a new time was agreed, somebody came since, or the case is closed.
    """
    if clinic_id not in actor.clinics:
        raise NotFound()
    place = parts_of(after, datetime.fromisoformat, UUID)
    found = await queries.missed(session, clinic_id, now, limit, place)
    items, following = paged(
        found, limit, lambda one: (one.starts_at.isoformat(), one.appointment_id)
    )
    await audit.record(session, actor, "appointments_read", {one.case_id for one in items})
    total = await queries.count_missed(session, clinic_id)
    return models.MissedPage(items=items, next=following, total=total)


async def _scope(
    session: Session, actor: Actor, clinic_id: UUID | None, case_id: UUID | None
) -> tuple[dict[str, UUID], UUID]:
    """What a list is narrowed to, and whose clock its times are on."""
    if case_id is not None:
        case = await queries.case(session, actor, case_id)
        return {"case_id": case_id}, case.clinic_id
    if clinic_id is None:
        raise Invalid.of("clinic_id", "is needed, or case_id")
    if clinic_id not in actor.clinics:
        raise NotFound()
    return {"clinic_id": clinic_id}, clinic_id


def _instant(given: datetime | None, zone: str, field: str) -> datetime | None:
    if given is None:
        return None
    try:
        if given.tzinfo is None:
            return resolve(given, zone, Fold.EARLIER, field)
        return given.astimezone(UTC)
    except OverflowError:
        raise Invalid.of(field, "is too far away") from None
