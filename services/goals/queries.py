"""Questions about goals, ratings and answers; row-level security keeps them within the clinics."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.goals.models import CaseCopy, Goal, Rating, Response, Table, ZoneCopy
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.words import Role


Row = TypeVar("Row", bound=Table)


async def case(session: AsyncSession, actor: Actor, case_id: UUID) -> CaseCopy:
    """A case that the actor may read. NotFound for every other."""
    asked = select(CaseCopy).where(col(CaseCopy.case_id) == case_id, *_theirs(actor))
    if (found := await session.scalar(asked)) is None:
        raise NotFound()
    return found


async def case_of_goal(session: AsyncSession, actor: Actor, goal_id: UUID) -> UUID:
    """The case of a goal that the actor may read. NotFound for every other."""
    asked = select(CaseCopy.case_id).join(Goal, col(Goal.case_id) == col(CaseCopy.case_id))
    mine = asked.where(col(Goal.goal_id) == goal_id, *_theirs(actor))
    if (found := await session.scalar(mine)) is None:
        raise NotFound()
    return found


async def goal(session: AsyncSession, goal_id: UUID) -> Goal:
    """A goal; ask `case_of_goal` first whether the actor may read it."""
    return (await session.scalars(select(Goal).where(col(Goal.goal_id) == goal_id))).one()


async def goals(
    session: AsyncSession, case_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[Goal]:
    """A case's goals, oldest first."""
    asked = select(Goal).where(col(Goal.case_id) == case_id)
    return await _page(session, asked, (col(Goal.set_at), col(Goal.goal_id)), limit, after)


async def ratings(
    session: AsyncSession, goal_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> Sequence[Rating]:
    """A goal's ratings, oldest first."""
    asked = select(Rating).where(col(Rating.goal_id) == goal_id)
    return await _page(session, asked, (col(Rating.rated_at), col(Rating.rating_id)), limit, after)


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
    return await _page(session, asked, sort, limit, after)


async def zone(session: AsyncSession, clinic_id: UUID, now: datetime) -> str:
    """The time zone that a clinic has now; UTC while clinics has not said."""
    said = select(ZoneCopy.zone).where(
        col(ZoneCopy.clinic_id) == clinic_id, col(ZoneCopy.effective_from) <= now
    )
    newest = said.order_by(col(ZoneCopy.effective_from).desc()).limit(1)
    return await session.scalar(newest) or "UTC"


def _theirs(actor: Actor) -> list[ColumnElement[bool]]:
    """A lead reads all cases of its clinics, a clinician only its own."""
    if actor.is_any(Role.CLINICAL_LEAD):
        return []
    return [col(CaseCopy.clinician_id) == actor.id]


async def _page(
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
