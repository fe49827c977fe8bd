"""The fold: what one more fact makes of a case's state.

Facts of two publishers may come in any order, so no branch asks what another publisher has said so
far: each writes its own fields, and what cannot be used yet is kept until it can. Within one
publisher and case the order is true; a score counts by when it was given, not by when it came, and
one that was corrected stands as if it had come right.
"""

from collections.abc import Callable
from typing import Any

from services.progress.domain import answers, facts, goals, sessions
from services.progress.domain.packed import octets, stamp
from services.progress.domain.rules import Cause, Told, after
from services.progress.domain.state import MARK, RECENT, Case


def fold(case: Case, fact: facts.Fact, cause: Cause) -> list[Told]:
    """Put one fact into `case`, changing it; the flags that this raised or cleared, in order.

    ValueError when the fact cannot be true.
    """
    changes = FOLDS[type(fact)](case, fact, cause)
    changes += after(case, fact, cause)
    case.recent = (case.recent + cause.event_id[:MARK])[-RECENT * MARK :]
    return changes


def _noted(case: Case, fact: facts.Noted, cause: Cause) -> list[Told]:
    return []


def _referral_received(case: Case, fact: facts.ReferralReceived, cause: Cause) -> list[Told]:
    case.number, case.modality = fact.case_number, fact.modality.value
    case.received_at = stamp(fact.received_at)
    return []


def _referral_rejected(case: Case, fact: facts.ReferralRejected, cause: Cause) -> list[Told]:
    case.status, case.closed_at = "rejected", cause.at
    return []


def _case_opened(case: Case, fact: facts.CaseOpened, cause: Cause) -> list[Told]:
    case.clinic = octets(fact.clinic_id)  # the referral may have come to another one
    case.number, case.modality = fact.case_number, fact.modality.value
    case.clients = [octets(client) for client in fact.client_ids]
    case.clinician = octets(fact.clinician_id)
    case.status, case.opened_at = "open", cause.at
    case.received_at = stamp(fact.referred_at)
    if fact.previous_closed_at and fact.previous_end_code:
        case.previous_closed_at = stamp(fact.previous_closed_at)
        case.previous_end_code = fact.previous_end_code.value
    return []


def _case_closed(case: Case, fact: facts.CaseClosed, cause: Cause) -> list[Told]:
    case.status = "closed"
    case.end_code, case.closed_at = fact.end_code.value, stamp(fact.closed_at)
    return []


FOLDS: dict[type[facts.Fact], Callable[[Case, Any, Cause], list[Told]]] = {
    facts.Noted: _noted,
    facts.ReferralReceived: _referral_received,
    facts.ReferralRejected: _referral_rejected,
    facts.CaseOpened: _case_opened,
    facts.CaseClosed: _case_closed,
    facts.AppointmentBooked: sessions.booked,
    facts.AppointmentRescheduled: sessions.rescheduled,
    facts.AppointmentCancelled: sessions.cancelled,
    facts.AttendanceRecorded: sessions.attendance,
    facts.GoalSet: goals.goal_set,
    facts.GoalRevised: goals.goal_revised,
    **dict.fromkeys(goals.STATUS, goals.goal_moved),
    facts.GoalClosed: goals.goal_closed,
    facts.GoalRated: goals.goal_rated,
    facts.AttainmentRated: goals.goal_rated,
    facts.RatingAmended: goals.rating_amended,
    facts.RatingVoided: goals.rating_voided,
    facts.MeasureCompleted: answers.measure_completed,
    facts.MeasureAmended: answers.measure_amended,
    facts.MeasureVoided: answers.measure_voided,
    facts.SafetyLeftUnsent: answers.left_unsent,
    facts.DisclosureRecorded: answers.disclosed,
    facts.DisclosureVoided: answers.disclosure_voided,
}
