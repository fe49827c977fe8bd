"""Questions about answered measures."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.models.answers import Replaced, Response
from services.goals.models.cases import CaseCopy
from services.goals.queries.cases import theirs
from services.goals.queries.paging import page_of
from shared.auth import Actor
from shared.errors import NotFound


async def case_of_response(session: AsyncSession, actor: Actor, response_id: UUID) -> UUID:
    """The case of answers that the actor may read. NotFound for all others."""
    same_case = col(Response.case_id) == col(CaseCopy.case_id)
    asked = select(CaseCopy.case_id).join(Response, same_case)
    mine = asked.where(col(Response.response_id) == response_id, *theirs(actor))
    if (found := await session.scalar(mine)) is None:
        raise NotFound()
    return found


async def response(session: AsyncSession, response_id: UUID) -> Response:
    """Answers; ask `case_of_response` first whether the actor may read them."""
    asked = select(Response).where(col(Response.response_id) == response_id)
    return (await session.scalars(asked)).one()


async def replaced(session: AsyncSession, response_id: UUID) -> Sequence[Replaced]:
    """What answers said before they were amended, the oldest first."""
    asked = select(Replaced).where(col(Replaced.response_id) == response_id)
    return (await session.scalars(asked.order_by(col(Replaced.amendment)))).all()


async def responses(
    session: AsyncSession,
    case_id: UUID,
    measure: str,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[Response]:
    """A case's answers to one measure, oldest first; voided ones too, which say that they are."""
    asked = select(Response).where(
        col(Response.case_id) == case_id, col(Response.measure) == measure
    )
    sort = (col(Response.answered_at), col(Response.response_id))
    return await page_of(session, asked, sort, limit, after)
