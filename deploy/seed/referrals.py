"""Referrals come in; some are accepted or sent back, some cases are closed again."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.demo import PARTNER, demo_id
from deploy.seed import words
from deploy.seed.acts import Acts, partner, somebody
from deploy.seed.plan import Story
from services.intake.commands import acceptance, cases, referrals
from services.intake.domain import CaseStatus, ContactKind, ReferralStatus, client_ids
from services.intake.models.shapes import Contact, PersonGiven, ReferralCreate
from services.intake.models.tables import Case, Referral
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.words import EndCode, Role, Urgency


def case_id(story: Story) -> UUID:
    """A case's id, which is its referral's."""
    return demo_id("case", story.number)


def clients(story: Story) -> list[UUID]:
    """Its clients' ids, as intake makes them."""
    return client_ids(case_id(story), story.people)


async def receive(acts: Acts, story: Story, now: datetime) -> None:
    """The referral, from the partner or taken down by front desk."""
    new = _referral(story)
    sha256 = hashlib.sha256(new.model_dump_json().encode()).hexdigest()
    chosen = case_id(story)

    async def work(session: AsyncSession) -> None:
        # A demo that was begun with other people keeps them.
        if await session.get(Referral, chosen) is None:
            await referrals.receive(session, _sender(story), chosen, new, sha256, now)

    await acts.do("intake", story.clinic, work)


async def accept(acts: Acts, story: Story, now: datetime) -> None:
    """Its clinician takes it on."""
    assert story.clinician is not None
    desk, clinician_id = _desk(story), story.clinician.staff_id
    keys = {client_id: await acts.keyring.create(client_id) for client_id in clients(story)}

    async def work(session: AsyncSession) -> None:
        if await _status(session, story) == ReferralStatus.RECEIVED:
            await _is_over(session, story.before)
            await acceptance.accept(session, desk, case_id(story), clinician_id, keys, now)

    await acts.do("intake", story.clinic, work)


async def reject(acts: Acts, story: Story, now: datetime) -> None:
    """It goes back."""

    async def work(session: AsyncSession) -> None:
        if await _status(session, story) == ReferralStatus.RECEIVED:
            await referrals.reject(session, _desk(story), case_id(story), words.NOT_OURS, now)

    await acts.do("intake", story.clinic, work)


async def close(acts: Acts, story: Story, now: datetime) -> None:
    """The case ends as agreed."""

    async def work(session: AsyncSession) -> None:
        case = await session.get(Case, case_id(story))
        if case is not None and case.status == CaseStatus.OPEN:
            code = EndCode.COMPLETED_AS_AGREED
            await cases.close(session, _desk(story), case_id(story), code, now)

    await acts.do("intake", story.clinic, work)


async def _is_over(session: AsyncSession, before: int | None) -> None:
    """NotFound while the person's case of before is still being told."""
    if before is not None:
        case = await session.get(Case, demo_id("case", before))
        if case is None or case.status == CaseStatus.OPEN:
            raise NotFound()


async def _status(session: AsyncSession, story: Story) -> str | None:
    referral = await session.get(Referral, case_id(story))
    return referral.status if referral else None


def _sender(story: Story) -> Actor:
    by_partner = story.clinic is PARTNER.clinic and story.number % 3
    return partner() if by_partner else _desk(story)


def _desk(story: Story) -> Actor:
    return somebody(story.clinic, Role.FRONT_DESK)


def _referral(story: Story) -> ReferralCreate:
    return ReferralCreate(
        clinic_id=story.clinic.clinic_id,
        sender_reference=f"DEMO-{story.number:03}",
        modality=story.modality,
        urgency=Urgency.URGENT if story.number % 10 == 9 else Urgency.ROUTINE,
        reason=words.REASONS[story.number % len(words.REASONS)],
        clients=[_person(story, place) for place in range(story.people)],
    )


def _person(story: Story, place: int) -> PersonGiven:
    known = story.before or story.number
    number = 2 * known + place
    given = words.GIVEN[number % len(words.GIVEN)]
    family = words.FAMILY[known * 5 % len(words.FAMILY)]
    return PersonGiven(
        given_name=given,
        family_name=family,
        date_of_birth=date(1955, 3, 4) + timedelta(days=number * 397 % 17_000),
        language="en",
        contacts=_contacts(known, f"{given}.{family}".lower()),
    )


def _contacts(number: int, name: str) -> list[Contact]:
    """Most by mail, some by mobile only, a few not safely at all."""
    mail = Contact(kind=ContactKind.EMAIL, value=f"{name}@mail.example", safe=number % 9 != 4)
    mobile = Contact(kind=ContactKind.MOBILE, value=f"07700 9{number:05}", safe=number % 9 != 4)
    return [mobile] if number % 5 == 3 else [mail, mobile]
