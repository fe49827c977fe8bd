"""What intake and scheduling say of a case."""

from typing import Literal
from uuid import UUID

from services.progress.domain.facts.base import Code, Fact, Instant
from shared.events.words import Attendance, EndCode, Modality, SessionKind


class ReferralReceived(Fact, frozen=True, gc=False):
    """intake.referral_received"""

    case_number: Code
    modality: Modality
    received_at: Instant


class ReferralRejected(Fact, frozen=True, gc=False):
    """intake.referral_rejected"""


class CaseOpened(Fact, frozen=True, gc=False):
    """intake.case_opened"""

    case_number: Code
    client_ids: tuple[UUID, ...]
    modality: Modality
    clinician_id: UUID
    referred_at: Instant
    previous_end_code: EndCode | None = None
    previous_closed_at: Instant | None = None


class CaseClosed(Fact, frozen=True, gc=False):
    """intake.case_closed"""

    end_code: EndCode
    closed_at: Instant


class AppointmentBooked(Fact, frozen=True, gc=False):
    """scheduling.appointment_booked"""

    appointment_id: UUID
    kind: SessionKind
    starts_at: Instant


class AppointmentRescheduled(Fact, frozen=True, gc=False):
    """scheduling.appointment_rescheduled"""

    appointment_id: UUID
    starts_at: Instant


class AppointmentCancelled(Fact, frozen=True, gc=False):
    """scheduling.appointment_cancelled"""

    appointment_id: UUID
    by: Literal["client", "service"]
    starts_at: Instant


class AttendanceRecorded(Fact, frozen=True, gc=False):
    """scheduling.attendance_recorded, and attendance_corrected: the newer one holds."""

    appointment_id: UUID
    kind: SessionKind
    outcome: Attendance
    starts_at: Instant
