"""Booking, moving and cancelling sessions: lock everybody's time, decide, write, publish."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scheduling import domain, queries
from services.scheduling.models import (
    Appointment,
    AppointmentCreate,
    Booking,
    Cancel,
    Case,
    Reschedule,
    Status,
    Who,
)
from shared import audit, outbox
from shared.auth import Actor
from shared.clock import TZDATA, Fold, resolve, wall_time
from shared.errors import Conflict, Invalid
from shared.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
)
from shared.events.words import Role


EXCLUDED = "23P01"
ONE_AT_A_TIME = "one_session_at_a_time_"


async def book(
    session: AsyncSession,
    actor: Actor,
    new: AppointmentCreate,
    now: datetime,
    appointment_id: UUID | None = None,
) -> Appointment:
    """A session in the diary. Conflict, naming what is in the way, when time is taken."""
    case = await queries.case(session, actor, new.case_id)
    await _check_whole(session, case, new, now)
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
    )
    await _lock(session, made)
    await _refuse_clashes(session, made)
    session.add(made)
    await _hold(session, made)
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
    found.starts_at, found.ends_at = starts_at, ends_at
    with session.no_autoflush:
        await _refuse_clashes(session, found)
    await _move(session, found)
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
    of_it = col(Booking.appointment_id) == appointment_id
    await session.execute(update(Booking).where(of_it).values(status=Status.CANCELLED))
    event = AppointmentCancelled(
        occurred_at=now,
        clinic_id=found.clinic_id,
        case_id=found.case_id,
        appointment_id=appointment_id,
        client_ids=tuple(found.client_ids),
        by=how.by,
        starts_at=found.starts_at,
        zone=found.zone,
    )
    await outbox.publish(session, event)
    await audit.record(session, actor, "appointment_cancelled", appointment_id, how.by)
    return found


async def _check_whole(
    session: AsyncSession, case: Case, new: AppointmentCreate, now: datetime
) -> None:
    """The case goes on, and clinician and room belong to its clinic."""
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


def _people(of: Appointment) -> Iterator[tuple[Who, UUID]]:
    yield Who.CLINICIAN, of.clinician_id
    if of.room_id is not None:
        yield Who.ROOM, of.room_id
    for client_id in of.client_ids:
        yield Who.CLIENT, client_id


async def _lock(session: AsyncSession, of: Appointment) -> None:
    """The case and everybody's time, in one sorted order: a bare exclusion constraint deadlocks."""
    await outbox.lock(session, of.case_id, *(participant for _, participant in _people(of)))


async def _locked(session: AsyncSession, actor: Actor, appointment_id: UUID) -> Appointment:
    await _lock(session, await queries.appointment(session, actor, appointment_id))
    return await queries.appointment(session, actor, appointment_id)


async def _refuse_clashes(session: AsyncSession, of: Appointment) -> None:
    span = of.starts_at, of.ends_at
    taken = await queries.in_the_way(session, _people(of), span, but=of.appointment_id)
    domain.refuse_clashes([_clash(each, of.zone) for each in taken])


def _clash(taken: Booking, zone: str) -> domain.Clash:
    starts, ends = (wall_time(each, zone) for each in (taken.starts_at, taken.ends_at))
    return domain.Clash(taken.who, taken.appointment_id, starts, ends)


async def _hold(session: AsyncSession, of: Appointment) -> None:
    """Take everybody's time; the constraints have the last word, also about other clinics."""
    await _flush(session, of)
    session.add_all(_booking(of, who, participant) for who, participant in _people(of))
    await _flush(session, of)


def _booking(of: Appointment, who: Who, participant_id: UUID) -> Booking:
    return Booking(
        appointment_id=of.appointment_id,
        who=who,
        participant_id=participant_id,
        clinic_id=of.clinic_id,
        starts_at=of.starts_at,
        ends_at=of.ends_at,
    )


async def _move(session: AsyncSession, of: Appointment) -> None:
    of_it = col(Booking.appointment_id) == of.appointment_id
    span = {"starts_at": of.starts_at, "ends_at": of.ends_at}
    try:
        await session.execute(update(Booking).where(of_it).values(span))
    except IntegrityError as error:
        raise _taken(error, of) from None


async def _flush(session: AsyncSession, of: Appointment) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        raise _taken(error, of) from None


def _taken(error: IntegrityError, of: Appointment) -> Exception:
    """What a constraint refused, when it was one on people's time: another clinic's session."""
    if getattr(error.orig, "sqlstate", None) != EXCLUDED:
        return error
    name = getattr(getattr(error.orig, "__cause__", None), "constraint_name", "") or ""
    who = name.removeprefix(ONE_AT_A_TIME)
    clash = {"who": who, "appointment_id": None}
    words = f"The {who} already has a session at that time, at another clinic."
    return Conflict(words, extra={"clashes": [clash]})


def _booked(of: Appointment, now: datetime) -> AppointmentBooked:
    return AppointmentBooked(
        occurred_at=now,
        clinic_id=of.clinic_id,
        case_id=of.case_id,
        appointment_id=of.appointment_id,
        clinician_id=of.clinician_id,
        client_ids=tuple(of.client_ids),
        room_id=of.room_id,
        starts_at=of.starts_at,
        ends_at=of.ends_at,
        zone=of.zone,
        kind=of.kind,
        mode=of.mode,
        tzdata=of.tzdata,
    )


def _rescheduled(of: Appointment, now: datetime) -> AppointmentRescheduled:
    return AppointmentRescheduled(
        occurred_at=now,
        clinic_id=of.clinic_id,
        case_id=of.case_id,
        appointment_id=of.appointment_id,
        clinician_id=of.clinician_id,
        client_ids=tuple(of.client_ids),
        starts_at=of.starts_at,
        ends_at=of.ends_at,
        zone=of.zone,
        tzdata=of.tzdata,
    )
