"""What the goals service publishes, keyed by case. The words of goals stay in the service."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.events.base import Code, Event, Instant, Sealed
from shared.events.words import (
    AnsweredBy,
    CorrectionReason,
    DeclineReason,
    Disclosure,
    GoalEnd,
    GoalKind,
    GoalMethod,
    GoalOwner,
    GoalStatus,
    RatedBy,
    RhythmKind,
)


Rating = Annotated[int, Field(ge=0, le=10, strict=True)]
Level = Annotated[int, Field(ge=-2, le=2, strict=True)]
Value = Annotated[int, Field(ge=-2, le=10, strict=True)]  # on whichever scale the goal has
Weight = Annotated[int, Field(ge=0, le=100, strict=True)]
Version = Annotated[int, Field(ge=1, strict=True)]
Change = Annotated[int, Field(ge=1, le=10, strict=True)]
Weeks = Annotated[int, Field(ge=1, le=52, strict=True)]
Items = dict[Annotated[str, Field(pattern=r"^[0-9]{1,2}$")], int]


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
    reliable_change: Change = 3  # from so many points of 0 to 10 on; as held when it was agreed
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


class _MeasureEvent(Event):
    case_id: UUID
    client_id: UUID
    measure: Code


class _Answers(_MeasureEvent):
    response_id: UUID
    version: Code
    items: Items
    total: int
    answered_at: Instant


class MeasureCompleted(_Answers):
    """A questionnaire was answered; what its numbers mean stands in its definition.

    `total` counts units, of which `per_point` make a point. Items that are not there are unknown,
    never 0. `usable` is false when a sender's total disagrees with its items: both are kept, the
    score is not used; an answered safety item still counts.
    """

    type: Literal["goals.measure_completed"] = "goals.measure_completed"
    usable: bool = True
    by: AnsweredBy = AnsweredBy.STAFF


class MeasureAmended(_Answers):
    """Answers were wrong; these hold instead."""

    type: Literal["goals.measure_amended"] = "goals.measure_amended"
    amendment: Version
    usable: bool
    by: AnsweredBy
    reason: CorrectionReason


class MeasureVoided(_MeasureEvent):
    """Answers do not count any more."""

    type: Literal["goals.measure_voided"] = "goals.measure_voided"
    response_id: UUID
    reason: CorrectionReason


class MeasureAssigned(_MeasureEvent):
    """A client is given a measure from now on, in a rhythm; `ended` when no more."""

    type: Literal["goals.measure_assigned"] = "goals.measure_assigned"
    assignment_id: UUID
    rhythm: RhythmKind
    weeks: Weeks | None
    ended: bool = False


class MeasureLinkOpened(_MeasureEvent):
    """A client may answer by a link (sealed under their key; null: given in person)."""

    type: Literal["goals.measure_link_opened"] = "goals.measure_link_opened"
    link_id: UUID
    expires_at: Instant
    link: Sealed | None


class CrisisTextShown(_MeasureEvent):
    """A client was shown the clinic's crisis text after answering a safety item."""

    type: Literal["goals.crisis_text_shown"] = "goals.crisis_text_shown"
    link_id: UUID
    crisis_text_version: int
    language: Code


class SafetyLeftUnsent(_MeasureEvent):
    """A safety item was answered above 0 on a link, and the answers were not sent.

    Which answer it was is not told: it was not sent. That somebody should look is.
    """

    type: Literal["goals.safety_left_unsent"] = "goals.safety_left_unsent"
    link_id: UUID
    answered_at: Instant


class DisclosureRecorded(Event):
    """A client said in words what a safety item asks; staff entered it as a code."""

    type: Literal["goals.disclosure_recorded"] = "goals.disclosure_recorded"
    disclosure_id: UUID
    case_id: UUID
    client_id: UUID
    disclosure: Disclosure
    disclosed_at: Instant


GoalsEvent = (
    GoalSet | GoalRevised | GoalAgreed | GoalDeclined | GoalPaused | GoalResumed | GoalClosed
    | GoalReopened | GoalRated | AttainmentRated | RatingAmended | RatingVoided
    | MeasureCompleted | MeasureAmended | MeasureVoided | MeasureAssigned | MeasureLinkOpened
    | CrisisTextShown | SafetyLeftUnsent | DisclosureRecorded
)  # fmt: skip
