"""What the intake service publishes. Keyed by case, contacts by client."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.events.base import Code, Event, Instant, Sealed
from shared.events.words import EndCode, Modality, Urgency


class ReferralReceived(Event):
    """A referral came in; its id is the case id from here on."""

    type: Literal["intake.referral_received"] = "intake.referral_received"
    case_id: UUID
    case_number: Code
    modality: Modality
    urgency: Urgency
    people: int
    received_at: Instant


class ReferralAccepted(Event):
    """A clinic and a clinician took the referral on."""

    type: Literal["intake.referral_accepted"] = "intake.referral_accepted"
    case_id: UUID
    clinician_id: UUID


class ReferralRejected(Event):
    """A referral was sent back; the reason stays in the service."""

    type: Literal["intake.referral_rejected"] = "intake.referral_rejected"
    case_id: UUID


class ClientRegistered(Event):
    """A person is known; how to reach them is sealed under their own key."""

    keyed_by: ClassVar[str] = "client_id"

    type: Literal["intake.client_registered"] = "intake.client_registered"
    client_id: UUID
    contact: Sealed | None


class ContactChanged(Event):
    """A person is reached otherwise from now on."""

    keyed_by: ClassVar[str] = "client_id"

    type: Literal["intake.contact_changed"] = "intake.contact_changed"
    client_id: UUID
    contact: Sealed | None


class CaseOpened(Event):
    """A course of care began."""

    type: Literal["intake.case_opened"] = "intake.case_opened"
    case_id: UUID
    case_number: Code
    client_ids: tuple[UUID, ...]
    modality: Modality
    clinician_id: UUID
    referred_at: Instant
    # The clinic's case that ended last before the referral came and had somebody of the name and
    # date of birth of one of these clients in it, if any.
    previous_case_id: UUID | None = None
    previous_end_code: EndCode | None = None
    previous_closed_at: Instant | None = None


class CaseClosed(Event):
    """A course of care ended."""

    type: Literal["intake.case_closed"] = "intake.case_closed"
    case_id: UUID
    end_code: EndCode
    closed_at: Instant


IntakeEvent = (
    ReferralReceived
    | ReferralAccepted
    | ReferralRejected
    | ClientRegistered
    | ContactChanged
    | CaseOpened
    | CaseClosed
)
