"""Goals and their ratings: tables and API shapes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.app import Day, In, Out
from shared.db import INSTANT, coded
from shared.events.goals import Rating as Value
from shared.events.words import GoalKind, GoalOwner, GoalStatus


class Goal(Table, table=True):
    """What a client wants to reach. Title and description never leave this service in an event."""

    __tablename__ = "goal"

    goal_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    client_id: UUID | None
    kind: GoalKind = Column(sa_type=coded(GoalKind))
    title: str
    description: str | None
    owner: GoalOwner = Column(sa_type=coded(GoalOwner))
    target: int
    review_on: date | None
    status: GoalStatus = Column(sa_type=coded(GoalStatus))
    set_at: datetime = Column(sa_type=INSTANT)
    set_by: UUID


class GoalCreate(In):
    """A goal as it is agreed."""

    case_id: UUID
    client_id: UUID | None
    kind: GoalKind
    title: Annotated[str, Field(min_length=1, max_length=500)]
    description: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    owner: GoalOwner
    target: Value
    review_on: Day | None = None


class GoalRead(Out):
    """A goal as it is shown."""

    goal_id: UUID
    case_id: UUID
    client_id: UUID | None
    kind: GoalKind
    title: str
    description: str | None
    owner: GoalOwner
    target: int
    review_on: date | None
    status: GoalStatus
    set_at: datetime
