"""Taking an act back: only one's own, and only while nobody has acted since."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.domain.goals import Step, leads_back
from services.goals.queries import goals
from shared.auth import Actor
from shared.errors import overtaken


async def check_last(
    session: AsyncSession, actor: Actor, goal_id: UUID, step: Step, undoes: int
) -> None:
    """Conflict unless the step takes back the last act about a goal, and that act is the actor's.

    It names who acted last and when. The goal stands still: its case is locked.
    """
    acts = await goals.acts(session, goal_id)
    if not acts:
        raise overtaken(None, None)
    last, *before = acts
    if (last.number, last.by) != (undoes, actor.id):
        raise overtaken(last.by, last.at)
    leads_back(step, last.act, before[0].status if before else None)
