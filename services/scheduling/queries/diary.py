"""Questions about appointments: the only SELECTs. A clinician's answers hold own cases only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.scheduling import domain
from services.scheduling.models import (
    Appointment,
    AttendanceEntry,
    Booking,
    Case,
    ClinicZone,
    Room,
    Staff,
    Status,
    Who,
)
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.words import Role


async def case(session: AsyncSession, actor: Actor, case_id: UUID) -> Case:
    """A case that the actor may see, as it stands now. NotFound, also while not heard of."""
    wanted = select(Case).where(col(Case.case_id) == case_id)
    wanted = wanted.execution_options(populate_existing=True)
    if actor.only(Role.CLINICIAN):
        wanted = wanted.where(col(Case.clinician_id) == actor.id)
    if found := await session.scalar(wanted):
        return found
    raise NotFound()


async def staff(session: AsyncSession, clinic_id: UUID, staff_id: UUID) -> Staff:
    """Somebody who works, or worked, at a clinic. NotFound, also while not heard of."""
    if found := await session.get(Staff, (clinic_id, staff_id)):
        return found
    raise NotFound()


async def room(session: AsyncSession, clinic_id: UUID, room_id: UUID) -> Room:
    """A room of a clinic. NotFound, also while it has not been heard of."""
    found = await session.get(Room, room_id)
    if found and found.clinic_id == clinic_id:
        return found
    raise NotFound()


async def zone(session: AsyncSession, clinic_id: UUID, now: datetime) -> str:
    """The clinic's time zone in force at `now`. NotFound while the clinic has not been heard of."""
    known = await session.scalars(
        select(ClinicZone)
        .where(col(ClinicZone.clinic_id) == clinic_id)
        .order_by(col(ClinicZone.effective_from))
    )
    if found := domain.zone_in_force([(z.effective_from, z.zone) for z in known], now):
        return found
    raise NotFound()


def _seen_by(actor: Actor) -> list[ColumnElement[bool]]:
    """For a clinician own sessions and all of own cases; otherwise everything of the clinics."""
    if not actor.only(Role.CLINICIAN):
        return []
    own = select(col(Case.case_id)).where(col(Case.clinician_id) == actor.id)
    return [or_(col(Appointment.clinician_id) == actor.id, col(Appointment.case_id).in_(own))]


async def appointment(session: AsyncSession, actor: Actor, appointment_id: UUID) -> Appointment:
    """A session that the actor may see, as it stands now. NotFound otherwise."""
    wanted = (
        select(Appointment)
        .where(col(Appointment.appointment_id) == appointment_id, *_seen_by(actor))
        .execution_options(populate_existing=True)
    )
    if found := await session.scalar(wanted):
        return found
    raise NotFound()


async def coming(session: AsyncSession, case_id: UUID, after: datetime) -> Sequence[Appointment]:
    """A case's sessions after a moment that still stand and of which nothing was recorded."""
    wanted = select(Appointment).where(
        col(Appointment.case_id) == case_id,
        col(Appointment.status) == Status.BOOKED,
        col(Appointment.outcome).is_(None),
        col(Appointment.starts_at) > after,
    )
    order = (col(Appointment.starts_at), col(Appointment.appointment_id))
    return (await session.scalars(wanted.order_by(*order))).all()


async def appointments(
    session: AsyncSession,
    actor: Actor,
    scope: dict[str, UUID],
    span: tuple[datetime | None, datetime | None],
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[Appointment]:
    """Sessions of one clinic or one case that overlap a span, by start; one more than `limit`."""
    begins, ends = span
    order = tuple_(col(Appointment.starts_at), col(Appointment.appointment_id))
    wanted: SelectOfScalar[Appointment] = (
        select(Appointment)
        .where(*_seen_by(actor))
        .filter_by(**scope)
        .order_by(*order)
        .limit(limit + 1)
    )
    if begins:
        wanted = wanted.where(col(Appointment.ends_at) > begins)
    if ends:
        wanted = wanted.where(col(Appointment.starts_at) < ends)
    if after:
        wanted = wanted.where(order > after)
    return (await session.scalars(wanted)).all()


async def in_the_way(
    session: AsyncSession,
    people: Iterable[tuple[Who, UUID]],
    span: tuple[datetime, datetime],
    but: UUID,
) -> Sequence[Booking]:
    """What takes any of these participants' time within a span, apart from one session's own."""
    starts_at, ends_at = span
    found = await session.scalars(
        select(Booking)
        .where(
            tuple_(col(Booking.who), col(Booking.participant_id)).in_(list(people)),
            col(Booking.status) == Status.BOOKED,
            col(Booking.starts_at) < ends_at,
            col(Booking.ends_at) > starts_at,
            col(Booking.appointment_id) != but,
        )
        .order_by(col(Booking.starts_at), col(Booking.who), col(Booking.appointment_id))
    )
    return found.all()


async def said(session: AsyncSession, appointment_id: UUID) -> Sequence[AttendanceEntry]:
    """Everything that was said about a session's outcome, the oldest first."""
    asked = select(AttendanceEntry).where(col(AttendanceEntry.appointment_id) == appointment_id)
    return (await session.scalars(asked.order_by(col(AttendanceEntry.number)))).all()


async def last_entries(
    session: AsyncSession, appointment_id: UUID
) -> tuple[AttendanceEntry | None, AttendanceEntry | None]:
    """What was said last about a session's outcome, and what before that."""
    asked = select(AttendanceEntry).where(col(AttendanceEntry.appointment_id) == appointment_id)
    newest = asked.order_by(col(AttendanceEntry.number).desc()).limit(2)
    last, before, *_ = [*(await session.scalars(newest)), None, None]
    return last, before


async def entries(session: AsyncSession, appointment_id: UUID) -> int:
    """How often something was said about a session's outcome."""
    counted = select(func.count()).where(col(AttendanceEntry.appointment_id) == appointment_id)
    return await session.scalar(counted) or 0
