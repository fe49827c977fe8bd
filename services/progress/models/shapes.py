"""What progress answers. Every answer says up to which moment it holds."""

from datetime import datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

from shared.app import In, Out, Page, Words
from shared.events.measures import Change
from shared.events.words import FlagState, GoalKind, RatedBy, Rule, Severity


Item = TypeVar("Item")


class Fresh(Out):
    """Up to when everything was taken in; null while that is not known (never guessed)."""

    current_to: datetime | None
    lag_seconds: float | None


class FreshPage(Page[Item], Fresh, Generic[Item]):
    """One page of a list."""


class RatingPoint(Out):
    """One rating of a goal."""

    rating_id: UUID
    at: datetime
    value: int
    by: RatedBy


class GoalProgress(Out):
    """How a goal moved since its first rating in the case; nulls while there is none."""

    goal_id: UUID
    client_id: UUID | None
    kind: GoalKind
    owner: str
    target: int
    ratings: int
    first: int | None
    latest: int | None
    best: int | None
    change: int | None
    verdict: Change | None
    points: list[RatingPoint]


class AnswerPoint(Out):
    """One questionnaire; `safety` is the answer to its safety item, null when it was not told."""

    response_id: UUID
    at: datetime
    total: int
    safety: dict[str, int] | None


class MeasureProgress(Out):
    """How a measure moved since its first score in the case."""

    measure: str
    version: str
    client_id: UUID
    first: int
    latest: int
    change: int
    verdict: Change
    band: str | None
    at_caseness: bool | None
    points: list[AnswerPoint]


class AttendanceCounts(Out):
    """What became of the case's sessions; late and not seen is neither attended nor missed."""

    attended: int
    did_not_attend: int
    cancelled: int
    late_not_seen: int


class Acknowledgement(Out):
    """Who saw a flag first, when, and what they noted."""

    by: UUID
    at: datetime
    note: str


class FlagRead(Out):
    """A clinician should look, and why."""

    flag_id: UUID
    rule: Rule
    rule_version: int
    severity: Severity
    case_id: UUID
    clinic_id: UUID
    client_id: UUID | None
    state: FlagState
    raised_at: datetime
    sentence: str
    evidence: list[UUID]
    acknowledged: Acknowledgement | None


class FlagAnswer(FlagRead, Fresh):
    """One flag."""


class CaseSummary(Out):
    """A case as it stands."""

    case_id: UUID
    case_number: str | None
    clinic_id: UUID
    clinician_id: UUID | None
    client_ids: list[UUID]
    status: Literal["pending", "open", "closed"]
    goals: list[GoalProgress]
    measures: list[MeasureProgress]
    attendance: AttendanceCounts
    last_contact: datetime | None
    flags: list[FlagRead]


class CaseRead(CaseSummary, Fresh):
    """One case; `set_aside` counts its events that could not be taken in."""

    set_aside: int


class Acknowledge(In):
    """What the person who looks has to say; it stays in this database."""

    note: Words
