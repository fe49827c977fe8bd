"""Tables and API shapes: messages; copies of cases, staff and sealed contacts."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.app import Out, Page
from shared.db import INSTANT, coded
from shared.events.words import Channel, Purpose, RecipientKind, Role


class State(StrEnum):
    """What has become of a message."""

    QUEUED = "queued"
    SENDING = "sending"  # from here on it may have gone out
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"


class Table(SQLModel, registry=registry()):
    """The parent of this service's tables."""


class Contact(Table, table=True):
    """How to reach a person, sealed under their own key; empty when there is no way (a copy)."""

    clinic_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(primary_key=True)
    sealed: str | None


class Staff(Table, table=True):
    """Who works at a clinic, as what (a copy)."""

    clinic_id: UUID = Field(primary_key=True)
    staff_id: UUID = Field(primary_key=True)
    roles: list[Role] = Field(sa_type=ARRAY(Text))
    last_day: date | None = None


class SenderName(Table, table=True):
    """The name under which a clinic's messages go out from a moment on, sealed (a copy)."""

    __tablename__ = "sender_name"
    clinic_id: UUID = Field(primary_key=True)
    effective_from: datetime = Field(primary_key=True, sa_type=INSTANT)
    sealed: str


class Case(Table, table=True):
    """A course of care and who sees it (a copy)."""

    __tablename__ = "known_case"
    case_id: UUID = Field(primary_key=True)
    clinic_id: UUID
    case_number: str
    clinician_id: UUID


class HeldAlert(Table, table=True):
    """A flag without a clinician on a case not heard of yet; told when the case is."""

    __tablename__ = "held_alert"
    event_id: UUID = Field(primary_key=True)
    clinic_id: UUID
    case_id: UUID
    occurred_at: datetime = Field(sa_type=INSTANT)
    flag_id: UUID | None = None


class Message(Table, table=True):
    """One message to one person for one cause."""

    message_id: UUID = Field(primary_key=True)
    number: int | None = Field(default=None, sa_type=BigInteger)
    clinic_id: UUID
    case_id: UUID
    purpose: Purpose = Field(sa_type=coded(Purpose))
    channel: Channel = Field(sa_type=coded(Channel))
    recipient_kind: RecipientKind = Field(sa_type=coded(RecipientKind))
    recipient_id: UUID
    cause: UUID
    caused_at: datetime = Field(sa_type=INSTANT)
    state: State = Field(default=State.QUEUED, sa_type=coded(State))
    reason: str | None = None
    subject: str
    body: str
    sealed: str | None = None  # an address for the recipient's eyes only, never shown to staff
    created_at: datetime = Field(sa_type=INSTANT)
    try_at: datetime = Field(sa_type=INSTANT)
    sending_at: datetime | None = Field(default=None, sa_type=INSTANT)
    sent_at: datetime | None = Field(default=None, sa_type=INSTANT)
    flag_id: UUID | None = None

    @property
    def recipient(self) -> dict[str, object]:
        """Whom it is for, by id."""
        return {"kind": self.recipient_kind, "id": self.recipient_id}


class Recipient(Out):
    """Whom a message is for."""

    kind: RecipientKind
    id: UUID


class MessageRead(Out):
    """A message as the API shows it: who was told what, when; never to which address.

    `caused_at`: when what it tells of happened. `flag_id`: which flag it is about, if any.
    """

    message_id: UUID
    clinic_id: UUID
    case_id: UUID
    purpose: Purpose
    channel: Channel
    recipient: Recipient
    state: State
    reason: str | None
    subject: str
    body: str
    cause: UUID
    caused_at: datetime
    flag_id: UUID | None
    created_at: datetime
    sent_at: datetime | None


class Counts(Out):
    """How many messages there are in each state; up to when the reader has come."""

    counts: dict[State, int]
    current_to: datetime | None
    lag_seconds: float | None


class Messages(Page[MessageRead], Counts):
    """One page of a list, with the counts of all of it."""
