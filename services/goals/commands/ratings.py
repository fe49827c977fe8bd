"""What can happen to a rating."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands.cases import case_to_change
from services.goals.domain import moments
from services.goals.domain.ratings import rater
from services.goals.models.ratings import Rating, RatingCreate
from services.goals.queries import goals
from shared import audit, outbox
from shared.auth import Actor
from shared.events.goals import GoalRated


async def rate_goal(
    session: AsyncSession,
    actor: Actor,
    goal_id: UUID,
    new: RatingCreate,
    now: datetime,
    rating_id: UUID | None = None,
) -> Rating:
    """Take down where a goal stands. Ratings of one goal are published in the order of commits."""
    case_id = await goals.case_of_goal(session, actor, goal_id)
    case = await case_to_change(session, actor, case_id)
    goal = await goals.goal(session, goal_id)
    client_id = rater(new.client_id, new.rated_by, goal.client_id, case.client_ids)
    rating = Rating(
        rating_id=rating_id or uuid4(),
        clinic_id=case.clinic_id,
        goal_id=goal_id,
        case_id=case_id,
        client_id=client_id,
        value=new.value,
        rated_by=new.rated_by,
        rated_at=moments.moment(new.rated_at, case.referred_at, now, "rated_at"),
        appointment_id=new.appointment_id,
        entered_at=now,
        entered_by=actor.id,
    )
    session.add(rating)
    await session.flush()
    await audit.record(session, actor, "goal_rated", case_id)
    await outbox.publish(session, GoalRated(occurred_at=now, **rating.model_dump()))
    return rating
