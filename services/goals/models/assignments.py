"""Measures given to clients in a rhythm, and the sessions that a rhythm follows."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field as Column

from services.goals.models.links import LinkRead
from services.goals.models.table import Table
from shared.app import In, Out, Whole, YesNo
from shared.db import INSTANT, coded
from shared.events.base import Code
from shared.events.words import RhythmKind


class SessionCopy(Table, table=True):
    """What scheduling said about a session."""

    __tablename__ = "session_copy"

    appointment_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    client_ids: list[UUID] = Column(sa_type=ARRAY(Uuid))
    starts_at: datetime = Column(sa_type=INSTANT)
    ends_at: datetime = Column(sa_type=INSTANT)
    cancelled: bool = False


class Assignment(Table, table=True):
    """A measure that a client is given; `send` by message, or handed over by the clinician."""

    __tablename__ = "assignment"

    assignment_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    rhythm: RhythmKind = Column(sa_type=coded(RhythmKind))
    weeks: int | None = None
    send: bool
    assigned_at: datetime = Column(sa_type=INSTANT)
    assigned_by: UUID
    end_due_at: datetime | None = Column(default=None, sa_type=INSTANT)
    ended_at: datetime | None = Column(default=None, sa_type=INSTANT)


class AssignmentCreate(In):
    """A measure to be given."""

    case_id: UUID
    client_id: UUID
    measure: Code
    rhythm: RhythmKind
    weeks: Annotated[Whole, Field(ge=1, le=52)] | None = None
    send: YesNo


class AssignmentRead(Out):
    """A measure as it is given, with its newest link."""

    assignment_id: UUID
    case_id: UUID
    client_id: UUID
    measure: str
    rhythm: RhythmKind
    weeks: int | None
    send: bool
    assigned_at: datetime
    ended_at: datetime | None
    link: LinkRead | None
