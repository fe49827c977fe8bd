"""Ratings of goals: tables and API shapes."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field as Column

from services.goals.models.table import Table
from shared.app import In, Moment, Out, Whole
from shared.db import INSTANT, coded
from shared.events.goals import Value
from shared.events.words import CorrectionReason, RatedBy


class Rating(Table, table=True):
    """Where a goal stood at a moment, as it holds now."""

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
    version: int = 1
    voided_at: datetime | None = Column(default=None, sa_type=INSTANT)
    voided_by: UUID | None = None
    void_reason: CorrectionReason | None = Column(default=None, sa_type=coded(CorrectionReason))
    entered_at: datetime = Column(sa_type=INSTANT)
    entered_by: UUID

    @property
    def voided(self) -> bool:
        """Whether it does not count any more."""
        return self.voided_at is not None


class RatingVersion(Table, table=True):
    """What was entered at one time; never changed once written."""

    __tablename__ = "rating_version"

    rating_id: UUID = Column(primary_key=True)
    version: int = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    client_id: UUID | None
    value: int
    rated_by: RatedBy = Column(sa_type=coded(RatedBy))
    rated_at: datetime = Column(sa_type=INSTANT)
    reason: CorrectionReason | None = Column(sa_type=coded(CorrectionReason))
    entered_at: datetime = Column(sa_type=INSTANT)
    entered_by: UUID


class RatingCreate(In):
    """A rating as it is given, on the goal's own scale: 0 to 10, or a level from -2 to +2."""

    value: Value
    rated_by: RatedBy
    client_id: UUID | None = None
    rated_at: Moment | None = None
    appointment_id: UUID | None = None


class RatingAmend(In):
    """What holds instead; `version` is the newest seen, what is left out stays as it is."""

    version: Whole
    value: Value
    rated_by: RatedBy | None = None
    rated_at: Moment | None = None
    client_id: UUID | None = None
    reason: CorrectionReason


class RatingVoid(In):
    """Why a rating does not count any more."""

    reason: CorrectionReason


class RatingRead(Out):
    """A rating as it is shown, in its newest version."""

    rating_id: UUID
    goal_id: UUID
    client_id: UUID | None
    value: int
    rated_by: RatedBy
    rated_at: datetime
    appointment_id: UUID | None
    version: int
    voided: bool


class RatingVersionRead(Out):
    """What was entered at one time; the first version has no reason."""

    version: int
    client_id: UUID | None
    value: int
    rated_by: RatedBy
    rated_at: datetime
    reason: CorrectionReason | None
    entered_at: datetime
    entered_by: UUID


class RatingHistory(RatingRead):
    """A rating with all that was ever entered, newest first, and whether it was voided."""

    versions: list[RatingVersionRead]
    voided_at: datetime | None
    voided_by: UUID | None
    void_reason: CorrectionReason | None
