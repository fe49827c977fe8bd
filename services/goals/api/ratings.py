"""Ratings over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from services.goals.api.callers import Clinician, Reader, after_of
from services.goals.commands import ratings as commands
from services.goals.models.ratings import Rating, RatingCreate, RatingRead
from services.goals.queries import goals as queries
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.pages import paged


router = APIRouter(route_class=Route)


@router.post("/goals/{goal_id}/ratings", response_model=RatingRead, status_code=201)
async def rate_goal(
    goal_id: UUID, new: RatingCreate, session: Session, actor: Clinician, now: Now
) -> Rating:
    """Take down where a goal stands, 0 (not at all) to 10 (fully reached)."""
    return await commands.rate_goal(session, actor, goal_id, new, now)


@router.get("/goals/{goal_id}/ratings", response_model=Page[RatingRead])
async def ratings(
    goal_id: UUID, session: Session, actor: Reader, limit: Limit = 50, after: str | None = None
) -> dict[str, object]:
    """A goal's ratings, oldest first."""
    case_id = await queries.case_of_goal(session, actor, goal_id)
    await audit.record(session, actor, "ratings_read", case_id)
    rows = await queries.ratings(session, goal_id, limit, after_of(after))
    items, following = paged(rows, limit, lambda rating: (rating.rated_at, rating.rating_id))
    return {"items": items, "next": following}
