"""Referrals and the people in them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, func, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.intake import domain
from services.intake.domain import ReferralStatus
from services.intake.models.shapes import (
    Numbered,
    PersonRead,
    ReferralDetail,
    ReferralRead,
    ReferredPerson,
)
from services.intake.models.tables import Person, Referral
from shared.app import Page
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.words import Role
from shared.pages import paged, parts_of


def _seen_by(actor: Actor, wanted: Select[Any]) -> Select[Any]:
    if actor.only(Role.CLINICIAN):
        return wanted.where(col(Referral.clinician_id) == actor.id)
    return wanted


async def referral(session: AsyncSession, actor: Actor, case_id: UUID) -> Referral:
    """One referral. NotFound when it is unknown, another clinic's or another clinician's."""
    wanted = _seen_by(actor, select(Referral).where(Referral.case_id == case_id))
    found: Referral | None = await session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


async def sent(session: AsyncSession, sender: str, reference: str) -> Referral | None:
    """What a sender sent under a reference of its own."""
    found: Referral | None = await session.scalar(
        select(Referral).where(Referral.sender == sender, Referral.sender_reference == reference)
    )
    return found


async def own_receipt(session: AsyncSession, sender: str, case_id: UUID) -> Referral:
    """A referral for the one who sent it. NotFound for everybody else."""
    found = await session.get(Referral, case_id)
    if found is None or found.sender != sender:
        raise NotFound()
    return found


async def client_ids(session: AsyncSession, case_id: UUID) -> list[UUID]:
    """Ids that a referral's people have, or will have, as clients. NotFound when there are none."""
    people = await session.scalar(
        select(func.count()).select_from(Person).where(Person.case_id == case_id)
    )
    if not people:
        raise NotFound()
    return domain.client_ids(case_id, people)


async def people(session: AsyncSession, case_ids: Sequence[UUID]) -> dict[UUID, list[Person]]:
    """The people of each referral, in the sender's order."""
    wanted = select(Person).where(col(Person.case_id).in_(case_ids))
    found: dict[UUID, list[Person]] = defaultdict(list)
    for person in await session.scalars(wanted.order_by(col(Person.place))):
        found[person.case_id].append(person)
    return found


async def detail(session: AsyncSession, actor: Actor, case_id: UUID) -> ReferralDetail:
    """A referral with its people and words."""
    found = await referral(session, actor, case_id)
    those = await people(session, [case_id])
    known = [ReferredPerson.model_validate(person) for person in those[case_id]]
    return ReferralDetail(**found.model_dump(), clients=known)


async def counts(
    session: AsyncSession, actor: Actor, clinic_id: UUID | None
) -> dict[ReferralStatus, int]:
    """How many referrals there are in each state, those without any too."""
    by_state = select(Referral.status, func.count()).group_by(Referral.status)
    wanted = _seen_by(actor, cast("Select[Any]", by_state))
    if clinic_id:
        wanted = wanted.where(col(Referral.clinic_id) == clinic_id)
    found = {ReferralStatus(state): n for state, n in (await session.execute(wanted)).all()}
    return {state: found.get(state, 0) for state in ReferralStatus}


async def numbers(
    session: AsyncSession, ids: Sequence[UUID] | None, number: str | None
) -> list[Numbered]:
    """Cases of the caller's clinics by id or by number, without a word of who they are about."""
    wanted = select(Referral)
    if ids is not None:
        wanted = wanted.where(col(Referral.case_id).in_(ids))
    if number is not None:
        wanted = wanted.where(col(Referral.case_number) == number.upper())
    found = await session.scalars(wanted.order_by(col(Referral.case_number)))
    return [Numbered.model_validate(each) for each in found]


async def referrals(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID | None,
    status: ReferralStatus | None,
    limit: int,
    after: str | None,
) -> Page[ReferralRead]:
    """Referrals, the newest first."""
    wanted = _seen_by(actor, select(Referral))
    if clinic_id:
        wanted = wanted.where(col(Referral.clinic_id) == clinic_id)
    if status:
        wanted = wanted.where(col(Referral.status) == status)
    place = tuple_(col(Referral.received_at), col(Referral.case_id))
    if since := parts_of(after, datetime.fromisoformat, UUID):
        wanted = wanted.where(place < since)
    wanted = wanted.order_by(col(Referral.received_at).desc(), col(Referral.case_id).desc())
    rows: Sequence[Referral] = (await session.scalars(wanted.limit(limit + 1))).all()
    page, following = paged(rows, limit, lambda one: (one.received_at.isoformat(), one.case_id))
    those = await people(session, [one.case_id for one in page])
    return Page(
        items=[
            ReferralRead(**one.model_dump(), clients=_names(those[one.case_id])) for one in page
        ],
        next=following,
    )


def _names(people: Sequence[Person]) -> list[PersonRead]:
    return [PersonRead.model_validate(person) for person in people]
