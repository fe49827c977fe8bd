"""The calls of the goals service: goals, their ratings, measures and their answers."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.goals import commands, models, queries
from services.goals.domain import IN_USE
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.auth import Actor, Caller, require
from shared.errors import NotFound
from shared.events.measures import Measure, definition
from shared.events.words import Role
from shared.pages import paged, parts_of


router = APIRouter(route_class=Route)

Clinician = Annotated[Actor, Depends(require(Role.CLINICIAN))]
Reader = Annotated[Actor, Depends(require(Role.CLINICIAN, Role.CLINICAL_LEAD))]


@router.post("/goals", response_model=models.GoalRead, status_code=201)
async def set_goal(
    new: models.GoalCreate, session: Session, actor: Clinician, now: Now
) -> models.Goal:
    """Agree a goal with a client, or with all clients of the case (`client_id` null)."""
    return await commands.set_goal(session, actor, new, now)


@router.get("/goals", response_model=Page[models.GoalRead])
async def goals(
    case_id: UUID, session: Session, actor: Reader, limit: Limit = 50, after: str | None = None
) -> dict[str, object]:
    """A case's goals, oldest first."""
    case = await queries.case(session, actor, case_id)
    await audit.record(session, actor, "goals_read", case.case_id)
    rows = await queries.goals(session, case_id, limit, _after(after))
    items, following = paged(rows, limit, lambda goal: (goal.set_at, goal.goal_id))
    return {"items": items, "next": following}


@router.post("/goals/{goal_id}/ratings", response_model=models.RatingRead, status_code=201)
async def rate_goal(
    goal_id: UUID, new: models.RatingCreate, session: Session, actor: Clinician, now: Now
) -> models.Rating:
    """Take down where a goal stands, 0 (not at all) to 10 (fully reached)."""
    return await commands.rate_goal(session, actor, goal_id, new, now)


@router.get("/goals/{goal_id}/ratings", response_model=Page[models.RatingRead])
async def ratings(
    goal_id: UUID, session: Session, actor: Reader, limit: Limit = 50, after: str | None = None
) -> dict[str, object]:
    """A goal's ratings, oldest first."""
    case_id = await queries.case_of_goal(session, actor, goal_id)
    await audit.record(session, actor, "ratings_read", case_id)
    rows = await queries.ratings(session, goal_id, limit, _after(after))
    items, following = paged(rows, limit, lambda rating: (rating.rated_at, rating.rating_id))
    return {"items": items, "next": following}


@router.get("/measures", response_model=Page[Measure])
async def measures(_: Caller) -> dict[str, object]:
    """Every measure that can be answered, in its newest version."""
    return {"items": [definition(code) for code in sorted(IN_USE)], "next": None}


@router.get("/measures/{code}", response_model=Measure)
async def measure(code: str, _: Caller) -> Measure:
    """A measure: items, answers, bands and thresholds, each with its source."""
    return _known(code)


@router.post("/measures/{code}/responses", response_model=models.ResponseRead, status_code=201)
async def complete_measure(
    code: str, new: models.ResponseCreate, session: Session, actor: Clinician, now: Now
) -> models.Response:
    """Take down a client's answers; every item needs one."""
    return await commands.complete_measure(session, actor, code, new, now)


@router.get("/measures/{code}/responses", response_model=Page[models.ResponseRead])
async def responses(
    code: str,
    case_id: UUID,
    session: Session,
    actor: Reader,
    limit: Limit = 50,
    after: str | None = None,
) -> dict[str, object]:
    """A case's answers to one measure, oldest first."""
    known = _known(code)
    case = await queries.case(session, actor, case_id)
    await audit.record(session, actor, "responses_read", case.case_id)
    rows = await queries.responses(session, case_id, known.code, limit, _after(after))
    items, following = paged(rows, limit, lambda answer: (answer.answered_at, answer.response_id))
    return {"items": items, "next": following}


def _after(cursor: str | None) -> tuple[datetime, UUID] | None:
    parts = parts_of(cursor, datetime.fromisoformat, UUID)
    return (parts[0], parts[1]) if parts else None


def _known(code: str) -> Measure:
    if code not in IN_USE:
        raise NotFound()
    return definition(code)
