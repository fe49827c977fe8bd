"""Tables and API shapes: appointments, what they hold of people's time, attendance; copies."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field as Limit
from sqlalchemy import ARRAY, DateTime, Text, Uuid
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.app import In, Out, Page, WallTime, Whole, Words
from shared.clock import Fold
from shared.db import INSTANT, coded
from shared.events.words import Attendance, Role, SessionKind, SessionMode


class Status(StrEnum):
    """Whether a session holds its participants' time."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class Who(StrEnum):
    """Whose time a session takes."""

    CLINICIAN = "clinician"
    ROOM = "room"
    CLIENT = "client"


Minutes = Annotated[Whole, Limit(ge=5, le=480)]
Side = Literal["client", "service"]


class Table(SQLModel, registry=registry()):
    """The parent of this service's tables."""


class ClinicZone(Table, table=True):
    """A clinic's time zone from a moment on (a copy)."""

    __tablename__ = "clinic_zone"
    clinic_id: UUID = Field(primary_key=True)
    effective_from: datetime = Field(primary_key=True, sa_type=INSTANT)
    zone: str


class Room(Table, table=True):
    """A room that can be booked (a copy)."""

    room_id: UUID = Field(primary_key=True)
    clinic_id: UUID


class Staff(Table, table=True):
    """Who works at a clinic, as what (a copy)."""

    clinic_id: UUID = Field(primary_key=True)
    staff_id: UUID = Field(primary_key=True)
    roles: list[Role] = Field(sa_type=ARRAY(Text))
    last_day: date | None = None


class Case(Table, table=True):
    """A course of care: who comes and who sees them (a copy)."""

    __tablename__ = "known_case"
    case_id: UUID = Field(primary_key=True)
    clinic_id: UUID
    clinician_id: UUID
    client_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    closed_at: datetime | None = Field(default=None, sa_type=INSTANT)


class AppointmentCreate(In):
    """A session to book, in the clinic's wall time."""

    case_id: UUID
    clinician_id: UUID
    room_id: UUID | None = None
    starts: WallTime
    fold: Fold | None = None
    minutes: Minutes
    kind: SessionKind
    mode: SessionMode


class Reschedule(In):
    """Another time for a session."""

    starts: WallTime
    fold: Fold | None = None
    minutes: Minutes | None = None


class Cancel(In):
    """Who called a session off; the reason is free text: in no event, only where it is listed."""

    by: Side
    reason: Words | None = None


class Outcome(In):
    """What became of a session.

    `undoes`: only if that entry, one's own, is the last one, and the outcome is what was recorded
    before it; else 409.
    """

    outcome: Attendance
    undoes: Whole | None = None


class AppointmentRead(Out):
    """A session as the API shows it."""

    appointment_id: UUID
    clinic_id: UUID
    case_id: UUID
    clinician_id: UUID
    client_ids: list[UUID]
    room_id: UUID | None
    starts: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    minutes: int
    kind: SessionKind
    mode: SessionMode
    status: Status
    cancelled_by: str | None  # client or service; null for what takes place, or moved
    outcome: Attendance | None


class AppointmentListed(AppointmentRead):
    """A session in a list: also why it was called off, in the words of whoever did it.

    The reason is a person's own text about a client, or that its case was closed. Whoever may read
    the session may read it; the answers of acts, which are kept for repeats, and the events do not
    hold it.
    """

    cancel_reason: str | None


class EntryRead(Out):
    """One thing that was said about a session's outcome, by whom and when."""

    number: int
    outcome: Attendance
    recorded_at: datetime
    recorded_by: str


class Missed(AppointmentRead):
    """A session that the client missed, with no session agreed or come to since.

    `in_a_row`: how many were missed since somebody was last seen. `coming`: the wall time of the
    next one, where that stood in the diary before this one was missed.
    """

    in_a_row: int
    coming: str | None


class MissedPage(Page[Missed]):
    """One page of the missed sessions; `total` is of all pages."""

    total: int


class Attended(AppointmentRead):
    """A session after its outcome was recorded; `entry` is to be named when that is taken back."""

    entry: int


class Appointment(Table, table=True):
    """A session: the wall time that people agreed on, and the instants that it meant then."""

    appointment_id: UUID = Field(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    clinician_id: UUID
    client_ids: list[UUID] = Field(sa_type=ARRAY(Uuid))
    room_id: UUID | None
    wall: datetime = Field(sa_type=DateTime)
    zone: str
    tzdata: str
    minutes: int
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime = Field(sa_type=INSTANT)
    kind: SessionKind = Field(sa_type=coded(SessionKind))
    mode: SessionMode = Field(sa_type=coded(SessionMode))
    status: Status = Field(default=Status.BOOKED, sa_type=coded(Status))
    cancelled_by: str | None = None
    cancel_reason: str | None = None
    outcome: Attendance | None = Field(default=None, sa_type=coded(Attendance))
    agreed_at: datetime | None = Field(default=None, sa_type=INSTANT)  # booked, or moved last

    ORDER: ClassVar[tuple[str, str]] = ("starts_at", "appointment_id")

    @property
    def starts(self) -> str:
        """The wall time to the minute, as it was booked."""
        return self.wall.isoformat(timespec="minutes")


class Booking(Table, table=True):
    """The time of one participant that a session takes; the constraints stand on this table."""

    appointment_id: UUID = Field(primary_key=True)
    who: Who = Field(primary_key=True, sa_type=coded(Who))
    participant_id: UUID = Field(primary_key=True)
    clinic_id: UUID
    starts_at: datetime = Field(sa_type=INSTANT)
    ends_at: datetime = Field(sa_type=INSTANT)
    status: Status = Field(default=Status.BOOKED, sa_type=coded(Status))


class AttendanceEntry(Table, table=True):
    """One thing said about a session's outcome; the last one holds, the others are history."""

    __tablename__ = "attendance"
    appointment_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    clinic_id: UUID
    outcome: Attendance = Field(sa_type=coded(Attendance))
    recorded_at: datetime = Field(sa_type=INSTANT)
    recorded_by: str
