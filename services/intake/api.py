"""Referrals, clients and cases over HTTP: parse, authorise, call one command or query."""

import hashlib
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Query, Request, Response

from services.intake.commands import acceptance, cases
from services.intake.commands import referrals as referral_commands
from services.intake.domain import CaseStatus, ReferralStatus
from services.intake.models import shapes
from services.intake.models.tables import Case, Client, Referral
from services.intake.queries import care, referrals
from shared import audit, keyring, outbox
from shared.app import Limit, Now, Page, Route, Session
from shared.auth import Actor, require
from shared.errors import Invalid
from shared.events.words import Role
from shared.operations import Operator
from shared.pages import Ids


router = APIRouter(route_class=Route, lifespan=keyring.lifespan)

Sender = Annotated[Actor, Depends(require(Role.PARTNER, Role.FRONT_DESK))]
Desk = Annotated[Actor, Depends(require(Role.FRONT_DESK))]
Closer = Annotated[Actor, Depends(require(Role.FRONT_DESK, Role.CLINICIAN))]
Reader = Annotated[Actor, Depends(require(Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD))]
# Whoever looks after concerns has to know of whom they are: names and case numbers, no more.
Namer = Annotated[
    Actor,
    Depends(require(Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD, Role.SAFEGUARDING_LEAD)),
]
Keyring = Annotated[keyring.Keyring, Depends(keyring.of_request)]


async def _sha256(request: Request) -> str:
    return hashlib.sha256(await request.body()).hexdigest()


Sha256 = Annotated[str, Depends(_sha256)]


def _received(referral: Referral) -> shapes.Received:
    receipt = shapes.Receipt.model_validate(referral)
    return shapes.Received(
        case_id=referral.case_id,
        case_number=referral.case_number,
        status=ReferralStatus.RECEIVED,  # what the receipt is about, whatever came of it since
        receipt=receipt,
    )


@router.post("/referrals", response_model=shapes.Received, status_code=201)
async def receive(
    new: shapes.ReferralCreate,
    sha256: Sha256,
    session: Session,
    actor: Sender,
    now: Now,
    response: Response,
) -> shapes.Received:
    """A referral; 200 and the first answer when the sender sent it before."""
    referral = await referral_commands.receive(session, actor, uuid4(), new, sha256, now)
    if not outbox.published(session):
        response.status_code = 200
    return _received(referral)


@router.get("/referrals", response_model=Page[shapes.ReferralRead])
async def list_referrals(
    session: Session,
    actor: Reader,
    clinic_id: UUID | None = None,
    status: ReferralStatus | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> Page[shapes.ReferralRead]:
    """Referrals, the newest first."""
    page = await referrals.referrals(session, actor, clinic_id, status, limit, after)
    await audit.record(session, actor, "referral_listed", [one.case_id for one in page.items])
    return page


@router.get("/referrals/counts")
async def count_referrals(
    session: Session, actor: Reader, clinic_id: UUID | None = None
) -> dict[ReferralStatus, int]:
    """How many referrals there are in each state; nobody's record is read for it."""
    return await referrals.counts(session, actor, clinic_id)


@router.get("/referrals/numbers", response_model=Page[shapes.Numbered])
async def numbers(
    session: Session,
    _: Operator,
    ids: Ids,
    number: Annotated[str | None, Query(max_length=20)] = None,
) -> Page[shapes.Numbered]:
    """Numbers and clinics of these cases, or of the one with this number; nobody's record."""
    if ids is None and number is None:
        raise Invalid.of("ids", "is needed, or a number")
    return Page(items=await referrals.numbers(session, ids, number), next=None)


@router.get("/referrals/{case_id}", response_model=shapes.ReferralDetail)
async def referral(case_id: UUID, session: Session, actor: Reader) -> shapes.ReferralDetail:
    """One referral."""
    found = await referrals.detail(session, actor, case_id)
    await audit.record(session, actor, "referral_read", case_id)
    return found


@router.get("/referrals/{case_id}/receipt", response_model=shapes.Received)
async def receipt(case_id: UUID, session: Session, actor: Sender) -> shapes.Received:
    """The receipt again, for the one who sent the referral."""
    return _received(await referrals.own_receipt(session, actor.sub, case_id))


@router.post("/referrals/{case_id}/accept", response_model=shapes.ReferralDetail)
async def accept(
    case_id: UUID,
    given: shapes.Acceptance,
    session: Session,
    actor: Desk,
    keys: Keyring,
    now: Now,
) -> shapes.ReferralDetail:
    """A clinician takes the referral on; its people are clients from here on."""
    # Keys are made in another database: before the command takes its first lock, so that nobody
    # queues behind a key service that is slow or away, and nothing is half done when it is.
    made = {one: await keys.create(one) for one in await referrals.client_ids(session, case_id)}
    await acceptance.accept(session, actor, case_id, given.clinician_id, made, now)
    return await referrals.detail(session, actor, case_id)


@router.post("/referrals/{case_id}/reject", response_model=shapes.ReferralDetail)
async def reject(
    case_id: UUID, given: shapes.Rejection, session: Session, actor: Desk, now: Now
) -> shapes.ReferralDetail:
    """The referral goes back to its sender."""
    await referral_commands.reject(session, actor, case_id, given.reason, now)
    return await referrals.detail(session, actor, case_id)


@router.get("/clients", response_model=Page[shapes.ClientName])
async def list_clients(
    session: Session, actor: Reader, ids: Ids, limit: Limit = 200, after: str | None = None
) -> Page[Client]:
    """Clients of these ids, by name."""
    if ids is None:
        raise Invalid.of("ids", "is needed")
    page = await care.clients(session, actor, ids, limit, after)
    await audit.record(session, actor, "client_listed", [one.client_id for one in page.items])
    return page


@router.get("/clients/{client_id}", response_model=shapes.ClientRead)
async def client(client_id: UUID, session: Session, actor: Reader) -> Client:
    """One client and how to reach them."""
    found = await care.client(session, actor, client_id)
    await audit.record(session, actor, "client_read", client_id)
    return found


@router.get("/cases", response_model=Page[shapes.CaseRead])
async def list_cases(
    session: Session,
    actor: Namer,
    ids: Ids,
    clinic_id: UUID | None = None,
    clinician_id: UUID | None = None,
    status: CaseStatus | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> Page[shapes.CaseRead]:
    """Cases, the newest first."""
    page = await care.cases(session, actor, clinic_id, clinician_id, status, ids, limit, after)
    await audit.record(session, actor, "case_listed", [one.case_id for one in page.items])
    return page


@router.get("/cases/{case_id}", response_model=shapes.CaseWhole)
async def case(case_id: UUID, session: Session, actor: Reader) -> shapes.CaseWhole:
    """One case with its people."""
    found = await care.case_read(session, actor, case_id)
    await audit.record(session, actor, "case_read", case_id)
    return found


@router.post("/cases/{case_id}/close", response_model=shapes.Closed)
async def close(
    case_id: UUID, given: shapes.Closing, session: Session, actor: Closer, now: Now
) -> Case:
    """The course of care ends."""
    return await cases.close(session, actor, case_id, given.end_code, now)
