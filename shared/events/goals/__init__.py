"""What the goals service publishes, keyed by case. The words of goals stay in the service."""

from shared.events.goals.answers import (
    MeasureAmended,
    MeasureAssigned,
    MeasureCompleted,
    MeasureLinkOpened,
    MeasureVoided,
    Weeks,
)
from shared.events.goals.lives import (
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
    Rating,
    RatingAmended,
    RatingVoided,
    Value,
    Weight,
)
from shared.events.goals.safety import (
    CrisisTextShown,
    DisclosureRecorded,
    DisclosureVoided,
    SafetyLeftUnsent,
)


GoalsEvent = (
    GoalSet | GoalRevised | GoalAgreed | GoalDeclined | GoalPaused | GoalResumed | GoalClosed
    | GoalReopened | GoalRated | AttainmentRated | RatingAmended | RatingVoided
    | MeasureCompleted | MeasureAmended | MeasureVoided | MeasureAssigned | MeasureLinkOpened
    | CrisisTextShown | SafetyLeftUnsent | DisclosureRecorded | DisclosureVoided
)  # fmt: skip

__all__ = [
    "GOAL_CHANGE",
    "AttainmentRated",
    "CrisisTextShown",
    "DisclosureRecorded",
    "DisclosureVoided",
    "GoalAgreed",
    "GoalClosed",
    "GoalDeclined",
    "GoalPaused",
    "GoalRated",
    "GoalReopened",
    "GoalResumed",
    "GoalRevised",
    "GoalSet",
    "GoalsEvent",
    "MeasureAmended",
    "MeasureAssigned",
    "MeasureCompleted",
    "MeasureLinkOpened",
    "MeasureVoided",
    "Rating",
    "RatingAmended",
    "RatingVoided",
    "SafetyLeftUnsent",
    "Value",
    "Weeks",
    "Weight",
]
