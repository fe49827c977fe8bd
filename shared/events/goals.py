"""What the goals service publishes. Keyed by case. Titles and descriptions stay in the service."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.events.base import Code, Event, Instant
from shared.events.words import GoalKind, GoalOwner, RatedBy


Rating = Annotated[int, Field(ge=0, le=10, strict=True)]


class GoalSet(Event):
    """A goal was agreed; for one client of the case, or for all of them (null)."""

    type: Literal["goals.goal_set"] = "goals.goal_set"
    goal_id: UUID
    case_id: UUID
    client_id: UUID | None
    kind: GoalKind
    owner: GoalOwner
    target: Rating


class GoalRated(Event):
    """Where a goal stands, 0 (not at all) to 10 (fully reached)."""

    type: Literal["goals.goal_rated"] = "goals.goal_rated"
    rating_id: UUID
    goal_id: UUID
    case_id: UUID
    client_id: UUID | None
    value: Rating
    rated_by: RatedBy
    rated_at: Instant
    appointment_id: UUID | None = None


class MeasureCompleted(Event):
    """A questionnaire was answered; what its numbers mean stands in its definition.

    `total` counts units, of which the definition's `per_point` make a point (nearly always one):
    a mean stays exact. Where items stand for themselves it only says that they came whole.
    """

    type: Literal["goals.measure_completed"] = "goals.measure_completed"
    response_id: UUID
    case_id: UUID
    client_id: UUID
    measure: Code
    version: Code
    items: dict[Annotated[str, Field(pattern=r"^[0-9]{1,2}$")], int]
    total: int
    answered_at: Instant


GoalsEvent = GoalSet | GoalRated | MeasureCompleted
