"""Who missed a session and is to be reached: for the front desk of one clinic."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from services.scheduling.models import Appointment, AppointmentRead, Case, Missed, Status
from shared.events.words import Attendance


# Who came was met, also where it was too late to be seen.
CAME = (Attendance.ATTENDED, Attendance.LATE_SEEN, Attendance.LATE_NOT_SEEN)
CALLED_OFF = (Attendance.CANCELLED_BY_CLIENT, Attendance.CANCELLED_BY_SERVICE)
_order = tuple_(col(Appointment.starts_at), col(Appointment.appointment_id))


def _unanswered(clinic_id: UUID) -> list[ColumnElement[bool]]:
    """The last missed session of each open case, with no time agreed and nobody come since.

    Only a client who came, or with whom a time was agreed, is known to have been reached: a later
    session that was called off, or that stood in the diary before, says nothing.
    """
    since = aliased(Appointment)
    later = tuple_(col(since.starts_at), col(since.appointment_id)) > _order
    answered = exists().where(
        col(since.case_id) == col(Appointment.case_id),
        col(since.status) == Status.BOOKED,
        or_(
            and_(later, col(since.outcome).in_((Attendance.DID_NOT_ATTEND, *CAME))),
            and_(
                col(since.agreed_at) > col(Appointment.starts_at),
                or_(col(since.outcome).is_(None), col(since.outcome).not_in(CALLED_OFF)),
                col(since.appointment_id) != col(Appointment.appointment_id),
            ),
        ),
    )
    closed = exists().where(
        col(Case.case_id) == col(Appointment.case_id), col(Case.closed_at).is_not(None)
    )
    return [
        col(Appointment.clinic_id) == clinic_id,
        col(Appointment.status) == Status.BOOKED,
        col(Appointment.outcome) == Attendance.DID_NOT_ATTEND,
        ~closed,
        ~answered,
    ]


def _in_a_row() -> ScalarSelect[int]:
    """How many sessions a case missed since somebody was last seen, up to this one.

    What was called off, or came to nothing because they were late, ends no row (D.2).
    """
    missed, seen = aliased(Appointment), aliased(Appointment)
    between = exists().where(
        col(seen.case_id) == col(missed.case_id),
        col(seen.outcome).in_((Attendance.ATTENDED, Attendance.LATE_SEEN)),
        col(seen.starts_at) > col(missed.starts_at),
        col(seen.starts_at) <= col(Appointment.starts_at),
    )
    counted = select(func.count()).where(
        col(missed.case_id) == col(Appointment.case_id),
        col(missed.status) == Status.BOOKED,
        col(missed.outcome) == Attendance.DID_NOT_ATTEND,
        col(missed.starts_at) <= col(Appointment.starts_at),
        ~between,
    )
    return counted.correlate(Appointment).scalar_subquery()


def _next(now: datetime) -> ScalarSelect[datetime | None]:
    """The wall time of a case's next session that stands in the diary."""
    ahead = aliased(Appointment)
    found = select(func.min(col(ahead.wall))).where(
        col(ahead.case_id) == col(Appointment.case_id),
        col(ahead.status) == Status.BOOKED,
        col(ahead.outcome).is_(None),
        col(ahead.starts_at) > now,
    )
    return found.correlate(Appointment).scalar_subquery()


async def missed(
    session: AsyncSession,
    clinic_id: UUID,
    now: datetime,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> list[Missed]:
    """Who missed a session and was not reached as far as is known, the latest first; one more."""
    wanted = select(Appointment, _in_a_row(), _next(now)).where(*_unanswered(clinic_id))
    if after:
        wanted = wanted.where(_order < after)
    newest = (col(Appointment.starts_at).desc(), col(Appointment.appointment_id).desc())
    rows = await session.execute(wanted.order_by(*newest).limit(limit + 1))
    return [
        Missed(
            **AppointmentRead.model_validate(found).model_dump(),
            in_a_row=often,
            coming=coming.isoformat(timespec="minutes") if coming is not None else None,
        )
        for found, often, coming in rows.all()
    ]


async def count_missed(session: AsyncSession, clinic_id: UUID) -> int:
    """How many of them there are at a clinic."""
    return await session.scalar(select(func.count()).where(*_unanswered(clinic_id))) or 0
