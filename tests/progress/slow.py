"""The same projection, reckoned slowly from all events at once, sharing no code with it."""

from collections.abc import Iterable
from typing import Any

from shared.events import Event
from shared.events.goals import GoalRated, GoalSet, MeasureCompleted
from shared.events.scheduling import AppointmentCancelled, AttendanceCorrected, AttendanceRecorded


def _in_order(events: list[Any], when: str) -> list[Any]:
    """By the time a fact speaks of; of the same moment, as they came."""
    return sorted(events, key=lambda event: getattr(event, when))


def goals(events: Iterable[Event]) -> dict[Any, tuple[int | None, ...]]:
    """Goal → ratings, first, latest, best; goals that were never set are left out."""
    events = list(events)
    found: dict[Any, tuple[int | None, ...]] = {}
    for goal in (event for event in events if isinstance(event, GoalSet)):
        rated = [e for e in events if isinstance(e, GoalRated) and e.goal_id == goal.goal_id]
        values = [event.value for event in _in_order(rated, "rated_at")]
        summary = (values[0], values[-1], max(values)) if values else (None, None, None)
        found[goal.goal_id] = (len(values), *summary)
    return found


def totals(events: Iterable[Event]) -> list[int]:
    """The totals of the case's questionnaires, the earliest first."""
    answered = [event for event in events if isinstance(event, MeasureCompleted)]
    return [event.total for event in _in_order(answered, "answered_at")]


def outcomes(events: Iterable[Event]) -> dict[Any, str]:
    """Appointment → what became of it."""
    found: dict[Any, str] = {}
    for event in events:
        if isinstance(event, AttendanceRecorded | AttendanceCorrected):
            found[event.appointment_id] = event.outcome.value
        elif isinstance(event, AppointmentCancelled):
            found[event.appointment_id] = f"cancelled_by_{event.by}"
    return found


def worse(events: Iterable[Event]) -> set[Any]:
    """Events that are reliably worse than the first of their kind: PHQ-9 by 6, a set goal by 3."""
    events = list(events)
    answered = _in_order([e for e in events if isinstance(e, MeasureCompleted)], "answered_at")
    found = {e.event_id for e in answered if e.total - answered[0].total >= 6}
    for goal in (event for event in events if isinstance(event, GoalSet)):
        rated = [e for e in events if isinstance(e, GoalRated) and e.goal_id == goal.goal_id]
        rated = _in_order(rated, "rated_at")
        found |= {e.event_id for e in rated if rated[0].value - e.value >= 3}
    return found


def alarming(events: Iterable[Event]) -> set[Any]:
    """Questionnaires whose ninth answer is above 0."""
    answered = [event for event in events if isinstance(event, MeasureCompleted)]
    return {event.event_id for event in answered if event.items.get("9", 0) > 0}
