"""Questions about links and about who answers on one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.models.cases import CaseCopy
from services.goals.models.links import Link, LinkState
from services.goals.queries.cases import theirs
from shared.auth import Actor
from shared.errors import NotFound


_OF_TOKEN = text("select clinic, link from link_of(:hash)")
_OF_SECRET = text("select clinic, link from respondent_of(:hash, :at)")


async def of_token(session: AsyncSession, token_hash: bytes) -> Row[Any] | None:
    """Clinic and link that a token opens, asked by somebody who has no clinic."""
    return (await session.execute(_OF_TOKEN, {"hash": token_hash})).one_or_none()


async def of_secret(session: AsyncSession, secret_hash: bytes, now: datetime) -> Row[Any] | None:
    """Clinic and link that a respondent's secret speaks for."""
    asked = {"hash": secret_hash, "at": now}
    return (await session.execute(_OF_SECRET, asked)).one_or_none()


async def link(session: AsyncSession, link_id: UUID) -> Link:
    """A link of the clinic that this transaction is within."""
    return (await session.scalars(select(Link).where(col(Link.link_id) == link_id))).one()


async def locked(session: AsyncSession, link_id: UUID) -> Link:
    """The same, locked and read anew: what it was before does not count."""
    asked = select(Link).where(col(Link.link_id) == link_id).with_for_update()
    fresh = asked.execution_options(populate_existing=True)
    return (await session.scalars(fresh)).one()


async def link_of_actor(session: AsyncSession, actor: Actor, link_id: UUID) -> Link:
    """A link of a case that the actor may read. NotFound for every other."""
    asked = select(Link).join(CaseCopy, col(CaseCopy.case_id) == col(Link.case_id))
    mine = asked.where(col(Link.link_id) == link_id, *theirs(actor))
    if (found := await session.scalar(mine)) is None:
        raise NotFound()
    return found


async def opened_before(session: AsyncSession, assignment_id: UUID, occasion: str) -> bool:
    """Whether somebody was asked on this occasion already."""
    asked = select(col(Link.link_id)).where(
        col(Link.assignment_id) == assignment_id, col(Link.occasion) == occasion
    )
    return await session.scalar(asked) is not None


async def open_links(session: AsyncSession, client_id: UUID, measure: str) -> Sequence[Link]:
    """The links on which a client could answer a measure; one at most has not expired."""
    asked = select(Link).where(
        col(Link.client_id) == client_id,
        col(Link.measure) == measure,
        col(Link.state) == LinkState.OPEN,
    )
    return (await session.scalars(asked.with_for_update())).all()


async def open_in_case(session: AsyncSession, case_id: UUID) -> Sequence[Link]:
    """A case's open links, locked."""
    asked = select(Link).where(col(Link.case_id) == case_id, col(Link.state) == LinkState.OPEN)
    return (await session.scalars(asked.with_for_update())).all()


async def left_unsent(session: AsyncSession, since: datetime, now: datetime) -> list[UUID]:
    """The open links on which a safety item was answered before `since`, or that are over now.

    Only those of which staff was not told yet.
    """
    asked = select(col(Link.link_id)).where(
        col(Link.state) == LinkState.OPEN,
        col(Link.unsent_told_at).is_(None),
        col(Link.safety_at).is_not(None),
        or_(col(Link.safety_at) <= since, col(Link.expires_at) <= now),
    )
    return list((await session.scalars(asked.order_by(col(Link.link_id)))).all())


async def newest(session: AsyncSession, assignments: Sequence[UUID]) -> dict[UUID, Link]:
    """The link opened last, for each of these."""
    of = col(Link.assignment_id)
    asked = select(Link).where(of.in_(assignments)).ext(distinct_on(of))
    found = await session.scalars(asked.order_by(of, col(Link.opened_at).desc()))
    return {one.assignment_id: one for one in found}
