"""Goals over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.api.callers import Clinician, Reader, after_of
from services.goals.commands import goals as commands
from services.goals.domain.goals import Act, Step
from services.goals.models.goals import (
    Goal,
    GoalActed,
    GoalBack,
    GoalClose,
    GoalCreate,
    GoalDecline,
    GoalHistory,
    GoalNote,
    GoalRead,
    GoalRevise,
)
from services.goals.queries import cases
from services.goals.queries import goals as queries
from shared import audit
from shared.app import Limit, Now, Page, Route, Session
from shared.auth import Actor
from shared.pages import paged


router = APIRouter(route_class=Route)


@router.post("/goals", response_model=GoalRead, status_code=201)
async def set_goal(new: GoalCreate, session: Session, actor: Clinician, now: Now) -> Goal:
    """Agree or propose a goal, with a client or with all clients (`client_id` null)."""
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


@router.get("/goals/{goal_id}", response_model=GoalHistory)
async def goal(goal_id: UUID, session: Session, actor: Reader) -> dict[str, Any]:
    """A goal with everything that was agreed and done, the newest first."""
    case_id = await queries.case_of_goal(session, actor, goal_id)
    await audit.record(session, actor, "goal_read", case_id)
    found = await queries.goal(session, goal_id)
    return found.model_dump() | {
        "versions": await queries.versions(session, goal_id),
        "acts": await queries.acts(session, goal_id),
    }


@router.post("/goals/{goal_id}/revise", response_model=GoalRead)
async def revise(
    goal_id: UUID, change: GoalRevise, session: Session, actor: Clinician, now: Now
) -> Goal:
    """Agree a goal anew; 409 with both versions when somebody else was faster."""
    return await commands.revise_goal(session, actor, goal_id, change, now)


@router.post("/goals/{goal_id}/agree", response_model=GoalRead)
async def agree(
    goal_id: UUID, session: Session, actor: Clinician, now: Now, said: GoalNote | None = None
) -> Goal:
    """Take a proposed goal on."""
    note = said.note if said else None
    return await commands.act_on_goal(session, actor, goal_id, Step(Act.AGREE), note, now)


@router.post("/goals/{goal_id}/decline", response_model=GoalRead)
async def decline(
    goal_id: UUID, said: GoalDecline, session: Session, actor: Clinician, now: Now
) -> Goal:
    """Do not take a proposed goal on; that is final."""
    step = Step(Act.DECLINE, said.reason)
    return await commands.act_on_goal(session, actor, goal_id, step, said.note, now)


@router.post("/goals/{goal_id}/pause", response_model=GoalActed)
async def pause(
    goal_id: UUID, session: Session, actor: Clinician, now: Now, said: GoalBack | None = None
) -> dict[str, Any]:
    """Put a goal on hold."""
    return await _step(session, actor, goal_id, Act.PAUSE, said or GoalBack(), now)


@router.post("/goals/{goal_id}/resume", response_model=GoalActed)
async def resume(
    goal_id: UUID, session: Session, actor: Clinician, now: Now, said: GoalBack | None = None
) -> dict[str, Any]:
    """Go on with a goal that was on hold."""
    return await _step(session, actor, goal_id, Act.RESUME, said or GoalBack(), now)


@router.post("/goals/{goal_id}/close", response_model=GoalActed)
async def close(
    goal_id: UUID, said: GoalClose, session: Session, actor: Clinician, now: Now
) -> dict[str, Any]:
    """End work on a goal: achieved, not achieved, or withdrawn."""
    step = Step(Act.CLOSE, said.outcome)
    found = await commands.act_on_goal(session, actor, goal_id, step, said.note, now)
    return await _acted(session, found)


@router.post("/goals/{goal_id}/reopen", response_model=GoalActed)
async def reopen(
    goal_id: UUID, session: Session, actor: Clinician, now: Now, said: GoalBack | None = None
) -> dict[str, Any]:
    """Work again on a goal that had ended."""
    return await _step(session, actor, goal_id, Act.REOPEN, said or GoalBack(), now)


async def _step(
    session: AsyncSession, actor: Actor, goal_id: UUID, act: Act, said: GoalBack, now: datetime
) -> dict[str, Any]:
    found = await commands.act_on_goal(
        session, actor, goal_id, Step(act), said.note, now, said.undoes
    )
    return await _acted(session, found)


async def _acted(session: Session, goal: Goal) -> dict[str, Any]:
    """The goal with the number of its last act, still under the lock of the act."""
    acts = await queries.acts(session, goal.goal_id)
    return goal.model_dump(exclude={"last_act"}) | {"last_act": acts[0].number if acts else None}
