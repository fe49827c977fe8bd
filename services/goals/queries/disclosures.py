"""Questions about disclosures."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.models.disclosures import Disclosure
from services.goals.queries.paging import page_of


async def disclosures(
    session: AsyncSession, case_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[Disclosure]:
    """A case's disclosures, oldest first."""
    asked = select(Disclosure).where(col(Disclosure.case_id) == case_id)
    sort = (col(Disclosure.disclosed_at), col(Disclosure.disclosure_id))
    return await page_of(session, asked, sort, limit, after)
