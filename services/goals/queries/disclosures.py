"""Questions about disclosures."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.models.cases import CaseCopy
from services.goals.models.disclosures import Disclosure
from services.goals.queries.cases import theirs
from services.goals.queries.paging import page_of
from shared.auth import Actor
from shared.errors import NotFound


async def case_of_disclosure(session: AsyncSession, actor: Actor, disclosure_id: UUID) -> UUID:
    """The case of a disclosure that the actor may read. NotFound for every other."""
    asked = select(CaseCopy.case_id).join(
        Disclosure, col(Disclosure.case_id) == col(CaseCopy.case_id)
    )
    mine = asked.where(col(Disclosure.disclosure_id) == disclosure_id, *theirs(actor))
    if (found := await session.scalar(mine)) is None:
        raise NotFound()
    return found


async def disclosure(session: AsyncSession, disclosure_id: UUID) -> Disclosure:
    """A disclosure; ask `case_of_disclosure` first whether the actor may read it."""
    asked = select(Disclosure).where(col(Disclosure.disclosure_id) == disclosure_id)
    return (await session.scalars(asked)).one()


async def disclosures(
    session: AsyncSession, case_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[Disclosure]:
    """A case's disclosures, oldest first."""
    asked = select(Disclosure).where(col(Disclosure.case_id) == case_id)
    sort = (col(Disclosure.disclosed_at), col(Disclosure.disclosure_id))
    return await page_of(session, asked, sort, limit, after)
