"""Goals and their ratings; a rating that was corrected stands as if it had come right at once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.events import Event
from shared.events.goals import (
    GOAL_CHANGE,
    AttainmentRated,
    GoalAgreed,
    GoalClosed,
    GoalDeclined,
    GoalPaused,
    GoalRated,
    GoalReopened,
    GoalResumed,
    GoalRevised,
    GoalSet,
    RatingAmended,
    RatingVoided,
)
from shared.events.words import GoalMethod, GoalStatus, RatedBy


MOVED_TO: dict[type[Event], GoalStatus] = {
    GoalAgreed: GoalStatus.ACTIVE,
    GoalDeclined: GoalStatus.DECLINED,
    GoalPaused: GoalStatus.ON_HOLD,
    GoalResumed: GoalStatus.ACTIVE,
    GoalReopened: GoalStatus.ACTIVE,
}
Said = (
    GoalSet | GoalRevised | GoalClosed | GoalRated | AttainmentRated | RatingAmended | RatingVoided
)


@dataclass
class Rating:
    """One rating as it stands; `event_id` is the event that flags rest on."""

    rating_id: UUID
    event_id: UUID
    client: UUID | None
    at: datetime
    value: int
    by: RatedBy
    came: int
    voided: bool = False


@dataclass
class Goal:
    """One goal; `kind` is None when it was spoken of and never set: then it is shown nowhere."""

    goal_id: UUID
    kind: str | None = None
    client: UUID | None = None
    owner: str = ""
    target: int = 0
    method: GoalMethod = GoalMethod.GBO
    status: GoalStatus = GoalStatus.ACTIVE
    status_since: datetime | None = None
    weight: int = 1
    baseline: int | None = None  # the level at which it began, where that was told
    reliable_change: int = GOAL_CHANGE
    review_on: date | None = None
    ratings: list[Rating] = field(default_factory=list)

    def rated(self) -> list[Rating]:
        """The ratings that count, oldest first; of the same moment, as they came."""
        counting = [each for each in self.ratings if not each.voided]
        return sorted(counting, key=lambda each: (each.at, each.came))

    def whose(self, rating: Rating) -> UUID | None:
        """Whose movement a rating belongs to: its goal's client, or of a shared goal its own."""
        return self.client or rating.client

    def line(self, client: UUID | None) -> list[Rating]:
        """What one client's movement rests on: the client's word where there is any."""
        theirs = [each for each in self.rated() if self.whose(each) == client]
        return [each for each in theirs if each.by is RatedBy.CLIENT] or theirs

    def lines(self) -> list[tuple[UUID | None, list[Rating]]]:
        """Every client's line; a shared goal's common ratings belong to nobody (None)."""
        whose = dict.fromkeys(self.whose(each) for each in self.rated())
        return [(client, self.line(client)) for client in whose]


def take(goals: dict[UUID, Goal], event: Event, came: int) -> None:
    """Let one event say what it does of a goal; others say nothing."""
    if not isinstance(event, Said | GoalAgreed | GoalDeclined | GoalPaused | GoalResumed) and (
        not isinstance(event, GoalReopened)
    ):
        return
    corrects = isinstance(event, GoalRevised | RatingAmended | RatingVoided)
    if corrects and event.goal_id not in goals:
        return
    goal = goals.setdefault(event.goal_id, Goal(event.goal_id))
    if isinstance(event, GoalRated | AttainmentRated):
        goal.ratings.append(_rating(goal, event, came))
    elif isinstance(event, RatingAmended):
        _amend(goal, event)
    elif isinstance(event, RatingVoided):
        for rating in _standing(goal, event.rating_id):
            rating.voided = True
    else:
        _life(goal, event)


def _life(goal: Goal, event: Any) -> None:
    if isinstance(event, GoalSet):
        goal.client, goal.method = event.client_id, event.method
        goal.reliable_change, goal.baseline = event.reliable_change, event.baseline
        goal.status, goal.status_since = event.status, event.occurred_at
    elif isinstance(event, GoalClosed):
        goal.status, goal.status_since = GoalStatus(event.outcome.value), event.occurred_at
    elif not isinstance(event, GoalRevised):
        goal.status, goal.status_since = MOVED_TO[type(event)], event.occurred_at
    if isinstance(event, GoalSet) or (isinstance(event, GoalRevised) and goal.kind):
        goal.kind, goal.owner, goal.target = event.kind.value, event.owner.value, event.target
        goal.weight, goal.review_on = event.weight, event.review_on


def _rating(goal: Goal, event: GoalRated | AttainmentRated, came: int) -> Rating:
    value = event.value if isinstance(event, GoalRated) else event.level
    client = None if goal.client else event.client_id
    said = (event.rated_at, value, event.rated_by, came)
    return Rating(event.rating_id, event.event_id, client, *said)


def _standing(goal: Goal, rating_id: UUID) -> list[Rating]:
    """The rating of this id, unless it was voided: what is void stays so."""
    return [each for each in goal.ratings if each.rating_id == rating_id and not each.voided][:1]


def _amend(goal: Goal, event: RatingAmended) -> None:
    for rating in _standing(goal, event.rating_id):
        client = None if goal.client else event.client_id
        if client != rating.client:
            rating.event_id = event.event_id  # a new fact, about somebody else
        rating.client, rating.at = client, event.rated_at
        rating.value, rating.by = event.value, event.rated_by
