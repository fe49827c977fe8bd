"""What the closing of a case does to what was going on in it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands.assignments import close_case
from services.goals.commands.cases import remember_closing
from services.goals.domain.goals import OPEN, Act
from services.goals.models.goals import Goal, GoalAct
from services.goals.queries import goals as queries
from shared import outbox
from shared.events import derived_id
from shared.events.goals import GoalClosed
from shared.events.intake import CaseClosed
from shared.events.words import GoalEnd, GoalStatus


async def close(session: AsyncSession, event: CaseClosed) -> None:
    """The case takes no more; what is given and what is worked on in it ends.

    How a goal ended nobody has said: it is called open at closing, until its clinician does.
    """
    await remember_closing(session, event)
    await close_case(session, event)
    for goal in await queries.of_case(session, event.case_id, OPEN):
        await _end(session, goal, event)


async def _end(session: AsyncSession, goal: Goal, event: CaseClosed) -> None:
    said = GoalEnd.OPEN_AT_CLOSING
    goal.status, goal.last_act, goal.reason = GoalStatus.OPEN_AT_CLOSING, Act.CLOSE, said
    goal.ended_at = event.closed_at
    session.add(_done(goal, event.closed_at))
    closed = GoalClosed(
        event_id=derived_id(event.event_id, f"goal {goal.goal_id}"),
        occurred_at=event.closed_at,
        outcome=said,
        **goal.model_dump(include={"clinic_id", "goal_id", "case_id"}),
    )
    await outbox.publish(session, closed)


def _done(goal: Goal, at: datetime) -> GoalAct:
    return GoalAct(
        goal_id=goal.goal_id,
        clinic_id=goal.clinic_id,
        case_id=goal.case_id,
        act=Act.CLOSE,
        status=goal.status,
        reason=goal.reason,
        note=None,
        at=at,
        by=None,
    )
