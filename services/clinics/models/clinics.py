"""Tables and API shapes of clinics, rooms, staff and settings."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints
from sqlalchemy import ARRAY, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from shared.addresses import EMAIL_ADDRESS
from shared.app import Day, In, Moment, Out, Whole
from shared.db import INSTANT
from shared.events.base import Zone
from shared.events.words import Role


Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
# A safety item cannot be asked while the text is blank, so it never may be.
CrisisWords = Annotated[str, StringConstraints(min_length=20, max_length=2000)]
Minutes = Annotated[Whole, Field(ge=5, le=480)]
Roles = Annotated[list[Role], Field(min_length=1, max_length=len(Role))]


def _an_address(said: str) -> str:
    if EMAIL_ADDRESS.fullmatch(said):
        return said
    raise ValueError("is not an e-mail address")


Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_an_address)]


class Table(SQLModel, registry=registry()):
    """What all tables of this service derive from."""


class Clinic(Table, table=True):
    """A clinic; its time zone is a setting."""

    __tablename__ = "clinic"

    clinic_id: UUID = Column(primary_key=True)
    name: str
    opened_at: datetime = Column(sa_type=INSTANT)


class ClinicRead(Out):
    """A clinic as it is now."""

    clinic_id: UUID
    name: str
    zone: str
    session_minutes: int


class RoomCreate(In):
    """A room to be opened."""

    clinic_id: UUID
    name: Name


class Room(Table, table=True):
    """A room that can be booked."""

    __tablename__ = "room"

    room_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    name: str
    opened_at: datetime = Column(sa_type=INSTANT)


class RoomRead(Out):
    """A room."""

    room_id: UUID
    clinic_id: UUID
    name: str


class StaffCreate(In):
    """Somebody who begins to work at a clinic; the id is the one that their token will name."""

    staff_id: UUID
    clinic_id: UUID
    name: Name
    email: Email
    roles: Roles


class RolesChange(In):
    """What somebody may do at a clinic from now on."""

    clinic_id: UUID
    roles: Roles


class Leaving(In):
    """The last day on which somebody works at a clinic."""

    clinic_id: UUID
    last_day: Day


class Staff(Table, table=True):
    """A person at a clinic; who works at two has two rows."""

    __tablename__ = "staff"

    clinic_id: UUID = Column(primary_key=True)
    staff_id: UUID = Column(primary_key=True)
    name: str
    email: str
    roles: list[Role] = Column(sa_type=ARRAY(Text))
    joined_at: datetime = Column(sa_type=INSTANT)
    last_day: date | None = None


class StaffRead(Out):
    """A person at a clinic."""

    staff_id: UUID
    clinic_id: UUID
    name: str
    email: str
    roles: list[Role]
    last_day: date | None


class OperatorRead(Out):
    """A colleague in operations, by name alone."""

    staff_id: UUID
    name: str


class SettingsGiven(In):
    """What a clinic can set."""

    zone: Zone
    session_minutes: Minutes
    # What a client in danger is shown, by language.
    crisis_texts: Annotated[dict[Language, CrisisWords], Field(min_length=1, max_length=40)]
    # The platform's name alone would tell a reader what the message is about (domain sheet D.5).
    sender_name: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class SettingsChange(SettingsGiven):
    """New settings; `version` is the newest seen, `effective_from` now unless it is later."""

    version: Whole
    effective_from: Moment | None = None


class Setting(Table, table=True):
    """One version of a clinic's settings, in force from a moment on; never changed once written."""

    __tablename__ = "setting"

    clinic_id: UUID = Column(primary_key=True)
    version: int = Column(primary_key=True)
    effective_from: datetime = Column(sa_type=INSTANT)
    zone: str
    session_minutes: int
    crisis_texts: dict[str, str] = Column(sa_type=JSONB)
    crisis_text_version: int
    sender_name: str
    set_at: datetime = Column(sa_type=INSTANT)
    set_by: str


class SettingRead(Out):
    """One version of a clinic's settings."""

    version: int
    effective_from: datetime
    zone: str
    session_minutes: int
    crisis_texts: dict[str, str]
    crisis_text_version: int
    sender_name: str
    set_at: datetime
    set_by: str


class SettingsRead(Out):
    """A clinic's settings: what holds now, and every version, the newest first."""

    clinic_id: UUID
    version: int
    in_force: SettingRead
    history: list[SettingRead]


class RespondentTexts(Out):
    """What a clinic shows to clients who answer on a link. It is public, like a poster."""

    clinic_id: UUID
    sender_name: str
    crisis_texts: dict[str, str]
    crisis_text_version: int
