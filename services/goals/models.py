"""Tables and API shapes of goals, ratings and answered measures."""

import re
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field
from sqlalchemy import ARRAY, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from services.goals.domain import Status
from shared.app import Day, In, Moment, Out, Whole
from shared.db import INSTANT, coded
from shared.events.goals import Rating as Value
from shared.events.words import GoalKind, GoalOwner, RatedBy


class Table(SQLModel, registry=registry()):
    """What all tables of this service derive from."""


class CaseCopy(Table, table=True):
    """What intake said about a case."""

    __tablename__ = "case_copy"

    case_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    clinician_id: UUID
    client_ids: list[UUID] = Column(sa_type=ARRAY(Uuid))
    referred_at: datetime = Column(sa_type=INSTANT)
    closed_at: datetime | None = Column(sa_type=INSTANT)


class ZoneCopy(Table, table=True):
    """What clinics said about a clinic's time zone, and from when on."""

    __tablename__ = "zone_copy"

    clinic_id: UUID = Column(primary_key=True)
    effective_from: datetime = Column(primary_key=True, sa_type=INSTANT)
    zone: str


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
    status: Status = Column(sa_type=coded(Status))
    set_at: datetime = Column(sa_type=INSTANT)
    set_by: UUID


class Rating(Table, table=True):
    """Where a goal stood at a moment."""

    __tablename__ = "rating"

    rating_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    goal_id: UUID
    case_id: UUID
    client_id: UUID | None
    value: int
    rated_by: RatedBy = Column(sa_type=coded(RatedBy))
    rated_at: datetime = Column(sa_type=INSTANT)
    appointment_id: UUID | None
    entered_at: datetime = Column(sa_type=INSTANT)
    entered_by: UUID


class Response(Table, table=True):
    """A measure that was answered, with what its definition of that version makes of it."""

    __tablename__ = "response"

    response_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    version: str
    items: dict[str, int] = Column(sa_type=JSONB)
    total: int
    band: str
    at_caseness: bool | None
    answered_at: datetime = Column(sa_type=INSTANT)
    entered_at: datetime = Column(sa_type=INSTANT)
    entered_by: UUID


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
    status: Status
    set_at: datetime


class RatingCreate(In):
    """A rating as it is given: 0 not at all, 10 fully reached."""

    value: Value
    rated_by: RatedBy
    client_id: UUID | None = None
    rated_at: Moment | None = None
    appointment_id: UUID | None = None


class RatingRead(Out):
    """A rating as it is shown."""

    rating_id: UUID
    goal_id: UUID
    client_id: UUID | None
    value: int
    rated_by: RatedBy
    rated_at: datetime
    appointment_id: UUID | None


def _item_numbers(value: Any) -> Any:
    # A key comes back in the error that names it, so a key must have no room for words.
    if isinstance(value, dict) and not all(re.fullmatch(r"[0-9]{1,2}", k) for k in value):
        raise ValueError("item numbers")
    return value


class ResponseCreate(In):
    """Answers as they are given: item number to answer."""

    case_id: UUID
    client_id: UUID
    version: Annotated[str, Field(pattern=r"^[0-9]{1,6}$")] | None = None
    items: Annotated[dict[str, Whole], BeforeValidator(_item_numbers)]
    answered_at: Moment | None = None


class ResponseRead(Out):
    """Answers as they are shown, with their score."""

    response_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    version: str
    items: dict[str, int]
    total: int
    band: str
    at_caseness: bool | None
    answered_at: datetime
