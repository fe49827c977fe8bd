"""Whose time a session takes: locked in one order, refused when taken, held by constraints."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Update, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.scheduling import domain, queries
from services.scheduling.models import Appointment, Booking, Status, Who
from shared import outbox
from shared.clock import wall_time
from shared.errors import Conflict


EXCLUDED = "23P01"
ONE_AT_A_TIME = "one_session_at_a_time_"


async def lock(session: AsyncSession, of: Appointment) -> None:
    """The case and everybody's time, in one sorted order: a bare exclusion constraint deadlocks."""
    await outbox.lock(session, of.case_id, *(participant for _, participant in _people(of)))


async def refuse_clashes(session: AsyncSession, of: Appointment) -> None:
    """Conflict, naming what is in the way, when anybody's time is taken. Ask under the lock."""
    span = of.starts_at, of.ends_at
    taken = await queries.in_the_way(session, _people(of), span, but=of.appointment_id)
    domain.refuse_clashes([_clash(each, of.zone) for each in taken])


async def take(session: AsyncSession, of: Appointment) -> None:
    """Take everybody's time; the constraints have the last word, also about other clinics."""
    await session.flush()  # a hold refers to its session's row
    session.add_all(_booking(of, who, participant) for who, participant in _people(of))
    try:
        await session.flush()
    except IntegrityError as error:
        raise _taken(error) from None


async def move(session: AsyncSession, of: Appointment) -> None:
    """Give the old time back and take the new one, in one step."""
    span = {"starts_at": of.starts_at, "ends_at": of.ends_at}
    try:
        await session.execute(_of(of).values(span))
    except IntegrityError as error:
        raise _taken(error) from None


async def free(session: AsyncSession, of: Appointment) -> None:
    """Give everybody's time back."""
    await session.execute(_of(of).values(status=Status.CANCELLED))


def _of(of: Appointment) -> Update:
    return update(Booking).where(col(Booking.appointment_id) == of.appointment_id)


def _people(of: Appointment) -> Iterator[tuple[Who, UUID]]:
    yield Who.CLINICIAN, of.clinician_id
    if of.room_id is not None:
        yield Who.ROOM, of.room_id
    for client_id in of.client_ids:
        yield Who.CLIENT, client_id


def _clash(taken: Booking, zone: str) -> domain.Clash:
    starts, ends = (wall_time(each, zone) for each in (taken.starts_at, taken.ends_at))
    return domain.Clash(taken.who, taken.appointment_id, starts, ends)


def _booking(of: Appointment, who: Who, participant_id: UUID) -> Booking:
    return Booking(
        appointment_id=of.appointment_id,
        who=who,
        participant_id=participant_id,
        clinic_id=of.clinic_id,
        starts_at=of.starts_at,
        ends_at=of.ends_at,
    )


def _taken(error: IntegrityError) -> Exception:
    """What a constraint refused, when it was one on people's time: another clinic's session."""
    if getattr(error.orig, "sqlstate", None) != EXCLUDED:
        return error
    name = getattr(getattr(error.orig, "__cause__", None), "constraint_name", "") or ""
    who = name.removeprefix(ONE_AT_A_TIME)
    clash = {"who": who, "appointment_id": None}
    words = f"The {who} already has a session at that time, at another clinic."
    return Conflict(words, extra={"clashes": [clash]})
