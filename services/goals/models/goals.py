"""Goals, their versions and acts: tables and API shapes."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, field_validator
from sqlalchemy import ARRAY, BigInteger, Identity, Text
from sqlalchemy import Column as Plain
from sqlmodel import Field as Column

from services.goals.domain.goals import Act
from services.goals.models.table import Table
from shared.app import Day, In, Out, Whole, Words
from shared.db import INSTANT, coded
from shared.events.goals import GOAL_CHANGE, Weight
from shared.events.goals import Rating as Value
from shared.events.words import (
    DeclineReason,
    GoalEnd,
    GoalKind,
    GoalMethod,
    GoalOwner,
    GoalStatus,
)


class Goal(Table, table=True):
    """What a client wants to reach, as it holds now. Its words never leave this service."""

    __tablename__ = "goal"

    goal_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    client_id: UUID | None
    kind: GoalKind = Column(sa_type=coded(GoalKind))
    title: str
    description: str | None
    owner: GoalOwner = Column(sa_type=coded(GoalOwner))
    method: GoalMethod = Column(sa_type=coded(GoalMethod))
    levels: list[str] | None = Column(sa_type=ARRAY(Text))
    target: int
    weight: int
    baseline: int | None
    reliable_change: int = GOAL_CHANGE
    starts_on: date | None
    review_on: date | None
    status: GoalStatus = Column(sa_type=coded(GoalStatus))
    version: int
    last_act: Act | None = Column(default=None, sa_type=coded(Act))
    reason: str | None = None  # of the last act: why declined, how ended
    ended_at: datetime | None = Column(default=None, sa_type=INSTANT)
    set_at: datetime = Column(sa_type=INSTANT)
    set_by: UUID


class GoalVersion(Table, table=True):
    """What was agreed at one time; never changed once written."""

    __tablename__ = "goal_version"

    goal_id: UUID = Column(primary_key=True)
    version: int = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    kind: GoalKind = Column(sa_type=coded(GoalKind))
    title: str
    description: str | None
    levels: list[str] | None = Column(sa_type=ARRAY(Text))
    owner: GoalOwner = Column(sa_type=coded(GoalOwner))
    target: int
    weight: int
    review_on: date | None
    made_at: datetime = Column(sa_type=INSTANT)
    made_by: UUID


class GoalAct(Table, table=True):
    """What was done with a goal, by whom and when; the note stays here."""

    __tablename__ = "goal_act"

    number: int | None = Column(
        default=None, sa_column=Plain(BigInteger, Identity(always=True), primary_key=True)
    )
    goal_id: UUID
    clinic_id: UUID
    case_id: UUID
    act: Act = Column(sa_type=coded(Act))
    status: GoalStatus = Column(sa_type=coded(GoalStatus))
    reason: str | None
    note: str | None
    at: datetime = Column(sa_type=INSTANT)
    by: UUID | None


Title = Annotated[str, Field(min_length=1, max_length=500)]
Description = Annotated[str, Field(min_length=1, max_length=2000)]
LevelWords = Annotated[str, Field(min_length=1, max_length=500)]
Levels = Annotated[list[LevelWords], Field(min_length=5, max_length=5)]  # from -2 to +2
Baseline = Annotated[int, Field(ge=-2, le=-1, strict=True)]


class GoalCreate(In):
    """A goal as it is agreed or proposed; which fields go together depends on `method`.

    Rated 0 to 10 it has a `target`; with goal attainment scaling it has five `levels` (the level 0
    is the target), and may have a `weight` and a `baseline`.
    """

    case_id: UUID
    client_id: UUID | None
    kind: GoalKind
    title: Title
    description: Description | None = None
    owner: GoalOwner
    method: GoalMethod = GoalMethod.GBO
    target: Value | None = None
    levels: Levels | None = None
    weight: Weight | None = None
    baseline: Baseline | None = None
    starts_on: Day | None = None
    review_on: Day | None = None
    status: Literal[GoalStatus.ACTIVE, GoalStatus.PROPOSED] = GoalStatus.ACTIVE


class GoalRevise(In):
    """What is agreed anew; `version` is the newest seen, what is left out stays as it is."""

    version: Whole
    kind: GoalKind | None = None
    title: Title | None = None
    description: Description | None = None
    owner: GoalOwner | None = None
    target: Value | None = None
    levels: Levels | None = None
    weight: Weight | None = None
    review_on: Day | None = None

    @field_validator("kind", "title", "owner", "target", "levels", "weight", mode="before")
    @classmethod
    def _said(cls, value: Any) -> Any:
        """Only a description and a review day can be taken away; of the rest null says nothing."""
        if value is None:
            raise ValueError("null")
        return value


class GoalNote(In):
    """What somebody wants to say about an act; it stays in this service."""

    note: Words | None = None


class GoalBack(GoalNote):
    """A step that may take another back.

    `undoes`: only if that act, one's own, is the last one, and the step leads to where the goal
    was before it; else 409.
    """

    undoes: Whole | None = None


class GoalDecline(GoalNote):
    """Why a proposed goal is not taken on."""

    reason: DeclineReason


class GoalClose(GoalNote):
    """How work on a goal ended."""

    outcome: Literal[GoalEnd.ACHIEVED, GoalEnd.NOT_ACHIEVED, GoalEnd.WITHDRAWN]


class GoalRead(Out):
    """A goal as it is shown."""

    goal_id: UUID
    case_id: UUID
    client_id: UUID | None
    kind: GoalKind
    title: str
    description: str | None
    owner: GoalOwner
    method: GoalMethod
    target: int
    levels: list[str] | None
    weight: int
    baseline: int | None
    reliable_change: int
    starts_on: date | None
    review_on: date | None
    status: GoalStatus
    version: int
    set_at: datetime
    ended_at: datetime | None


class GoalActed(GoalRead):
    """A goal after an act; `last_act` is to be named when that is taken back."""

    last_act: int | None


class GoalVersionRead(Out):
    """What was agreed at one time."""

    version: int
    kind: GoalKind
    title: str
    description: str | None
    levels: list[str] | None
    owner: GoalOwner
    target: int
    weight: int
    review_on: date | None
    made_at: datetime
    made_by: UUID


class GoalActRead(Out):
    """What was done with a goal, by whom (null: the closing of its case) and when."""

    act: Act
    status: GoalStatus
    reason: str | None
    note: str | None
    at: datetime
    by: UUID | None


class GoalHistory(GoalRead):
    """A goal with everything that was agreed and done, the newest first."""

    versions: list[GoalVersionRead]
    acts: list[GoalActRead]
