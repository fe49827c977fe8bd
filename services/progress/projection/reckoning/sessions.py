"""What became of each session: the newest word holds."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.events import Event
from shared.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
    AttendanceCorrected,
    AttendanceRecorded,
)
from shared.events.words import Attendance, SessionKind


SEEN = (Attendance.ATTENDED, Attendance.LATE_SEEN)
CALLED_OFF = {
    "client": Attendance.CANCELLED_BY_CLIENT,
    "service": Attendance.CANCELLED_BY_SERVICE,
}
About = (
    AppointmentBooked
    | AppointmentRescheduled
    | AppointmentCancelled
    | AttendanceRecorded
    | AttendanceCorrected
)


@dataclass(frozen=True)
class Session:
    """One appointment; `outcome` and `kind` are None while nobody has said."""

    appointment_id: UUID
    event_id: UUID  # by which it is known as it is
    at: datetime
    outcome: Attendance | None
    kind: SessionKind | None
    came: int  # when it was first spoken of as beginning at this moment

    @property
    def seen(self) -> bool:
        """Whether somebody was seen in it."""
        return self.outcome in SEEN


def take(sessions: dict[UUID, Session], event: Event, came: int) -> None:
    """Let one event say what it does of a session; others say nothing."""
    if not isinstance(event, About):
        return
    known = sessions.get(event.appointment_id)
    if isinstance(event, AppointmentBooked) and known:
        return  # whatever else is known came later
    outcome, kind = (known.outcome, known.kind) if known else (None, None)
    if isinstance(event, AppointmentBooked):
        kind = event.kind
    elif isinstance(event, AppointmentCancelled):
        outcome = CALLED_OFF[event.by]
    elif isinstance(event, AttendanceRecorded | AttendanceCorrected):
        outcome, kind = event.outcome, event.kind
    if known and known.at == event.starts_at:
        came = known.came
    sessions[event.appointment_id] = Session(
        event.appointment_id, event.event_id, event.starts_at, outcome, kind, came
    )


def in_order(sessions: dict[UUID, Session]) -> list[Session]:
    """By when they begin; at the same moment, by when they were first spoken of."""
    return sorted(sessions.values(), key=lambda each: (each.at, each.came))


def treatments(sessions: dict[UUID, Session]) -> list[Session]:
    """The treatment sessions in which somebody was seen; an assessment is none (T14)."""
    return [each for each in in_order(sessions) if each.seen and each.kind is SessionKind.TREATMENT]
