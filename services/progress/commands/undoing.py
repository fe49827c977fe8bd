"""Taking an act about a flag back: only one's own, and only while nobody has acted since."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.domain.lifecycle import Act, before_closing
from services.progress.models.tables import flag_act
from shared.errors import overtaken
from shared.events.words import FlagState


@dataclass(frozen=True)
class Undoing:
    """The act that is to be taken back, who asks, and which kind of act alone it may be."""

    act_id: UUID
    by: UUID
    act: Act


async def last_act(session: AsyncSession, flag_id: UUID) -> Row[Any, Any, Any, Any, Any] | None:
    """The last that a person did about a flag; what its clock did is nobody's act."""
    acts = flag_act.c
    asked = select(acts.act_id, acts.act, acts.by, acts.at, acts.before).where(
        acts.flag_id == flag_id, acts.by.is_not(None)
    )
    # By moment: one that was put down again from the log has a later number.
    last = asked.order_by(acts.at.desc(), acts.number.desc()).limit(1)
    newest = await session.execute(last)
    return newest.one_or_none()


async def state_before(session: AsyncSession, flag_id: UUID, undoing: Undoing) -> FlagState:
    """The state in which the flag was before the act that is taken back. The flag is locked.

    Conflict, naming who acted last and when, unless that act is the last one and the person's own.
    """
    last = await last_act(session, flag_id)
    if last is None:
        raise overtaken(None, None)
    asked = (undoing.act_id, undoing.by, undoing.act.value)
    if (last.act_id, last.by, last.act) != asked:
        raise overtaken(last.by, last.at)
    return before_closing(last.before)


async def held_before(session: AsyncSession, flag_id: UUID) -> UUID | None:
    """Who had the flag before it was handed over last; None where nobody had.

    Whoever looked into it first, while it was nobody's, had it from then on.
    """
    acts, giving = flag_act.c, (Act.ASSIGNED.value, Act.REVIEW_STARTED.value)
    asked = select(acts.act, acts.to, acts.by).where(acts.flag_id == flag_id, acts.act.in_(giving))
    holder: UUID | None = None
    before: UUID | None = None
    for act, to, by in await session.execute(asked.order_by(acts.at, acts.number)):
        if act == Act.ASSIGNED.value:
            before, holder = holder, to
        else:
            holder = holder or by
    return before
