"""How goals stand, as progress answers it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from shared.app import Out
from shared.events.measures import Change
from shared.events.words import GoalKind, GoalMethod, GoalStatus, RatedBy


class TrendRead(Out):
    """How fast scores move; `index` and `reliable` are null where no error is known: see `why`."""

    per_week: float | None
    index: float | None
    reliable: bool | None
    why: str


class RatingPoint(Out):
    """One rating of a goal, on the goal's own scale; a voided one counts for nothing."""

    rating_id: UUID
    at: datetime
    value: int
    by: RatedBy
    client_id: UUID | None
    voided: bool


class GoalLine(Out):
    """How a goal moved for one client in one rater's eyes; client null: for none of them alone."""

    client_id: UUID | None
    by: RatedBy
    ratings: int
    first: int
    latest: int
    best: int
    change: int
    verdict: Change


class GoalProgress(Out):
    """How a goal moved since its first rating in the case; nulls while there is none.

    `first` to `trend` are of the goal's own ratings: of a shared goal those that are for none of
    its clients alone. Each client's own movement is in `lines`.
    """

    goal_id: UUID
    client_id: UUID | None
    kind: GoalKind
    owner: str
    target: int
    method: GoalMethod
    status: GoalStatus
    status_since: datetime
    weight: int
    reliable_change: int
    review_on: date | None
    ratings: int
    first: int | None
    latest: int | None
    best: int | None
    change: int | None
    verdict: Change | None
    reached: bool
    stalled: bool
    stalled_since: datetime | None
    stalled_clients: list[UUID]  # whose own line it is that stands still
    trend: TrendRead
    lines: list[GoalLine]
    points: list[RatingPoint]


class Attainment(Out):
    """The T score of the goals that are rated by attainment; client null: of the whole case."""

    client_id: UUID | None
    t_score: float
    at_start: float
    goals: int


class KindProgress(Out):
    """How one of the eight kinds of goal stands, by the goal that looks worst in it."""

    kind: GoalKind
    goals: int
    goal_id: UUID | None
    method: GoalMethod | None
    start: int | None
    now: int | None
    target: int | None
    verdict: Change | Literal["no_goal", "not_rated"]
    stalled: bool
