"""What the log says of one case, reckoned slowly and plainly from all of its events.

Written apart from the fold: it shares the event classes and nothing else, so that a fault of the
one is not a fault of the other.
"""

from collections.abc import Iterable
from typing import Any

from shared.events import Event, measures
from shared.events.goals import (
    AttainmentRated,
    DisclosureRecorded,
    GoalRated,
    MeasureAmended,
    MeasureCompleted,
    MeasureVoided,
    RatingAmended,
    RatingVoided,
)
from shared.events.intake import CaseClosed, CaseOpened, ReferralRejected
from shared.events.scheduling import AppointmentCancelled, AttendanceCorrected, AttendanceRecorded


def reckon(events: Iterable[Event]) -> dict[str, Any]:
    """Standing, clinician, clients; ratings, totals and outcomes of sessions by their ids.

    `safety`: what asks for a clinician's look, an answer or a disclosure, and whose it is.
    """
    found: dict[str, Any] = {
        "status": "pending",
        "clinician": None,
        "clients": (),
        "ratings": {},
        "answers": {},
        "sessions": {},
        "safety": {},
    }
    for event in events:
        _of_the_case(found, event)
        _of_goals(found["ratings"], event)
        _of_measures(found["answers"], event)
        _of_safety(found["safety"], event)
        _of_sessions(found["sessions"], event)
    return found


def _of_the_case(found: dict[str, Any], event: Event) -> None:
    if isinstance(event, CaseOpened):
        found["status"] = "open"
        found["clinician"] = event.clinician_id
        found["clients"] = event.client_ids
    elif isinstance(event, CaseClosed):
        found["status"] = "closed"
    elif isinstance(event, ReferralRejected):
        found["status"] = "rejected"


def _of_goals(ratings: dict[Any, Any], event: Event) -> None:
    if isinstance(event, GoalRated):
        ratings[event.rating_id] = event.value
    elif isinstance(event, AttainmentRated):
        ratings[event.rating_id] = event.level
    elif isinstance(event, RatingAmended):
        ratings[event.rating_id] = event.value
    elif isinstance(event, RatingVoided):
        ratings.pop(event.rating_id, None)


def _of_measures(answers: dict[Any, Any], event: Event) -> None:
    if isinstance(event, MeasureCompleted | MeasureAmended):
        answers[event.response_id] = event.total
    elif isinstance(event, MeasureVoided):
        answers.pop(event.response_id, None)


def _of_safety(safety: dict[Any, Any], event: Event) -> None:
    if isinstance(event, DisclosureRecorded):
        safety[event.disclosure_id] = event.client_id
    elif isinstance(event, MeasureCompleted | MeasureAmended | MeasureVoided):
        safety.pop(event.response_id, None)
        if not isinstance(event, MeasureVoided) and _asks_for_a_look(event):
            safety[event.response_id] = event.client_id


def _asks_for_a_look(event: MeasureCompleted | MeasureAmended) -> bool:
    try:
        return bool(measures.definition(event.measure, event.version).safety(event.items))
    except (measures.UnknownMeasure, measures.UnknownVersion):
        return False


def _of_sessions(sessions: dict[Any, Any], event: Event) -> None:
    if isinstance(event, AttendanceRecorded | AttendanceCorrected):
        sessions[event.appointment_id] = event.outcome.value
    elif isinstance(event, AppointmentCancelled):
        sessions[event.appointment_id] = f"cancelled_by_{event.by}"
