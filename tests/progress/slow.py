"""The same projection, reckoned slowly from all events at once, sharing no code with it."""

from collections.abc import Iterable
from typing import Any

from shared.events import Event
from shared.events.goals import (
    AttainmentRated,
    GoalRated,
    GoalSet,
    MeasureAmended,
    MeasureCompleted,
    MeasureVoided,
    RatingAmended,
    RatingVoided,
)
from shared.events.intake import CaseClosed
from shared.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
    AttendanceCorrected,
    AttendanceRecorded,
)
from shared.events.words import RatedBy


CORRECTIONS = RatingAmended | RatingVoided | MeasureAmended | MeasureVoided
RATED = ("client_id", "rated_by", "rated_at")
ANSWERED = ("client_id", "measure", "version", "items", "total", "answered_at", "usable")


def come_right(events: Iterable[Event]) -> list[Event]:
    """The history had every fact come right at once; what was voided never came."""
    events = list(events)
    found = [e for e in events if not isinstance(e, CORRECTIONS)]
    return [right for event in found if (right := _right(event, events))]


def _right(event: Any, events: list[Any]) -> Any:
    for later in events:
        if isinstance(event, GoalRated | AttainmentRated):
            if isinstance(later, RatingVoided) and later.rating_id == event.rating_id:
                return None
            if isinstance(later, RatingAmended) and later.rating_id == event.rating_id:
                scale = "value" if isinstance(event, GoalRated) else "level"
                right = {name: getattr(later, name) for name in RATED} | {scale: later.value}
                shared = _is_shared(event.goal_id, events)
                event = event.model_copy(update=right | (_anew(event, later) if shared else {}))
        elif isinstance(event, MeasureCompleted):
            if isinstance(later, MeasureVoided) and later.response_id == event.response_id:
                return None
            if isinstance(later, MeasureAmended) and later.response_id == event.response_id:
                right = {name: getattr(later, name) for name in ANSWERED}
                event = event.model_copy(update=right | _anew(event, later))
    return event


def _anew(event: Any, later: Any) -> dict[str, Any]:
    """What was told of the wrong person is a new fact about the right one."""
    return {} if event.client_id == later.client_id else {"event_id": later.event_id}


def _is_shared(goal_id: Any, events: list[Any]) -> bool:
    sets = [e for e in events if isinstance(e, GoalSet) and e.goal_id == goal_id]
    return all(event.client_id is None for event in sets)


def _in_order(events: list[Any], when: str) -> list[Any]:
    """By the time a fact speaks of; of the same moment, as they came."""
    return sorted(events, key=lambda event: getattr(event, when))


def goals(events: Iterable[Event]) -> dict[Any, tuple[int | None, ...]]:
    """Goal → ratings, first, latest, best of its own line; goals never set are left out.

    A shared goal's own line are the ratings that are for neither client alone.
    """
    events = come_right(events)
    found: dict[Any, tuple[int | None, ...]] = {}
    for goal in (event for event in events if isinstance(event, GoalSet)):
        values = [event.value for event in line(events, goal, goal.client_id)]
        summary = (values[0], values[-1], max(values)) if values else (None, None, None)
        found[goal.goal_id] = (len(values), *summary)
    return found


def line(events: Iterable[Event], goal: GoalSet, client: Any) -> list[Any]:
    """What a client said of a goal, by when; what the clinician said where the client said nothing.

    When the goal is one client's, all ratings are about that client.
    """
    rated = [e for e in events if isinstance(e, GoalRated) and e.goal_id == goal.goal_id]
    theirs = [e for e in rated if goal.client_id or e.client_id == client]
    own = [e for e in theirs if e.rated_by is RatedBy.CLIENT]
    return _in_order(own or theirs, "rated_at")


def totals(events: Iterable[Event]) -> dict[Any, list[int]]:
    """Client → the totals of their questionnaires that count, the earliest first."""
    found: dict[Any, list[int]] = {}
    for event in _scores(come_right(events)):
        found.setdefault(event.client_id, []).append(event.total)
    return found


def _scores(events: Iterable[Event]) -> list[Any]:
    answered = [event for event in events if isinstance(event, MeasureCompleted)]
    whole = [e for e in answered if e.usable and (not e.items or sum(e.items.values()) == e.total)]
    return _in_order(whole, "answered_at")


def outcomes(events: Iterable[Event]) -> dict[Any, str]:
    """Appointment → what became of it; "booked" while nobody has said."""
    found: dict[Any, str] = {}
    for event in events:
        if isinstance(event, AttendanceRecorded | AttendanceCorrected):
            found[event.appointment_id] = event.outcome.value
        elif isinstance(event, AppointmentCancelled):
            found[event.appointment_id] = f"cancelled_by_{event.by}"
        elif isinstance(event, AppointmentBooked | AppointmentRescheduled):
            found.setdefault(event.appointment_id, "booked")
    return found


def worse(events: Iterable[Event]) -> set[Any]:
    """Events that are reliably worse than the first of their kind: PHQ-9 by 6, a set goal by 3.

    None once the case has ended: nobody is asked to look any more.
    """
    events = come_right(events)
    if any(isinstance(event, CaseClosed) for event in events):
        return set()
    scores, found = _scores(events), set()
    for client in {event.client_id for event in scores}:
        theirs = [event for event in scores if event.client_id == client]
        found |= {e.event_id for e in theirs if e.total - theirs[0].total >= 6}
    clients = {getattr(event, "client_id", None) for event in events}
    for goal in (event for event in events if isinstance(event, GoalSet)):
        for client in clients:
            rated = line(events, goal, client)
            found |= {e.event_id for e in rated if rated[0].value - e.value >= 3}
    return found


def alarming(events: Iterable[Event]) -> set[Any]:
    """Questionnaires whose ninth answer is above 0."""
    answered = [event for event in come_right(events) if isinstance(event, MeasureCompleted)]
    return {event.event_id for event in answered if event.items.get("9", 0) > 0}
