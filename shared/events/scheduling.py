"""What the scheduling service publishes. Keyed by case."""

from typing import Literal
from uuid import UUID

from shared.events.base import Code, Event, Instant, Zone
from shared.events.words import Attendance, SessionKind, SessionMode


class AppointmentBooked(Event):
    """A session stands in the diary."""

    type: Literal["scheduling.appointment_booked"] = "scheduling.appointment_booked"
    case_id: UUID
    appointment_id: UUID
    clinician_id: UUID
    client_ids: tuple[UUID, ...]
    room_id: UUID | None
    starts_at: Instant
    ends_at: Instant
    zone: Zone
    kind: SessionKind
    mode: SessionMode
    tzdata: Code


class AppointmentRescheduled(Event):
    """A session was moved."""

    type: Literal["scheduling.appointment_rescheduled"] = "scheduling.appointment_rescheduled"
    case_id: UUID
    appointment_id: UUID
    clinician_id: UUID
    client_ids: tuple[UUID, ...]
    starts_at: Instant
    ends_at: Instant
    zone: Zone
    tzdata: Code


class AppointmentCancelled(Event):
    """A session was called off before it took place."""

    type: Literal["scheduling.appointment_cancelled"] = "scheduling.appointment_cancelled"
    case_id: UUID
    appointment_id: UUID
    client_ids: tuple[UUID, ...]
    by: Literal["client", "service"]
    starts_at: Instant
    zone: Zone
    tell_clients: bool = True  # false after a death: no message may ask anybody not to come


class AttendanceRecorded(Event):
    """What became of a session."""

    type: Literal["scheduling.attendance_recorded"] = "scheduling.attendance_recorded"
    case_id: UUID
    appointment_id: UUID
    kind: SessionKind
    outcome: Attendance
    starts_at: Instant


class AttendanceCorrected(Event):
    """What was recorded before was wrong; this holds instead."""

    type: Literal["scheduling.attendance_corrected"] = "scheduling.attendance_corrected"
    case_id: UUID
    appointment_id: UUID
    kind: SessionKind
    outcome: Attendance
    was: Attendance
    starts_at: Instant


SchedulingEvent = (
    AppointmentBooked
    | AppointmentRescheduled
    | AppointmentCancelled
    | AttendanceRecorded
    | AttendanceCorrected
)
