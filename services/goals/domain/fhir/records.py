"""What a resource is made from: a case's goals, ratings and answers, as plain values."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.events.measures import Answers
from shared.events.words import AnsweredBy, GoalMethod, RatedBy


@dataclass(frozen=True)
class GoalRecord:
    """A goal, with both of its FHIR statuses and the day that they are from."""

    goal_id: UUID
    case_id: UUID
    client_id: UUID | None
    lifecycle: str
    achievement: str | None
    kind: str
    title: str
    description: str | None
    method: GoalMethod
    levels: tuple[str, ...]
    target: int
    starts_on: date
    status_on: date


@dataclass(frozen=True)
class RatingRecord:
    """Where a goal stood, on the goal's own scale."""

    rating_id: UUID
    goal_id: UUID
    case_id: UUID
    client_id: UUID | None
    goal_for: UUID | None
    method: GoalMethod
    value: int
    rated_by: RatedBy
    rated_at: datetime
    entered_at: datetime
    entered_by: UUID
    amended: bool
    voided: bool


@dataclass(frozen=True)
class AnswerRecord:
    """A questionnaire's answers; `total` counts units, and is not to be used unless `usable`."""

    response_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    version: str
    items: Answers
    total: int
    usable: bool
    answered_at: datetime
    entered_at: datetime
    by: AnsweredBy
    amended: bool
    voided: bool
