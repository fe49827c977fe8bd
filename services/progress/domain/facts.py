"""The events that progress folds, as msgspec structs: the contract's bytes, read faster.

tests/progress/test_facts.py holds each of them to its class in shared.events. Fields that progress
does not use are left out; msgspec passes over them.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct, ValidationError, field, json

from shared.events.rules import RuleParameter
from shared.events.words import (
    Attendance,
    Disclosure,
    EndCode,
    GoalEnd,
    GoalKind,
    GoalMethod,
    GoalOwner,
    GoalStatus,
    Modality,
    Rule,
    SessionKind,
)


Rating = Annotated[int, Meta(ge=0, le=10)]
Level = Annotated[int, Meta(ge=-2, le=2)]
Value = Annotated[int, Meta(ge=-2, le=10)]  # on whichever scale the goal has
Weight = Annotated[int, Meta(ge=0, le=100)]
Rater = Literal["client", "clinician"]  # as text: an enum costs more than the rest of a look-up
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._\-]+$", max_length=40)]
Instant = Annotated[datetime, Meta(tz=True)]


class Fact(Struct, frozen=True, gc=False):
    """What every fact about a case says; `case_id` is checked once per case and batch."""

    case_id: str
    clinic_id: UUID


class Noted(Fact, frozen=True, gc=False):
    """A fact that changes nothing here; that it was heard of is all that counts."""


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


class GoalFact(Fact, frozen=True, gc=False):
    """What every fact about a goal says."""

    goal_id: UUID


class GoalSet(GoalFact, frozen=True, gc=False):
    """goals.goal_set"""

    client_id: UUID | None
    kind: GoalKind
    owner: GoalOwner
    target: Rating
    method: GoalMethod = GoalMethod.GBO
    status: GoalStatus = GoalStatus.ACTIVE
    weight: Weight = 1
    review_on: date | None = None


class GoalRevised(GoalFact, frozen=True, gc=False):
    """goals.goal_revised"""

    kind: GoalKind
    owner: GoalOwner
    target: Rating
    weight: Weight
    review_on: date | None


class GoalAgreed(GoalFact, frozen=True, gc=False):
    """goals.goal_agreed"""


class GoalDeclined(GoalFact, frozen=True, gc=False):
    """goals.goal_declined"""


class GoalPaused(GoalFact, frozen=True, gc=False):
    """goals.goal_paused"""


class GoalResumed(GoalFact, frozen=True, gc=False):
    """goals.goal_resumed"""


class GoalClosed(GoalFact, frozen=True, gc=False):
    """goals.goal_closed"""

    outcome: GoalEnd


class GoalReopened(GoalFact, frozen=True, gc=False):
    """goals.goal_reopened"""


class GoalRated(GoalFact, frozen=True, gc=False):
    """goals.goal_rated"""

    rating_id: UUID
    client_id: UUID | None
    value: Rating
    rated_by: Rater
    rated_at: Instant


class AttainmentRated(GoalFact, frozen=True, gc=False):
    """goals.attainment_rated: the level is a value on the goal's own scale."""

    rating_id: UUID
    client_id: UUID | None
    value: Level = field(name="level")
    rated_by: Rater
    rated_at: Instant


class RatingAmended(GoalFact, frozen=True, gc=False):
    """goals.rating_amended"""

    rating_id: UUID
    client_id: UUID | None
    value: Value
    rated_by: Rater
    rated_at: Instant


class RatingVoided(GoalFact, frozen=True, gc=False):
    """goals.rating_voided"""

    rating_id: UUID


class Answered(Fact, frozen=True, gc=False):
    """Answers; items may be missing: what was not told is unknown, not 0."""

    response_id: UUID
    client_id: UUID
    measure: Code
    version: Code
    items: dict[str, int]
    total: int
    answered_at: Instant
    usable: bool = True


class MeasureCompleted(Answered, frozen=True, gc=False):
    """goals.measure_completed"""


class MeasureAmended(Answered, frozen=True, gc=False):
    """goals.measure_amended"""


