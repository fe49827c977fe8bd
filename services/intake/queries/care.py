"""Clients and cases."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.intake import domain
from services.intake.domain import CaseStatus
from services.intake.models.shapes import CaseRead, CaseWhole, PersonRead
from services.intake.models.tables import Case, CaseClient, Client, Person
from shared.app import Page
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.words import Role
from shared.pages import paged, parts_of


def _clients_of(actor: Actor) -> Select[Any]:
    """Clients that a caller may see: a clinician those of own cases, others the clinic's."""
    wanted = select(Client)
    if not actor.only(Role.CLINICIAN):
        return wanted
    own = (
        select(CaseClient.client_id)
        .join(Case, col(Case.case_id) == col(CaseClient.case_id))
        .where(Case.clinician_id == actor.id)
    )
    return wanted.where(col(Client.client_id).in_(own))


async def client(session: AsyncSession, actor: Actor, client_id: UUID) -> Client:
    """One client. NotFound when unknown, another clinic's or on nobody's caseload that asks."""
    wanted = _clients_of(actor).where(col(Client.client_id) == client_id)
    found: Client | None = await session.scalar(wanted)
    if found is None:
        raise NotFound()
    return found


async def clients(
    session: AsyncSession, actor: Actor, ids: Sequence[UUID], limit: int, after: str | None
) -> Page[Client]:
    """Clients of these ids; who may not be seen is left out without a word."""
    wanted = _clients_of(actor).where(col(Client.client_id).in_(ids))
    if since := parts_of(after, UUID):
        wanted = wanted.where(col(Client.client_id) > since[0])
    wanted = wanted.order_by(col(Client.client_id)).limit(limit + 1)
    rows: Sequence[Client] = (await session.scalars(wanted)).all()
    page, following = paged(rows, limit, lambda one: (one.client_id,))
    return Page(items=page, next=following)


def _cases_of(actor: Actor) -> Select[Any]:
    wanted = select(Case)
    if actor.only(Role.CLINICIAN):
        return wanted.where(Case.clinician_id == actor.id)
    return wanted


async def case(session: AsyncSession, actor: Actor, case_id: UUID) -> Case:
    """One case. NotFound when unknown, another clinic's or another clinician's."""
    found: Case | None = await session.scalar(_cases_of(actor).where(col(Case.case_id) == case_id))
    if found is None:
        raise NotFound()
    return found


async def case_read(session: AsyncSession, actor: Actor, case_id: UUID) -> CaseWhole:
    """One case with its people's names, and how it ended."""
    found = await case(session, actor, case_id)
    [named] = await _with_names(session, [found])
    return CaseWhole(**dict(named), end_code=found.end_code, closed_by=found.closed_by)


async def cases(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID | None,
    clinician_id: UUID | None,
    status: CaseStatus | None,
    ids: Sequence[UUID] | None,
    limit: int,
    after: str | None,
) -> Page[CaseRead]:
    """Cases with their people's names, the newest first."""
    wanted = _cases_of(actor)
    for column, value in (
        (Case.clinic_id, clinic_id),
        (Case.clinician_id, clinician_id),
        (Case.status, status),
    ):
        wanted = wanted if value is None else wanted.where(col(column) == value)
    if ids is not None:
        wanted = wanted.where(col(Case.case_id).in_(ids))
    if since := parts_of(after, datetime.fromisoformat, UUID):
        wanted = wanted.where(tuple_(col(Case.opened_at), col(Case.case_id)) < since)
    wanted = wanted.order_by(col(Case.opened_at).desc(), col(Case.case_id).desc())
    rows: Sequence[Case] = (await session.scalars(wanted.limit(limit + 1))).all()
    page, following = paged(rows, limit, lambda one: (one.opened_at.isoformat(), one.case_id))
    return Page(items=await _with_names(session, page), next=following)


async def ended_before(
    session: AsyncSession, clinic_id: UUID, people: Sequence[Person], moment: datetime
) -> Case | None:
    """The clinic's case that ended last before a moment and had one of these people in it.

    They are known by name and date of birth, whoever's caseload it was. Of two that ended at once
    it is the one with the higher id, so that asking again gives the same.
    """
    alike = {_likeness(person) for person in people}
    wanted = (
        select(Case, Client)
        .join(CaseClient, col(CaseClient.case_id) == col(Case.case_id))
        .join(Client, col(Client.client_id) == col(CaseClient.client_id))
        .where(
            Client.clinic_id == clinic_id,
            col(Client.date_of_birth).in_({person.date_of_birth for person in people}),
            col(Case.closed_at) < moment,
        )
        .order_by(col(Case.closed_at).desc(), col(Case.case_id).desc())
    )
    found = (await session.execute(wanted)).all()
    return next((case for case, client in found if _likeness(client) in alike), None)


def _likeness(one: Person | Client) -> domain.Likeness:
    return domain.likeness(one.given_name, one.family_name, one.date_of_birth)


async def _with_names(session: AsyncSession, cases: Sequence[Case]) -> list[CaseRead]:
    people: dict[UUID, list[PersonRead]] = defaultdict(list)
    wanted = (
        select(CaseClient.case_id, Client)
        .join(Client, col(Client.client_id) == col(CaseClient.client_id))
        .where(col(CaseClient.case_id).in_([one.case_id for one in cases]))
        .order_by(col(CaseClient.place))
    )
    for case_id, client in (await session.execute(wanted)).all():
        people[case_id].append(PersonRead.model_validate(client))
    return [CaseRead(**one.model_dump(), clients=people[one.case_id]) for one in cases]
