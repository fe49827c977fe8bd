"""Questions about answered measures."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.models.answers import Response
from services.goals.queries.paging import page_of


async def responses(
    session: AsyncSession,
    case_id: UUID,
    measure: str,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[Response]:
    """A case's answers to one measure, oldest first."""
    asked = select(Response).where(
        col(Response.case_id) == case_id, col(Response.measure) == measure
    )
    sort = (col(Response.answered_at), col(Response.response_id))
    return await page_of(session, asked, sort, limit, after)
