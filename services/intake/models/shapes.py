"""API shapes of referrals, clients and cases: what comes in, what goes out."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.intake.domain import CaseStatus, ContactKind, ReferralStatus
from shared.app import Day, In, Out, Words, YesNo
from shared.events.words import EndCode, Modality, Urgency


Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Contact(In):
    """A way to reach somebody; only over a safe one are they written to."""

    kind: ContactKind
    value: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    safe: YesNo


class PersonGiven(In):
    """A person in a referral."""

    given_name: Name
    family_name: Name
    date_of_birth: Day
    language: Language | None = None
    contacts: Annotated[list[Contact], Field(max_length=8)]


class ReferralCreate(In):
    """A referral as it comes in; a partner whose contract names one clinic may leave it out."""

    clinic_id: UUID | None = None
    sender_reference: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    modality: Modality
    urgency: Urgency
    reason: Reason
    note: Words | None = None
    clients: Annotated[list[PersonGiven], Field(min_length=1, max_length=12)]


class Acceptance(In):
    """Who will see the people of a referral."""

    clinician_id: UUID


class Rejection(In):
    """Why a referral goes back."""

    reason: Reason


class Closing(In):
    """How a case ended."""

    end_code: EndCode


class Receipt(Out):
    """What a sender can show later: when we had it, and the hash of the very bytes."""

    receipt_id: UUID
    received_at: datetime
    sha256: str


class Received(Out):
    """The answer to a referral."""

    case_id: UUID
    case_number: str
    status: ReferralStatus
    receipt: Receipt


class Numbered(Out):
    """A case by number and clinic alone: what operations may know of it."""

    case_id: UUID
    case_number: str
    clinic_id: UUID


class ContactRead(Out):
    """A way to reach somebody."""

    kind: ContactKind
    value: str
    safe: bool


class PersonRead(Out):
    """A person by name; a client once there is an id."""

    client_id: UUID | None
    given_name: str
    family_name: str


class ReferralFacts(Out):
    """What is known of a referral, without its people."""

    case_id: UUID
    case_number: str
    clinic_id: UUID
    clinician_id: UUID | None
    status: ReferralStatus
    received_at: datetime
    urgency: Urgency
    reason: str
    modality: Modality
    sender: str
    sender_reference: str


class ReferralRead(ReferralFacts):
    """A referral in a list."""

    clients: list[PersonRead]


class ReferredPerson(PersonRead):
    """A person in a referral as one tells them from another: born when, reached how."""

    date_of_birth: date
    contacts: list[ContactRead]


class ReferralDetail(ReferralFacts):
    """A referral with the words in it, and its people in full."""

    clients: list[ReferredPerson]
    note: str | None
    reject_reason: str | None
    decided_at: datetime | None


class ClientName(Out):
    """A client in a list."""

    client_id: UUID
    clinic_id: UUID
    given_name: str
    family_name: str
    date_of_birth: date


class ClientRead(ClientName):
    """A client and how to reach them."""

    language: str | None
    contacts: list[ContactRead]
    registered_at: datetime


class CaseRead(Out):
    """A case with its people."""

    case_id: UUID
    case_number: str
    clinic_id: UUID
    clinician_id: UUID
    status: CaseStatus
    modality: Modality
    opened_at: datetime
    closed_at: datetime | None
    clients: list[PersonRead]


class CaseWhole(CaseRead):
    """One case; of a closed one also how it ended, and who said so where that is known."""

    end_code: EndCode | None
    closed_by: UUID | None


class Closed(Out):
    """A case at its end."""

    case_id: UUID
    status: CaseStatus
    end_code: EndCode
    closed_at: datetime
