"""Questions about goals, their versions and acts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.models.cases import CaseCopy
from services.goals.models.goals import Goal, GoalAct, GoalVersion
from services.goals.queries.cases import theirs
from services.goals.queries.paging import page_of
from shared.auth import Actor
from shared.errors import NotFound
from shared.events.words import GoalStatus


async def case_of_goal(session: AsyncSession, actor: Actor, goal_id: UUID) -> UUID:
    """The case of a goal that the actor may read. NotFound for every other."""
    asked = select(CaseCopy.case_id).join(Goal, col(Goal.case_id) == col(CaseCopy.case_id))
    mine = asked.where(col(Goal.goal_id) == goal_id, *theirs(actor))
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
    return await page_of(session, asked, (col(Goal.set_at), col(Goal.goal_id)), limit, after)


async def of_case(
    session: AsyncSession, case_id: UUID, statuses: Collection[GoalStatus]
) -> Sequence[Goal]:
    """A case's goals of these statuses, in the order of their ids."""
    asked = select(Goal).where(col(Goal.case_id) == case_id, col(Goal.status).in_(statuses))
    return (await session.scalars(asked.order_by(col(Goal.goal_id)))).all()


async def versions(session: AsyncSession, goal_id: UUID) -> Sequence[GoalVersion]:
    """Everything that was agreed about a goal, newest first."""
    asked = select(GoalVersion).where(col(GoalVersion.goal_id) == goal_id)
    return (await session.scalars(asked.order_by(col(GoalVersion.version).desc()))).all()


async def acts(session: AsyncSession, goal_id: UUID) -> Sequence[GoalAct]:
    """Everything that was done with a goal, newest first."""
    asked = select(GoalAct).where(col(GoalAct.goal_id) == goal_id)
    return (await session.scalars(asked.order_by(col(GoalAct.number).desc()))).all()
