"""A referral is accepted: its people become clients, and a case opens."""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake import domain
from services.intake.domain import CaseStatus, ContactKind, ReferralStatus
from services.intake.models.tables import Case, CaseClient, Client, Person, Referral
from services.intake.queries import care, copies, referrals
from shared import audit, outbox
from shared.auth import Actor
from shared.errors import Invalid
from shared.events.intake import CaseOpened, ClientRegistered, ReferralAccepted
from shared.keyring import seal


async def accept(
    session: AsyncSession,
    actor: Actor,
    case_id: UUID,
    clinician_id: UUID,
    keys: Mapping[UUID, bytes],
    now: datetime,
) -> None:
    """A clinician takes a referral on; `keys` are the clients' own, made before.

    Accepting it again for the same clinician changes nothing. Conflict when something else was
    decided; Invalid when nobody of that id works there as a clinician.
    """
    await outbox.lock(session, case_id, *keys)
    referral = await referrals.referral(session, actor, case_id)
    if domain.accepted_already(referral.status, referral.clinician_id, clinician_id):
        return
    await _check_clinician(session, referral.clinic_id, clinician_id, now)
    referral.status, referral.clinician_id = ReferralStatus.ACCEPTED, clinician_id
    referral.decided_at, referral.decided_by = now, actor.sub
    people = (await referrals.people(session, [case_id]))[case_id]
    earlier = await care.ended_before(session, referral.clinic_id, people, referral.received_at)
    clients = [
        _client(person, client_id, now) for person, client_id in zip(people, keys, strict=True)
    ]
    case = _case(referral, clinician_id, now)
    session.add_all([*clients, case])
    await session.flush()
    session.add_all(_links(case, clients))
    await audit.record(session, actor, "referral_accepted", case_id)
    await outbox.publish(
        session,
        ReferralAccepted(
            occurred_at=now, clinic_id=case.clinic_id, case_id=case_id, clinician_id=clinician_id
        ),
        *(_registered(client, keys[client.client_id], now) for client in clients),
        _opened(referral, case, [client.client_id for client in clients], earlier),
    )


async def _check_clinician(
    session: AsyncSession, clinic_id: UUID, clinician_id: UUID, now: datetime
) -> None:
    today = await copies.today(session, clinic_id, now) or now.date()
    if not await copies.sees_clients(session, clinic_id, clinician_id, today):
        raise Invalid.of("clinician_id", "is not a clinician of this clinic")


def _client(person: Person, client_id: UUID, now: datetime) -> Client:
    person.client_id = client_id
    return Client(
        client_id=client_id,
        registered_at=now,
        **person.model_dump(exclude={"case_id", "place", "client_id"}),
    )


def _case(referral: Referral, clinician_id: UUID, now: datetime) -> Case:
    return Case(
        case_id=referral.case_id,
        clinic_id=referral.clinic_id,
        case_number=referral.case_number,
        clinician_id=clinician_id,
        modality=referral.modality,
        status=CaseStatus.OPEN,
        opened_at=now,
    )


def _links(case: Case, clients: list[Client]) -> list[CaseClient]:
    return [
        CaseClient(
            case_id=case.case_id,
            client_id=client.client_id,
            clinic_id=case.clinic_id,
            place=place,
        )
        for place, client in enumerate(clients)
    ]


def _registered(client: Client, key: bytes, now: datetime) -> ClientRegistered:
    return ClientRegistered(
        occurred_at=now,
        clinic_id=client.clinic_id,
        client_id=client.client_id,
        contact=seal(key, client.client_id, "contact", _contact(client)),
    )


def _contact(client: Client) -> str:
    """What a message needs: the name, the language, and the safe ways by which one can go out.

    Unsafe ways stay here, so that no fault elsewhere can write to them.
    """
    ways = [
        contact
        for contact in client.contacts
        if contact["safe"] and contact["kind"] != ContactKind.POST
    ]
    told = {"given_name": client.given_name, "language": client.language, "contacts": ways}
    return json.dumps(told, ensure_ascii=False)


def _opened(
    referral: Referral, case: Case, client_ids: list[UUID], earlier: Case | None
) -> CaseOpened:
    """`earlier` had ended when the referral came: who is still seen then does not come back."""
    return CaseOpened(
        occurred_at=case.opened_at,
        clinic_id=case.clinic_id,
        case_id=case.case_id,
        case_number=case.case_number,
        client_ids=tuple(client_ids),
        modality=case.modality,
        clinician_id=case.clinician_id,
        referred_at=referral.received_at,
        previous_case_id=earlier.case_id if earlier else None,
        previous_end_code=earlier.end_code if earlier else None,
        previous_closed_at=earlier.closed_at if earlier else None,
    )
