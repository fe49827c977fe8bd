"""The fold: what one more fact makes of a case's state.

Facts of two publishers may come in any order, so no branch asks what another publisher has said so
far: each writes its own fields, and what cannot be used yet is kept until it can. Within one
publisher and case the order is true; a score counts by when it was given, not by when it came.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.progress.domain import facts
from services.progress.domain.measures import GOAL_CHANGE, checked
from services.progress.domain.packed import micros, octets
from services.progress.domain.rules import Cause, Told, reassess
from services.progress.domain.state import (
    ANSWERS,
    KINDS,
    MARK,
    NOT_TOLD,
    OUTCOMES,
    RATERS,
    RATINGS,
    RECENT,
    SESSIONS,
    UNKNOWN,
    Case,
    Goal,
    Measure,
)
from shared.events.words import Attendance, Rule


KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
OUTCOME_NUMBERS = {outcome: number for number, outcome in enumerate(OUTCOMES)}
RATER_NUMBERS = {rater: number for number, rater in enumerate(RATERS)}


def fold(case: Case, fact: facts.Fact, cause: Cause) -> list[Told]:
    """Put one fact into `case`, changing it; the flags that this raised or cleared, in order.

    ValueError when the fact cannot be true.
    """
    changes = FOLDS[type(fact)](case, fact, cause)
    case.recent = (case.recent + cause.event_id[:MARK])[-RECENT * MARK :]
    return changes


def _noted(case: Case, fact: facts.Noted, cause: Cause) -> list[Told]:
    return []


def _case_opened(case: Case, fact: facts.CaseOpened, cause: Cause) -> list[Told]:
    case.number = fact.case_number
    case.clients = [octets(client) for client in fact.client_ids]
    case.clinician = octets(fact.clinician_id)
    case.status = "open"
    return []


def _case_closed(case: Case, fact: facts.CaseClosed, cause: Cause) -> list[Told]:
    case.status = "closed"
    return []


def _attendance_recorded(case: Case, fact: facts.AttendanceRecorded, cause: Cause) -> list[Told]:
    outcome, kind = OUTCOME_NUMBERS[fact.outcome], KIND_NUMBERS[fact.kind]
    _session(case, fact.appointment_id, micros(fact.starts_at), outcome, kind, cause)
    return []


def _appointment_cancelled(
    case: Case, fact: facts.AppointmentCancelled, cause: Cause
) -> list[Told]:
    by_client = fact.by == "client"
    outcome = Attendance.CANCELLED_BY_CLIENT if by_client else Attendance.CANCELLED_BY_SERVICE
    number = OUTCOME_NUMBERS[outcome]
    _session(case, fact.appointment_id, micros(fact.starts_at), number, NOT_TOLD, cause)
    return []


def _session(
    case: Case, appointment: UUID, starts_at: int, outcome: int, kind: int, cause: Cause
) -> None:
    row = SESSIONS.pack(starts_at, octets(appointment), cause.event_id, outcome, kind)
    case.sessions, _ = SESSIONS.add(SESSIONS.without(case.sessions, octets(appointment)), row)


def _goal_set(case: Case, fact: facts.GoalSet, cause: Cause) -> list[Told]:
    goal = case.goals.setdefault(octets(fact.goal_id), Goal())
    goal.kind, goal.target, goal.owner = fact.kind, fact.target, fact.owner
    goal.client = octets(fact.client_id) if fact.client_id else None
    # Ratings that were kept until now may already tell of a fall.
    return reassess(case, Rule.DETERIORATION, goal.client, cause) if goal.ratings else []


def _goal_rated(case: Case, fact: facts.GoalRated, cause: Cause) -> list[Told]:
    goal = case.goals.get(octets(fact.goal_id))
    if goal is None:
        goal = case.goals[octets(fact.goal_id)] = Goal()
    value = fact.value
    row = RATINGS.pack(
        micros(fact.rated_at),
        octets(fact.rating_id),
        cause.event_id,
        value,
        RATER_NUMBERS[fact.rated_by],
    )
    if not goal.ratings:
        goal.first = goal.best = value
    goal.best = max(goal.best, value)
    goal.ratings, newest = RATINGS.add(goal.ratings, row)
    if newest and value - goal.first > -GOAL_CHANGE:
        return []  # nearly every rating: it can neither raise nor clear anything
    goal.first = next(RATINGS.rows(goal.ratings))[3]
    return reassess(case, Rule.DETERIORATION, goal.client, cause) if goal.kind else []


def _measure_completed(case: Case, fact: facts.MeasureCompleted, cause: Cause) -> list[Told]:
    told = checked(fact.measure, fact.version, fact.total, fact.items)
    client, answer = octets(fact.client_id), UNKNOWN if told is None else told
    measure = _measure(case, fact.measure, client)
    measure.version = fact.version
    row = ANSWERS.pack(
        micros(fact.answered_at),
        octets(fact.response_id),
        cause.event_id,
        fact.total,
        answer,
        int(fact.version),
        1,
    )
    measure.answers, _ = ANSWERS.add(measure.answers, row)
    measure.first = next(ANSWERS.rows(measure.answers))[3]
    safety = reassess(case, Rule.SI_ITEM, client, cause) if answer not in (0, UNKNOWN) else []
    return safety + reassess(case, Rule.DETERIORATION, client, cause)


def _measure(case: Case, code: str, client: bytes) -> Measure:
    for measure in case.measures:
        if measure.code == code and measure.client == client:
            return measure
    case.measures.append(Measure(code, client, ""))
    return case.measures[-1]


FOLDS: dict[type[facts.Fact], Callable[[Case, Any, Cause], list[Told]]] = {
    facts.Noted: _noted,
    facts.CaseOpened: _case_opened,
    facts.CaseClosed: _case_closed,
    facts.AttendanceRecorded: _attendance_recorded,
    facts.AppointmentCancelled: _appointment_cancelled,
    facts.GoalSet: _goal_set,
    facts.GoalRated: _goal_rated,
    facts.MeasureCompleted: _measure_completed,
}
