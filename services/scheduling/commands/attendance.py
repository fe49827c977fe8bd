"""Recording what became of a session; a correction keeps what was said before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.scheduling import domain, queries
from services.scheduling.models import Appointment, AttendanceEntry, Status
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Conflict, overtaken
from shared.events.scheduling import AttendanceCorrected, AttendanceRecorded
from shared.events.words import Attendance


async def record_attendance(
    session: AsyncSession,
    actor: Actor,
    appointment_id: UUID,
    outcome: Attendance,
    now: datetime,
    undoes: int | None = None,
) -> Appointment:
    """The session's outcome. The same again changes nothing; another one corrects it.

    Conflict, naming who was last, where it takes back what is not the actor's own last entry.
    Invalid for somebody who did not come, before the session begins.
    """
    seen = await queries.appointment(session, actor, appointment_id)
    await outbox.lock(session, seen.case_id)
    found = await queries.appointment(session, actor, appointment_id)
    starts = (found.starts_at, found.wall)
    domain.check_recordable(found.status == Status.CANCELLED, outcome, starts, now)
    if undoes is not None:
        await _check_last(session, actor, found, undoes, outcome)
    if found.outcome == outcome:
        return found
    event = _event(found, outcome, now)
    found.outcome = outcome
    session.add(await _entry(session, actor, found, outcome, now))
    await outbox.publish(session, event)
    await audit.record(session, actor, "attendance_recorded", appointment_id)
    return found


async def _check_last(
    session: AsyncSession, actor: Actor, of: Appointment, undoes: int, outcome: Attendance
) -> None:
    """Conflict unless the last entry is this one, the actor's, and the one before says this."""
    last, before = await queries.last_entries(session, of.appointment_id)
    if last is None or (last.number, last.recorded_by) != (undoes, actor.sub):
        raise _overtaken(last)
    if before is None or before.outcome != outcome:
        raise _overtaken(before)


def _overtaken(entry: AttendanceEntry | None) -> Conflict:
    return overtaken(entry.recorded_by, entry.recorded_at) if entry else overtaken(None, None)


async def _entry(
    session: AsyncSession, actor: Actor, of: Appointment, outcome: Attendance, now: datetime
) -> AttendanceEntry:
    return AttendanceEntry(
        appointment_id=of.appointment_id,
        number=await queries.entries(session, of.appointment_id) + 1,
        clinic_id=of.clinic_id,
        outcome=outcome,
        recorded_at=now,
        recorded_by=actor.sub,
    )


def _event(
    of: Appointment, outcome: Attendance, now: datetime
) -> AttendanceRecorded | AttendanceCorrected:
    said = {
        "occurred_at": now,
        "clinic_id": of.clinic_id,
        "case_id": of.case_id,
        "appointment_id": of.appointment_id,
        "kind": of.kind,
        "outcome": outcome,
        "starts_at": of.starts_at,
    }
    if of.outcome is None:
        return AttendanceRecorded(**said)
    return AttendanceCorrected(**said, was=of.outcome)
