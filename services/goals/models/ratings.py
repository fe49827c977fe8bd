"""Ratings of goals: table and API shapes."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.app import In, Moment, Out
from shared.db import INSTANT, coded
from shared.events.goals import Rating as Value
from shared.events.words import RatedBy


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
