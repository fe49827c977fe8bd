"""Rules of intake: who may be referred how, and what may become of a referral and a case. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.addresses import EMAIL_ADDRESS
from shared.errors import Conflict, FieldError
from shared.events import derived_id
from shared.events.words import EndCode, Modality


class ReferralStatus(StrEnum):
    """What has become of a referral."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class CaseStatus(StrEnum):
    """Whether a course of care goes on."""

    OPEN = "open"
    CLOSED = "closed"


class ContactKind(StrEnum):
    """By which way a person is reached."""

    EMAIL = "email"
    MOBILE = "mobile"
    PHONE = "phone"
    POST = "post"


# How many people come, at least and at most.
PEOPLE = {
    Modality.INDIVIDUAL: (1, 1),
    Modality.COUPLE: (2, 2),
    Modality.FAMILY: (1, 12),
    Modality.GROUP: (1, 12),
}
OLDEST = 130  # years
NUMBER = re.compile(r"\+?[0-9][0-9 ()./-]{4,24}")
WRITTEN = {
    ContactKind.EMAIL: (EMAIL_ADDRESS, "is not an e-mail address"),
    ContactKind.MOBILE: (NUMBER, "is not a telephone number"),
    ContactKind.PHONE: (NUMBER, "is not a telephone number"),
}


def faults_of_number(modality: Modality, people: int) -> list[FieldError]:
    """What is wrong with so many people coming together in this way."""
    least, most = PEOPLE[modality]
    if least <= people <= most:
        return []
    wanted = str(least) if least == most else f"{least} to {most}"
    return [FieldError("clients", f"must be {wanted} for this modality")]


def faults_of_birth(place: int, born: date, today: date) -> list[FieldError]:
    """What is wrong with a date of birth, seen from the clinic's own day."""
    field = f"clients.{place}.date_of_birth"
    if born > today:
        return [FieldError(field, "lies in the future")]
    if born.year < today.year - OLDEST:
        return [FieldError(field, f"lies more than {OLDEST} years back")]
    return []


def faults_of_contact(place: int, number: int, kind: ContactKind, value: str) -> list[FieldError]:
    """What is wrong with a way to reach somebody."""
    if kind not in WRITTEN:
        return []
    form, fault = WRITTEN[kind]
    if form.fullmatch(value):
        return []
    return [FieldError(f"clients.{place}.contacts.{number}.value", fault)]


def case_number(number: int) -> str:
    """The short number by which people call a case."""
    return f"TM-{number}"


def client_ids(case_id: UUID, people: int) -> list[UUID]:
    """Ids of a referral's people as clients: known before they exist, so that keys can be made."""
    return [derived_id(case_id, f"client {place}") for place in range(people)]


Likeness = tuple[str, str, date]


def likeness(given_name: str, family_name: str, born: date) -> Likeness:
    """What is equal wherever the same name and date of birth were written down.

    Capitals, spaces and how a letter is composed make no difference. It is no proof of who somebody
    is: two people can share both, and one person can change a name.
    """
    return _folded(given_name), _folded(family_name), born


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    # Folding can take a letter apart again.
    return " ".join(unicodedata.normalize("NFKC", plain).split())


def accepted_already(status: ReferralStatus, clinician_id: UUID | None, wanted: UUID) -> bool:
    """Whether this very acceptance was done before. Conflict when something else was decided."""
    match status:
        case ReferralStatus.RECEIVED:
            return False
        case ReferralStatus.REJECTED:
            raise Conflict("This referral was rejected.")
        case ReferralStatus.ACCEPTED if clinician_id != wanted:
            raise Conflict("This referral was accepted for another clinician.")
        case ReferralStatus.ACCEPTED:
            return True


def rejected_already(status: ReferralStatus) -> bool:
    """Whether the referral was rejected before. Conflict when it was accepted."""
    if status is ReferralStatus.ACCEPTED:
        raise Conflict("This referral was accepted.")
    return status is ReferralStatus.REJECTED


@dataclass(frozen=True)
class Ending:
    """How a case ended, when, and who said so; that is not known of those closed long ago."""

    code: EndCode
    at: datetime
    by: UUID | None


def closed_already(ended: Ending | None, wanted: EndCode) -> bool:
    """Whether the case was closed in this way before. Conflict when it ended otherwise."""
    if ended is not None and ended.code is not wanted:
        said = {"end_code": ended.code.value, "at": ended.at.isoformat()}
        who = {"by": str(ended.by)} if ended.by else {}
        raise Conflict("This case was closed with another end code.", extra=said | who)
    return ended is not None
