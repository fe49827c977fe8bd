"""Tables of referrals, clients and cases, and copies of what clinics said."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field as Column
from sqlmodel import SQLModel

from services.intake.domain import CaseStatus, ReferralStatus
from shared.db import INSTANT, coded
from shared.events.words import EndCode, Modality, Role, Urgency


class Table(SQLModel, registry=registry()):
    """What all tables of this service derive from."""


class ClinicZone(Table, table=True):
    """What clinics said about a clinic's time zone, and from when on."""

    __tablename__ = "clinic_zone"

    clinic_id: UUID = Column(primary_key=True)
    effective_from: datetime = Column(primary_key=True, sa_type=INSTANT)
    zone: str


class Staff(Table, table=True):
    """What clinics said about a person's roles."""

    __tablename__ = "staff"

    clinic_id: UUID = Column(primary_key=True)
    staff_id: UUID = Column(primary_key=True)
    roles: list[Role] = Column(sa_type=ARRAY(Text))
    last_day: date | None = None


class Referral(Table, table=True):
    """A referral; `content` recognises the same one sent again."""

    __tablename__ = "referral"

    case_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_number: str
    status: ReferralStatus = Column(sa_type=coded(ReferralStatus))
    modality: Modality = Column(sa_type=coded(Modality))
    urgency: Urgency = Column(sa_type=coded(Urgency))
    reason: str
    note: str | None
    sender: str
    sender_reference: str
    content: str
    receipt_id: UUID
    received_at: datetime = Column(sa_type=INSTANT)
    sha256: str
    clinician_id: UUID | None = None
    reject_reason: str | None = None
    decided_at: datetime | None = Column(default=None, sa_type=INSTANT)
    decided_by: str | None = None


class Person(Table, table=True):
    """A person in a referral; a client only once it is accepted."""

    __tablename__ = "person"

    case_id: UUID = Column(primary_key=True)
    place: int = Column(primary_key=True)
    clinic_id: UUID
    client_id: UUID | None = None
    given_name: str
    family_name: str
    date_of_birth: date
    language: str | None
    contacts: list[dict[str, Any]] = Column(sa_type=JSONB)


class Client(Table, table=True):
    """A person in care."""

    __tablename__ = "client"

    client_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    given_name: str
    family_name: str
    date_of_birth: date
    language: str | None
    contacts: list[dict[str, Any]] = Column(sa_type=JSONB)
    registered_at: datetime = Column(sa_type=INSTANT)


class Case(Table, table=True):
    """One course of care, from its acceptance to its end."""

    __tablename__ = "case_record"

    case_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    case_number: str
    clinician_id: UUID
    modality: Modality = Column(sa_type=coded(Modality))
    status: CaseStatus = Column(sa_type=coded(CaseStatus))
    opened_at: datetime = Column(sa_type=INSTANT)
    closed_at: datetime | None = Column(default=None, sa_type=INSTANT)
    closed_by: UUID | None = None
    end_code: EndCode | None = Column(default=None, sa_type=coded(EndCode))


class CaseClient(Table, table=True):
    """Who is in a case."""

    __tablename__ = "case_client"

    case_id: UUID = Column(primary_key=True)
    client_id: UUID = Column(primary_key=True)
    clinic_id: UUID
    place: int
