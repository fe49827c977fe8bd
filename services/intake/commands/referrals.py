"""Referrals: received once, or sent back."""

import hashlib
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.intake import domain
from services.intake.domain import ReferralStatus
from services.intake.models.shapes import ReferralCreate
from services.intake.models.tables import Person, Referral
from services.intake.queries import copies, referrals
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Conflict, FieldError, Invalid
from shared.events import derived_id
from shared.events.intake import ReferralReceived, ReferralRejected
from shared.events.words import Role


NEXT_NUMBER = text("select nextval('case_numbers')")
OTHER_BODY = "This sender_reference was used before with another body."


async def receive(
    session: AsyncSession,
    actor: Actor,
    case_id: UUID,
    new: ReferralCreate,
    sha256: str,
    now: datetime,
) -> Referral:
    """A referral, kept once: the same sender, reference and content again give the first one.

    Conflict when the sender used its reference with other content; Invalid naming every field that
    cannot be right.
    """
    clinic_id = _clinic(actor, new.clinic_id)
    await _check(session, clinic_id, new, now)
    await outbox.lock(session, case_id, f"referral {actor.sub} {new.sender_reference}")
    content = _content(clinic_id, new)
    if found := await referrals.sent(session, actor.sub, new.sender_reference):
        if found.content != content:
            raise Conflict(OTHER_BODY)
        return found
    number = domain.case_number(await session.scalar(NEXT_NUMBER))
    referral = Referral(
        case_id=case_id,
        clinic_id=clinic_id,
        case_number=number,
        sender=actor.sub,
        content=content,
        received_at=now,
        sha256=sha256,
        **_given(case_id, new),
    )
    await _keep(session, referral, new)
    await audit.record(session, actor, "referral_received", case_id)
    await outbox.publish(session, _received(referral, len(new.clients)))
    return referral


def _clinic(actor: Actor, given: UUID | None) -> UUID:
    """The clinic that is meant: named and the caller's own, or a partner's only one."""
    if given is None and actor.is_any(Role.PARTNER) and len(actor.clinics) == 1:
        return next(iter(actor.clinics))
    if given is None:
        raise Invalid.of("clinic_id", "is needed")
    if given not in actor.clinics:
        raise Invalid.of("clinic_id", "is not a clinic that you may refer to")
    return given


async def _check(
    session: AsyncSession, clinic_id: UUID, new: ReferralCreate, now: datetime
) -> None:
    today = await copies.today(session, clinic_id, now)
    if today is None:
        raise Invalid.of("clinic_id", "is not a clinic that you may refer to")
    if faults := _faults(new, today):
        names = ", ".join(fault.field for fault in faults)
        raise Invalid(f"Not valid: {names}.", faults)


def _faults(new: ReferralCreate, today: date) -> list[FieldError]:
    faults = domain.faults_of_number(new.modality, len(new.clients))
    for place, person in enumerate(new.clients):
        faults += domain.faults_of_birth(place, person.date_of_birth, today)
        for number, contact in enumerate(person.contacts):
            faults += domain.faults_of_contact(place, number, contact.kind, contact.value)
    return faults


def _content(clinic_id: UUID, new: ReferralCreate) -> str:
    """The same for the same content: spaces, the order of fields and a left-out clinic aside."""
    whole = new.model_copy(update={"clinic_id": clinic_id})
    return hashlib.sha256(whole.model_dump_json().encode()).hexdigest()


def _given(case_id: UUID, new: ReferralCreate) -> dict[str, Any]:
    given = new.model_dump(exclude={"clinic_id", "clients"})
    return given | {
        "status": ReferralStatus.RECEIVED,
        "receipt_id": derived_id(case_id, "receipt"),
    }


async def _keep(session: AsyncSession, referral: Referral, new: ReferralCreate) -> None:
    # The sender may have used its reference at a clinic that is no longer in its contract: that row
    # can not be seen here, but it counts.
    kept = await session.scalar(
        insert(Referral)
        .values(referral.model_dump())
        .on_conflict_do_nothing(index_elements=["sender", "sender_reference"])
        .returning(col(Referral.case_id))
    )
    if kept is None:
        raise Conflict(OTHER_BODY)
    session.add_all(
        Person(
            case_id=referral.case_id,
            place=place,
            clinic_id=referral.clinic_id,
            **person.model_dump(mode="json", exclude={"date_of_birth"}),
            date_of_birth=person.date_of_birth,
        )
        for place, person in enumerate(new.clients)
    )


def _received(referral: Referral, people: int) -> ReferralReceived:
    return ReferralReceived(
        occurred_at=referral.received_at,
        clinic_id=referral.clinic_id,
        case_id=referral.case_id,
        case_number=referral.case_number,
        modality=referral.modality,
        urgency=referral.urgency,
        people=people,
        received_at=referral.received_at,
    )


async def reject(
    session: AsyncSession, actor: Actor, case_id: UUID, reason: str, now: datetime
) -> None:
    """A referral goes back. Rejecting it again changes nothing, not even the reason."""
    await outbox.lock(session, case_id)
    referral = await referrals.referral(session, actor, case_id)
    if domain.rejected_already(referral.status):
        return
    referral.status = ReferralStatus.REJECTED
    referral.reject_reason = reason
    referral.decided_at, referral.decided_by = now, actor.sub
    await audit.record(session, actor, "referral_rejected", case_id)
    await outbox.publish(
        session,
        ReferralRejected(occurred_at=now, clinic_id=referral.clinic_id, case_id=case_id),
    )
