"""Goals over HTTP."""

from uuid import UUID

from fastapi import APIRouter

from services.goals.api.callers import Clinician, Reader, after_of
from services.goals.commands import goals as commands
from services.goals.models.goals import Goal, GoalCreate, GoalRead
from services.goals.queries import cases
from services.goals.queries import goals as queries
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.pages import paged


router = APIRouter(route_class=Route)


@router.post("/goals", response_model=GoalRead, status_code=201)
async def set_goal(new: GoalCreate, session: Session, actor: Clinician, now: Now) -> Goal:
    """Agree a goal with a client, or with all clients of the case (`client_id` null)."""
    return await commands.set_goal(session, actor, new, now)


@router.get("/goals", response_model=Page[GoalRead])
async def goals(
    case_id: UUID, session: Session, actor: Reader, limit: Limit = 50, after: str | None = None
) -> dict[str, object]:
    """A case's goals, oldest first."""
    case = await cases.case(session, actor, case_id)
    await audit.record(session, actor, "goals_read", case.case_id)
    rows = await queries.goals(session, case_id, limit, after_of(after))
    items, following = paged(rows, limit, lambda goal: (goal.set_at, goal.goal_id))
    return {"items": items, "next": following}
