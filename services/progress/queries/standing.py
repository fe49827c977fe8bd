"""A case's state as the shapes of an answer. No database here."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from services.progress.domain.measures import goal_change, known, measure_change, safety_item
from services.progress.domain.packed import instant
from services.progress.domain.state import (
    ANSWERS,
    BOOKED,
    OUTCOMES,
    RATERS,
    RATINGS,
    SESSIONS,
    UNKNOWN,
    Case,
    Goal,
    Measure,
)
from services.progress.models.shapes import (
    AnswerPoint,
    AttendanceCounts,
    GoalProgress,
    MeasureProgress,
    RatingPoint,
)
from shared.events.words import Attendance, GoalKind, RatedBy


SEEN = (Attendance.ATTENDED, Attendance.LATE_SEEN)
CANCELLED = (Attendance.CANCELLED_BY_CLIENT, Attendance.CANCELLED_BY_SERVICE)


def goals(case: Case) -> list[GoalProgress]:
    """Every goal that was heard of, in the order in which they came."""
    return [_goal(id_, goal, goal.kind) for id_, goal in case.goals.items() if goal.kind]


def _goal(goal_id: bytes, goal: Goal, kind: str) -> GoalProgress:
    points = [
        RatingPoint(
            rating_id=UUID(bytes=rating_id), at=instant(at), value=value, by=RatedBy(RATERS[by])
        )
        for at, rating_id, _, value, by, *_ in RATINGS.rows(goal.ratings)
    ]
    latest = points[-1].value if points else None
    return GoalProgress(
        goal_id=UUID(bytes=goal_id),
        client_id=UUID(bytes=goal.client) if goal.client else None,
        kind=GoalKind(kind),
        owner=goal.owner,
        target=goal.target,
        ratings=len(points),
        first=goal.first if points else None,
        latest=latest,
        best=goal.best if points else None,
        change=None if latest is None else latest - goal.first,
        verdict=None if latest is None else goal_change(len(points), goal.first, latest),
        points=points,
    )


def measures(case: Case) -> list[MeasureProgress]:
    """Every measure that was answered."""
    return [_measure(measure) for measure in case.measures]


def _measure(measure: Measure) -> MeasureProgress:
    item = safety_item(measure.code, measure.version)
    points = [
        AnswerPoint(
            response_id=UUID(bytes=response_id),
            at=instant(at),
            total=total,
            safety=None if item is None or answer == UNKNOWN else {item: answer},
        )
        for at, response_id, _, total, answer, *_ in ANSWERS.rows(measure.answers)
    ]
    latest = points[-1].total
    definition = known(measure.code, measure.version)
    return MeasureProgress(
        measure=measure.code,
        version=measure.version,
        client_id=UUID(bytes=measure.client),
        first=measure.first,
        latest=latest,
        change=latest - measure.first,
        verdict=measure_change(measure.code, measure.version, len(points), measure.first, latest),
        band=definition.band(latest).code if definition else None,
        at_caseness=definition.at_caseness(latest) if definition else None,
        points=points,
    )


def attendance(case: Case) -> AttendanceCounts:
    """What became of the sessions, as last recorded or corrected."""
    counted = Counter(
        OUTCOMES[outcome]
        for _, _, _, outcome, _ in SESSIONS.rows(case.sessions)
        if outcome != BOOKED
    )
    return AttendanceCounts(
        attended=sum(counted[outcome] for outcome in SEEN),
        did_not_attend=counted[Attendance.DID_NOT_ATTEND],
        cancelled=sum(counted[outcome] for outcome in CANCELLED),
        late_not_seen=counted[Attendance.LATE_NOT_SEEN],
    )


def last_contact(case: Case) -> datetime | None:
    """When the client was last seen in a session."""
    seen = [
        at
        for at, _, _, outcome, _ in SESSIONS.rows(case.sessions)
        if outcome != BOOKED and OUTCOMES[outcome] in SEEN
    ]
    return instant(seen[-1]) if seen else None
