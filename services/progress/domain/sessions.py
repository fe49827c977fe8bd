"""What facts about appointments make of a case's sessions; the newest one holds."""

from uuid import UUID

from services.progress.domain import facts
from services.progress.domain.packed import octets, stamp
from services.progress.domain.rules import Cause, Told
from services.progress.domain.state import BOOKED, KINDS, NOT_TOLD, OUTCOMES, SESSIONS, Case
from shared.events.words import Attendance


KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
OUTCOME_NUMBERS = {outcome: number for number, outcome in enumerate(OUTCOMES)}


def booked(case: Case, fact: facts.AppointmentBooked, cause: Cause) -> list[Told]:
    """A session stands in the diary; its booking comes first, whatever is known holds."""
    if SESSIONS.find(case.sessions, octets(fact.appointment_id)):
        return []
    kind = KIND_NUMBERS[fact.kind]
    _session(case, fact.appointment_id, stamp(fact.starts_at), BOOKED, kind, cause)
    return []


def rescheduled(case: Case, fact: facts.AppointmentRescheduled, cause: Cause) -> list[Told]:
    """A session was moved; what it is for stays."""
    outcome, kind = _known(case, fact.appointment_id)
    _session(case, fact.appointment_id, stamp(fact.starts_at), outcome, kind, cause)
    return []


def cancelled(case: Case, fact: facts.AppointmentCancelled, cause: Cause) -> list[Told]:
    """A session was called off."""
    by_client = fact.by == "client"
    outcome = Attendance.CANCELLED_BY_CLIENT if by_client else Attendance.CANCELLED_BY_SERVICE
    number, kind = OUTCOME_NUMBERS[outcome], _known(case, fact.appointment_id)[1]
    _session(case, fact.appointment_id, stamp(fact.starts_at), number, kind, cause)
    return []


def attendance(case: Case, fact: facts.AttendanceRecorded, cause: Cause) -> list[Told]:
    """What became of a session."""
    outcome, kind = OUTCOME_NUMBERS[fact.outcome], KIND_NUMBERS[fact.kind]
    _session(case, fact.appointment_id, stamp(fact.starts_at), outcome, kind, cause)
    return []


def _known(case: Case, appointment: UUID) -> tuple[int, int]:
    """What was told so far of a session: what became of it, and what it is for."""
    row = SESSIONS.find(case.sessions, octets(appointment))
    if row is None:
        return BOOKED, NOT_TOLD
    _, _, _, outcome, kind = SESSIONS.unpack(row)
    return outcome, kind


def _session(
    case: Case, appointment: UUID, starts_at: int, outcome: int, kind: int, cause: Cause
) -> None:
    row = SESSIONS.pack(starts_at, octets(appointment), cause.event_id, outcome, kind)
    case.sessions = SESSIONS.put(case.sessions, row)
