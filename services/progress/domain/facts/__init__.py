"""The events that progress folds, as msgspec structs: the contract's bytes, read faster.

tests/progress/test_facts.py holds each of them to its class in shared.events. Fields that progress
does not use are left out; msgspec passes over them.
"""

from collections.abc import Callable

from msgspec import ValidationError, json

from services.progress.domain.facts.answers import (
    Answered,
    DisclosureRecorded,
    DisclosureVoided,
    MeasureAmended,
    MeasureCompleted,
    MeasureVoided,
    SafetyLeftUnsent,
)
from services.progress.domain.facts.base import (
    Fact,
    Noted,
)
from services.progress.domain.facts.cases import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
    AttendanceRecorded,
    CaseClosed,
    CaseOpened,
    ReferralReceived,
    ReferralRejected,
)
from services.progress.domain.facts.clinics import (
    AboutClinic,
    CalendarChanged,
    ClinicKnown,
    Hours,
    RulesChanged,
    RuleValue,
    StaffJoined,
    StaffKnown,
    StaffLeft,
)
from services.progress.domain.facts.goals import (
    AttainmentRated,
    GoalAgreed,
    GoalClosed,
    GoalDeclined,
    GoalFact,
    GoalPaused,
    GoalRated,
    GoalReopened,
    GoalResumed,
    GoalRevised,
    GoalSet,
    RatingAmended,
    RatingVoided,
)


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
    "goals.safety_left_unsent": SafetyLeftUnsent,
    "goals.disclosure_recorded": DisclosureRecorded,
    "goals.disclosure_voided": DisclosureVoided,
}
CLINIC_FACTS: dict[str, type[AboutClinic]] = {
    "clinics.clinic_opened": ClinicKnown,
    "clinics.clinic_settings_changed": ClinicKnown,
    "clinics.rules_changed": RulesChanged,
    "clinics.calendar_changed": CalendarChanged,
    "clinics.staff_joined": StaffJoined,
    "clinics.staff_roles_changed": StaffKnown,
    "clinics.staff_left": StaffLeft,
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


__all__ = [
    "CASE_FACTS",
    "CLINIC_FACTS",
    "AboutClinic",
    "Answered",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AppointmentRescheduled",
    "AttainmentRated",
    "AttendanceRecorded",
    "CalendarChanged",
    "CaseClosed",
    "CaseOpened",
    "ClinicKnown",
    "DisclosureRecorded",
    "DisclosureVoided",
    "Fact",
    "GoalAgreed",
    "GoalClosed",
    "GoalDeclined",
    "GoalFact",
    "GoalPaused",
    "GoalRated",
    "GoalReopened",
    "GoalResumed",
    "GoalRevised",
    "GoalSet",
    "Hours",
    "MeasureAmended",
    "MeasureCompleted",
    "MeasureVoided",
    "Noted",
    "RatingAmended",
    "RatingVoided",
    "ReferralReceived",
    "ReferralRejected",
    "RuleValue",
    "RulesChanged",
    "SafetyLeftUnsent",
    "StaffJoined",
    "StaffKnown",
    "StaffLeft",
    "ValidationError",
    "decode",
    "decoders",
]
