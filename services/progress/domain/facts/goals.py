"""What goals says of goals and their ratings."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, field

from services.progress.domain.facts.base import Fact, Instant
from shared.events.goals import GOAL_CHANGE
from shared.events.words import GoalEnd, GoalKind, GoalMethod, GoalOwner, GoalStatus


Rating = Annotated[int, Meta(ge=0, le=10)]
Level = Annotated[int, Meta(ge=-2, le=2)]
Value = Annotated[int, Meta(ge=-2, le=10)]  # on whichever scale the goal has
Weight = Annotated[int, Meta(ge=0, le=100)]
PointsOfTen = Annotated[int, Meta(ge=1, le=10)]
Rater = Literal["client", "clinician"]  # as text: an enum costs more than the rest of a look-up


class GoalFact(Fact, frozen=True, gc=False):
    """What every fact about a goal says."""

    goal_id: UUID


class GoalSet(GoalFact, frozen=True, gc=False):
    """goals.goal_set"""

    client_id: UUID | None
    kind: GoalKind
    owner: GoalOwner
    target: Rating
    method: GoalMethod = GoalMethod.GBO
    status: GoalStatus = GoalStatus.ACTIVE
    weight: Weight = 1
    baseline: Level | None = None
    reliable_change: PointsOfTen = GOAL_CHANGE
    review_on: date | None = None


class GoalRevised(GoalFact, frozen=True, gc=False):
    """goals.goal_revised"""

    kind: GoalKind
    owner: GoalOwner
    target: Rating
    weight: Weight
    review_on: date | None


class GoalAgreed(GoalFact, frozen=True, gc=False):
    """goals.goal_agreed"""


class GoalDeclined(GoalFact, frozen=True, gc=False):
    """goals.goal_declined"""


class GoalPaused(GoalFact, frozen=True, gc=False):
    """goals.goal_paused"""


class GoalResumed(GoalFact, frozen=True, gc=False):
    """goals.goal_resumed"""


class GoalClosed(GoalFact, frozen=True, gc=False):
    """goals.goal_closed"""

    outcome: GoalEnd


class GoalReopened(GoalFact, frozen=True, gc=False):
    """goals.goal_reopened"""


class GoalRated(GoalFact, frozen=True, gc=False):
    """goals.goal_rated"""

    rating_id: UUID
    client_id: UUID | None
    value: Rating
    rated_by: Rater
    rated_at: Instant


class AttainmentRated(GoalFact, frozen=True, gc=False):
    """goals.attainment_rated: the level is a value on the goal's own scale."""

    rating_id: UUID
    client_id: UUID | None
    value: Level = field(name="level")
    rated_by: Rater
    rated_at: Instant


class RatingAmended(GoalFact, frozen=True, gc=False):
    """goals.rating_amended"""

    rating_id: UUID
    client_id: UUID | None
    value: Value
    rated_by: Rater
    rated_at: Instant


class RatingVoided(GoalFact, frozen=True, gc=False):
    """goals.rating_voided"""

    rating_id: UUID
