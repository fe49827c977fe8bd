"""What is heard of sessions: a rhythm may follow them, and their links follow their times."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.goals.commands import saved
from services.goals.domain.assignments import session_name
from services.goals.models.assignments import SessionCopy
from services.goals.queries import assignments
from services.goals.queries import links as queries
from shared.errors import Invalid
from shared.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
)


async def check(session: AsyncSession, case_id: UUID, appointment_id: UUID | None) -> None:
    """Invalid for a session that is not the case's, is off, or has not been heard of yet.

    One answer for all that is unknown, to be asked again: it may only be too early.
    """
    if appointment_id is None:
        return
    found = await assignments.session_of_case(session, case_id, appointment_id)
    if found is None:
        unknown = Invalid.of("appointment_id", "is not a session of this case, or not yet")
        unknown.headers = {"Retry-After": "1"}
        raise unknown
    if found.cancelled:
        raise Invalid.of("appointment_id", "is a session that was cancelled")


async def remember(
    session: AsyncSession, event: AppointmentBooked | AppointmentRescheduled
) -> None:
    """When a session is. A link of it that is open ends as much later as the session does."""
    before = await session.get(SessionCopy, event.appointment_id)
    moved = event.ends_at - before.ends_at if before else timedelta()
    names = {"appointment_id", "clinic_id", "case_id", "client_ids", "starts_at", "ends_at"}
    row = insert(SessionCopy).values(event.model_dump(include=names))
    change = {"starts_at": row.excluded.starts_at, "ends_at": row.excluded.ends_at}
    await session.execute(row.on_conflict_do_update(index_elements=["appointment_id"], set_=change))
    for link in await queries.open_in_case(session, event.case_id):
        if link.occasion == session_name(event.appointment_id):
            link.expires_at += moved


async def forget(session: AsyncSession, event: AppointmentCancelled, now: datetime) -> None:
    """A session is off: nobody is asked for it any more."""
    off = update(SessionCopy).where(col(SessionCopy.appointment_id) == event.appointment_id)
    await session.execute(off.values(cancelled=True))
    for link in await queries.open_in_case(session, event.case_id):
        if link.occasion == session_name(event.appointment_id):
            await saved.end(session, link, now)