class MeasureVoided(Fact, frozen=True, gc=False):
    """goals.measure_voided"""

    response_id: UUID


class DisclosureRecorded(Fact, frozen=True, gc=False):
    """goals.disclosure_recorded"""

    disclosure_id: UUID
    client_id: UUID
    disclosure: Disclosure
    disclosed_at: Instant


class AboutClinic(Struct, frozen=True, gc=False):
    """What every fact about a clinic says."""

    clinic_id: UUID


class ClinicKnown(AboutClinic, frozen=True, gc=False):
    """clinics.clinic_opened and clinic_settings_changed: the zone of the dates in sentences."""

    zone: str


class RuleValue(Struct, frozen=True, gc=False):
    """One number of a rule as a clinic set it."""

    rule: Rule
    parameter: RuleParameter
    value: int


class RulesChanged(AboutClinic, frozen=True, gc=False):
    """clinics.rules_changed: what a clinic set of the rules, in force from a moment on."""

    version: int
    effective_from: Instant
    values: tuple[RuleValue, ...]


class Hours(Struct, frozen=True, gc=False):
    """From when to when a clinic works on a weekday (1 is Monday), in minutes of the day."""

    weekday: int
    begins: int
    ends: int


class CalendarChanged(AboutClinic, frozen=True, gc=False):
    """clinics.calendar_changed: when a clinic works, and who stands in for its clinicians."""

    version: int
    effective_from: Instant
    hours: tuple[Hours, ...]
    holidays: tuple[date, ...]
    deputy_id: UUID | None


CASE_FACTS: dict[str, type[Fact]] = {
    "intake.referral_received": ReferralReceived,
    "intake.referral_accepted": Noted,
    "intake.referral_rejected": ReferralRejected,
    "intake.case_opened": CaseOpened,
    "intake.case_closed": CaseClosed,
    "scheduling.appointment_booked": AppointmentBooked,
    "scheduling.appointment_rescheduled": AppointmentRescheduled,
    "scheduling.appointment_cancelled": AppointmentCancelled,
    "scheduling.attendance_recorded": AttendanceRecorded,
    "scheduling.attendance_corrected": AttendanceRecorded,
    "goals.goal_set": GoalSet,
    "goals.goal_revised": GoalRevised,
    "goals.goal_agreed": GoalAgreed,
    "goals.goal_declined": GoalDeclined,
    "goals.goal_paused": GoalPaused,
    "goals.goal_resumed": GoalResumed,
    "goals.goal_closed": GoalClosed,
    "goals.goal_reopened": GoalReopened,
    "goals.goal_rated": GoalRated,
    "goals.attainment_rated": AttainmentRated,
    "goals.rating_amended": RatingAmended,
    "goals.rating_voided": RatingVoided,
    "goals.measure_completed": MeasureCompleted,
    "goals.measure_amended": MeasureAmended,
    "goals.measure_voided": MeasureVoided,
    "goals.measure_assigned": Noted,
    "goals.measure_link_opened": Noted,
    "goals.crisis_text_shown": Noted,
    "goals.disclosure_recorded": DisclosureRecorded,
}
CLINIC_FACTS: dict[str, type[AboutClinic]] = {
    "clinics.clinic_opened": ClinicKnown,
    "clinics.clinic_settings_changed": ClinicKnown,
    "clinics.rules_changed": RulesChanged,
    "clinics.calendar_changed": CalendarChanged,
}

decoders: dict[str, Callable[[bytes], Fact | AboutClinic]] = {
    kind: json.Decoder(struct).decode for kind, struct in (CASE_FACTS | CLINIC_FACTS).items()
}


def decode(kind: str, value: bytes) -> Fact | AboutClinic | None:
    """The fact in a record's value; None for a type that progress does not fold.

    ValueError when the value does not make one.
    """
    decoder = decoders.get(kind)
    return decoder(value) if decoder else None


__all__ = ["CASE_FACTS", "CLINIC_FACTS", "Fact", "ValidationError", "decode", "decoders"]
