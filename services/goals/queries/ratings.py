"""Questions about ratings and their versions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.models.cases import CaseCopy
from services.goals.models.ratings import Rating, RatingVersion
from services.goals.queries.cases import theirs
from services.goals.queries.paging import page_of
from shared.auth import Actor
from shared.errors import NotFound


async def case_of_rating(session: AsyncSession, actor: Actor, rating_id: UUID) -> UUID:
    """The case of a rating that the actor may read. NotFound for every other."""
    asked = select(CaseCopy.case_id).join(Rating, col(Rating.case_id) == col(CaseCopy.case_id))
    mine = asked.where(col(Rating.rating_id) == rating_id, *theirs(actor))
    if (found := await session.scalar(mine)) is None:
        raise NotFound()
    return found


async def rating(session: AsyncSession, rating_id: UUID) -> Rating:
    """A rating; ask `case_of_rating` first whether the actor may read it."""
    return (await session.scalars(select(Rating).where(col(Rating.rating_id) == rating_id))).one()


async def ratings(
    session: AsyncSession, goal_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[Rating]:
    """A goal's ratings, oldest first, each in its newest version; voided ones are there too."""
    asked = select(Rating).where(col(Rating.goal_id) == goal_id)
    return await page_of(
        session, asked, (col(Rating.rated_at), col(Rating.rating_id)), limit, after
    )


async def versions(session: AsyncSession, rating_id: UUID) -> Sequence[RatingVersion]:
    """Everything that was entered for a rating, newest first."""
    asked = select(RatingVersion).where(col(RatingVersion.rating_id) == rating_id)
    return (await session.scalars(asked.order_by(col(RatingVersion.version).desc()))).all()
