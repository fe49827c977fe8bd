"""Ratings over HTTP."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from services.goals.api.callers import Clinician, Reader, after_of
from services.goals.commands import ratings as commands
from services.goals.models.ratings import (
    Rating,
    RatingAmend,
    RatingCreate,
    RatingHistory,
    RatingRead,
    RatingVoid,
)
from services.goals.queries import goals
from services.goals.queries import ratings as queries
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.pages import paged


router = APIRouter(route_class=Route)


@router.post("/goals/{goal_id}/ratings", response_model=RatingRead, status_code=201)
async def rate_goal(
    goal_id: UUID, new: RatingCreate, session: Session, actor: Clinician, now: Now
) -> Rating:
    """Take down where a goal stands: 0 to 10, or which level it has reached, -2 to +2."""
    return await commands.rate_goal(session, actor, goal_id, new, now)


@router.get("/goals/{goal_id}/ratings", response_model=Page[RatingRead])
async def ratings(
    goal_id: UUID, session: Session, actor: Reader, limit: Limit = 50, after: str | None = None
) -> dict[str, object]:
    """A goal's ratings, oldest first: of a shared goal every member's, told apart by client."""
    case_id = await goals.case_of_goal(session, actor, goal_id)
    await audit.record(session, actor, "ratings_read", case_id)
    rows = await queries.ratings(session, goal_id, limit, after_of(after))
    items, following = paged(rows, limit, lambda rating: (rating.rated_at, rating.rating_id))
    return {"items": items, "next": following}


@router.get("/ratings/{rating_id}", response_model=RatingHistory)
async def rating(rating_id: UUID, session: Session, actor: Reader) -> dict[str, Any]:
    """A rating with all that was ever entered for it, newest first."""
    case_id = await queries.case_of_rating(session, actor, rating_id)
    await audit.record(session, actor, "rating_read", case_id)
    found = await queries.rating(session, rating_id)
    return found.model_dump() | {
        "voided": found.voided,
        "versions": await queries.versions(session, rating_id),
    }


@router.post("/ratings/{rating_id}/amend", response_model=RatingRead)
async def amend(
    rating_id: UUID, change: RatingAmend, session: Session, actor: Clinician, now: Now
) -> Rating:
    """Correct what was entered; 409 with both versions when somebody else was faster."""
    return await commands.amend_rating(session, actor, rating_id, change, now)


@router.post("/ratings/{rating_id}/void", response_model=RatingRead)
async def void(
    rating_id: UUID, said: RatingVoid, session: Session, actor: Clinician, now: Now
) -> Rating:
    """It does not count any more; it stays to be seen."""
    return await commands.void_rating(session, actor, rating_id, said, now)
