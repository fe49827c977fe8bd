"""Booking, moving and cancelling sessions: lock everybody's time, decide, write, publish."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.scheduling import domain, queries
from services.scheduling.commands import holds
from services.scheduling.models import (
    Appointment,
    AppointmentCreate,
    Cancel,
    Reschedule,
    Side,
    Status,
)
from shared import audit, outbox
from shared.auth import Actor
from shared.clock import TZDATA, Fold, resolve
from shared.errors import Conflict, Invalid
from shared.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
)
from shared.events.words import Role


async def book(
    session: AsyncSession,
    actor: Actor,
    new: AppointmentCreate,
    now: datetime,
    appointment_id: UUID | None = None,
) -> Appointment:
    """A session in the diary. Conflict, naming what is in the way, when time is taken."""
    case = await queries.case(session, actor, new.case_id)
    zone = await queries.zone(session, case.clinic_id, now)
    starts_at = _instant(new.starts, new.fold, zone, now)
    made = Appointment(
        **new.model_dump(exclude={"starts", "fold"}),
        appointment_id=appointment_id or uuid4(),
        clinic_id=case.clinic_id,
        client_ids=case.client_ids,
        wall=new.starts,
        zone=zone,
        tzdata=TZDATA,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=new.minutes),
        agreed_at=now,
    )
    await holds.lock(session, made)
    await _check_whole(session, actor, new, now)
    await holds.refuse_clashes(session, made)
    session.add(made)
    await holds.take(session, made)
    await outbox.publish(session, _booked(made, now))
    await audit.record(session, actor, "appointment_booked", made.appointment_id)
    return made


async def reschedule(
    session: AsyncSession, actor: Actor, appointment_id: UUID, new: Reschedule, now: datetime
) -> Appointment:
    """The same session at another time. To the time it has already: nothing changes."""
    found = await _locked(session, actor, appointment_id)
    domain.check_movable(found.status == Status.CANCELLED, found.outcome, found.starts_at, now)
    zone = await queries.zone(session, found.clinic_id, now)
    starts_at = _instant(new.starts, new.fold, zone, now)
    ends_at = starts_at + timedelta(minutes=new.minutes or found.minutes)
    if (starts_at, ends_at) == (found.starts_at, found.ends_at):
        return found
    found.wall, found.zone, found.tzdata = new.starts, zone, TZDATA
    found.minutes = new.minutes or found.minutes
    found.starts_at, found.ends_at, found.agreed_at = starts_at, ends_at, now
    with session.no_autoflush:
        await holds.refuse_clashes(session, found)
    await holds.move(session, found)
    await outbox.publish(session, _rescheduled(found, now))
    await audit.record(session, actor, "appointment_rescheduled", appointment_id)
    return found


async def cancel(
    session: AsyncSession, actor: Actor, appointment_id: UUID, how: Cancel, now: datetime
) -> Appointment:
    """The session is off and everybody's time is free. The same again: nothing changes."""
    found = await _locked(session, actor, appointment_id)
    if found.status == Status.CANCELLED and found.cancelled_by == how.by:
        return found
    domain.check_movable(found.status == Status.CANCELLED, found.outcome, found.starts_at, now)
    found.status, found.cancelled_by, found.cancel_reason = Status.CANCELLED, how.by, how.reason
    await holds.free(session, found)
    await outbox.publish(session, called_off(found, how.by, now))
    await audit.record(session, actor, "appointment_cancelled", appointment_id, how.by)
    return found


def called_off(
    of: Appointment, by: Side, now: datetime, tell: bool = True, event_id: UUID | None = None
) -> AppointmentCancelled:
    """The event that says that a session is off, and whether its clients are to be told."""
    said = of.model_dump(include=set(AppointmentCancelled.model_fields))
    named = {"event_id": event_id or uuid4(), "occurred_at": now}
    return AppointmentCancelled(**named, by=by, tell_clients=tell, **said)


async def _check_whole(
    session: AsyncSession, actor: Actor, new: AppointmentCreate, now: datetime
) -> None:
    """The case goes on, also now that it is locked; clinician and room belong to its clinic."""
    case = await queries.case(session, actor, new.case_id)
    if case.closed_at is not None:
        raise Conflict("This case is closed.")
    person = await queries.staff(session, case.clinic_id, new.clinician_id)
    gone = person.last_day is not None and person.last_day < now.date()
    if gone or Role.CLINICIAN not in person.roles:
        raise Invalid.of("clinician_id", "is not a clinician of this clinic")
    if new.room_id is not None:
        await queries.room(session, case.clinic_id, new.room_id)


def _instant(wall: datetime, fold: Fold | None, zone: str, now: datetime) -> datetime:
    """The instant that a start in the clinic's wall time means, which lies ahead."""
    domain.check_wall(wall, now)
    starts_at = resolve(wall, zone, fold)
    domain.check_ahead(starts_at, now)
    return starts_at


async def _locked(session: AsyncSession, actor: Actor, appointment_id: UUID) -> Appointment:
    await holds.lock(session, await queries.appointment(session, actor, appointment_id))
    return await queries.appointment(session, actor, appointment_id)


def _booked(of: Appointment, now: datetime) -> AppointmentBooked:
    said = of.model_dump(include=set(AppointmentBooked.model_fields))
    return AppointmentBooked(occurred_at=now, **said)


def _rescheduled(of: Appointment, now: datetime) -> AppointmentRescheduled:
    said = of.model_dump(include=set(AppointmentRescheduled.model_fields))
    return AppointmentRescheduled(occurred_at=now, **said)
