"""Goals and their ratings: how a goal was agreed, what became of it, where it stands."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.events.base import Event, Instant
from shared.events.words import (
    CorrectionReason,
    DeclineReason,
    GoalEnd,
    GoalKind,
    GoalMethod,
    GoalOwner,
    GoalStatus,
    RatedBy,
)


Rating = Annotated[int, Field(ge=0, le=10, strict=True)]
Level = Annotated[int, Field(ge=-2, le=2, strict=True)]
Value = Annotated[int, Field(ge=-2, le=10, strict=True)]  # on whichever scale the goal has
Weight = Annotated[int, Field(ge=0, le=100, strict=True)]
Version = Annotated[int, Field(ge=1, strict=True)]
# A goal's rating moved reliably from 3 points on: what NHS England runs per goal, inclusive
# (domain sheet T13, B.4 [S16][S17]), as methods/gbo.1.json says. Higher is better.
GOAL_CHANGE = 3
Change = Annotated[int, Field(ge=1, le=10, strict=True)]


class _GoalEvent(Event):
    goal_id: UUID
    case_id: UUID


class GoalSet(_GoalEvent):
    """A goal was agreed or proposed; for one client of the case, or for all of them (null).

    With goal attainment scaling the level 0 is the target.
    """

    type: Literal["goals.goal_set"] = "goals.goal_set"
    client_id: UUID | None
    kind: GoalKind
    owner: GoalOwner
    target: Rating
    method: GoalMethod = GoalMethod.GBO
    status: GoalStatus = GoalStatus.ACTIVE
    weight: Weight = 1
    baseline: Level | None = None  # of goal attainment scaling: where the client stood at first
    reliable_change: Change = (
        GOAL_CHANGE  # from so many points of 0 to 10 on; as held when it was agreed
    )
    starts_on: date | None = None
    review_on: date | None = None


class GoalRevised(_GoalEvent):
    """A goal was agreed anew: this version holds from now on. Whose it is and its scale stay."""

    type: Literal["goals.goal_revised"] = "goals.goal_revised"
    version: Version
    kind: GoalKind
    owner: GoalOwner
    target: Rating
    weight: Weight
    review_on: date | None


class GoalAgreed(_GoalEvent):
    """A proposed goal is worked on from now on."""

    type: Literal["goals.goal_agreed"] = "goals.goal_agreed"


class GoalDeclined(_GoalEvent):
    """A proposed goal is not taken on."""

    type: Literal["goals.goal_declined"] = "goals.goal_declined"
    reason: DeclineReason


class GoalPaused(_GoalEvent):
    """A goal is on hold."""

    type: Literal["goals.goal_paused"] = "goals.goal_paused"


class GoalResumed(_GoalEvent):
    """A goal that was on hold is worked on again."""

    type: Literal["goals.goal_resumed"] = "goals.goal_resumed"


class GoalClosed(_GoalEvent):
    """Work on a goal ended."""

    type: Literal["goals.goal_closed"] = "goals.goal_closed"
    outcome: GoalEnd


class GoalReopened(_GoalEvent):
    """A goal that had ended is worked on again."""

    type: Literal["goals.goal_reopened"] = "goals.goal_reopened"


class GoalRated(_GoalEvent):
    """Where a goal stands, 0 (not at all) to 10 (fully reached)."""

    type: Literal["goals.goal_rated"] = "goals.goal_rated"
    rating_id: UUID
    client_id: UUID | None
    value: Rating
    rated_by: RatedBy
    rated_at: Instant
    appointment_id: UUID | None = None


class AttainmentRated(_GoalEvent):
    """Which of its five described levels a goal has reached, -2 to +2."""

    type: Literal["goals.attainment_rated"] = "goals.attainment_rated"
    rating_id: UUID
    client_id: UUID | None
    level: Level
    rated_by: RatedBy
    rated_at: Instant
    appointment_id: UUID | None = None


class RatingAmended(_GoalEvent):
    """A rating was wrong; this holds instead, on the goal's own scale."""

    type: Literal["goals.rating_amended"] = "goals.rating_amended"
    rating_id: UUID
    client_id: UUID | None
    version: Version
    value: Value
    rated_by: RatedBy
    rated_at: Instant
    reason: CorrectionReason


class RatingVoided(_GoalEvent):
    """A rating does not count any more."""

    type: Literal["goals.rating_voided"] = "goals.rating_voided"
    rating_id: UUID
    reason: CorrectionReason
