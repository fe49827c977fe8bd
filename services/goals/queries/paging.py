"""One page of a long list."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel.sql.expression import SelectOfScalar

from services.goals.models.table import Table


Row = TypeVar("Row", bound=Table)


async def page_of(
    session: AsyncSession,
    asked: SelectOfScalar[Row],
    sort: tuple[Mapped[datetime], Mapped[UUID]],
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> Sequence[Row]:
    """One row more than the page, so that it is known whether there is a next one."""
    if after:
        asked = asked.where(tuple_(*sort) > tuple_(*after))
    return (await session.scalars(asked.order_by(*sort).limit(limit + 1))).all()
