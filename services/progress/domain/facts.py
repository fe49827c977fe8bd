"""The events that progress folds, as msgspec structs: the contract's bytes, read faster.

tests/progress/test_facts.py holds each of them to its class in shared.events. Fields that progress
does not use are left out; msgspec passes over them.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, ValidationError, json

from shared.events.words import Attendance, EndCode, GoalKind, GoalOwner, SessionKind


Rating = Annotated[int, Meta(ge=0, le=10)]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._\-]+$", max_length=40)]
Instant = Annotated[datetime, Meta(tz=True)]


class Fact(Struct, frozen=True, gc=False):
    """What every fact about a case says; `case_id` is checked once per case and batch."""

    case_id: str
    clinic_id: UUID


class Noted(Fact, frozen=True, gc=False):
    """A fact that changes nothing here; that it was heard of is all that counts."""


class CaseOpened(Fact, frozen=True, gc=False):
    """intake.case_opened"""

    case_number: Code
    client_ids: tuple[UUID, ...]
    clinician_id: UUID


class CaseClosed(Fact, frozen=True, gc=False):
    """intake.case_closed"""

    end_code: EndCode
    closed_at: Instant


class AttendanceRecorded(Fact, frozen=True, gc=False):
    """scheduling.attendance_recorded, and attendance_corrected: the newer one holds."""

    appointment_id: UUID
    kind: SessionKind
    outcome: Attendance
    starts_at: Instant


class AppointmentCancelled(Fact, frozen=True, gc=False):
    """scheduling.appointment_cancelled"""

    appointment_id: UUID
    by: Literal["client", "service"]
    starts_at: Instant


class GoalSet(Fact, frozen=True, gc=False):
    """goals.goal_set"""

    goal_id: UUID
    client_id: UUID | None
    kind: GoalKind
    owner: GoalOwner
    target: Rating


class GoalRated(Fact, frozen=True, gc=False):
    """goals.goal_rated"""

    rating_id: UUID
    goal_id: UUID
    value: Rating
    rated_by: Literal["client", "clinician"]
    rated_at: Instant


class MeasureCompleted(Fact, frozen=True, gc=False):
    """goals.measure_completed; items may be missing: what was not told is unknown, not 0."""

    response_id: UUID
    client_id: UUID
    measure: Code
    version: Code
    items: dict[str, int]
    total: int
    answered_at: Instant


class ClinicKnown(Struct, frozen=True, gc=False):
    """clinics.clinic_opened and clinic_settings_changed: the zone of the dates in sentences."""

    clinic_id: UUID
    zone: str


CASE_FACTS: dict[str, type[Fact]] = {
    "intake.referral_accepted": Noted,
    "intake.case_opened": CaseOpened,
    "intake.case_closed": CaseClosed,
    "scheduling.appointment_booked": Noted,
    "scheduling.appointment_rescheduled": Noted,
    "scheduling.appointment_cancelled": AppointmentCancelled,
    "scheduling.attendance_recorded": AttendanceRecorded,
    "scheduling.attendance_corrected": AttendanceRecorded,
    "goals.goal_set": GoalSet,
    "goals.goal_rated": GoalRated,
    "goals.measure_completed": MeasureCompleted,
}
CLINIC_FACTS: dict[str, type[ClinicKnown]] = {
    "clinics.clinic_opened": ClinicKnown,
    "clinics.clinic_settings_changed": ClinicKnown,
}

decoders: dict[str, Callable[[bytes], Fact | ClinicKnown]] = {
    kind: json.Decoder(struct).decode for kind, struct in (CASE_FACTS | CLINIC_FACTS).items()
}


def decode(kind: str, value: bytes) -> Fact | ClinicKnown | None:
    """The fact in a record's value; None for a type that progress does not fold.

    ValueError when the value does not make one.
    """
    decoder = decoders.get(kind)
    return decoder(value) if decoder else None


__all__ = ["CASE_FACTS", "CLINIC_FACTS", "Fact", "ValidationError", "decode", "decoders"]
