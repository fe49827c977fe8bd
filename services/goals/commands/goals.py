"""What can happen to a goal."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands.cases import case_to_change
from services.goals.domain import moments
from services.goals.models.goals import Goal, GoalCreate
from services.goals.queries import cases
from shared import audit, outbox
from shared.auth import Actor
from shared.clock import wall_time
from shared.events.goals import GoalSet
from shared.events.words import GoalStatus


async def set_goal(
    session: AsyncSession,
    actor: Actor,
    new: GoalCreate,
    now: datetime,
    goal_id: UUID | None = None,
) -> Goal:
    """Agree a goal, for one client of the case or for all of them."""
    case = await case_to_change(session, actor, new.case_id)
    moments.belongs(new.client_id, case.client_ids)
    zone = await cases.zone(session, case.clinic_id, now)
    moments.review_day(new.review_on, wall_time(now, zone).date())
    goal = Goal(
        **new.model_dump(),
        goal_id=goal_id or uuid4(),
        clinic_id=case.clinic_id,
        status=GoalStatus.ACTIVE,
        set_at=now,
        set_by=actor.id,
    )
    session.add(goal)
    await session.flush()
    await audit.record(session, actor, "goal_set", case.case_id)
    await outbox.publish(session, GoalSet(occurred_at=now, **goal.model_dump()))
    return goal
