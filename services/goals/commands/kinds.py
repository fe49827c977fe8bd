"""What a clinic may decide about a kind of goal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.domain import goals as life
from services.goals.domain import kinds as rules
from services.goals.models.kinds import KindChange, KindSetting
from services.goals.queries import kinds
from shared import audit, outbox
from shared.auth import Actor
from shared.events.words import GoalKind


async def change_kind(
    session: AsyncSession,
    actor: Actor,
    clinic_id: UUID,
    kind: GoalKind,
    change: KindChange,
    now: datetime,
) -> None:
    """The next version of a clinic's settings for a kind; the same as before changes nothing.

    Conflict, with both versions, when somebody else was faster. Goals that are there keep their way
    of rating, their review day and what counts as movement: that is how they were agreed.
    """
    rules.known_measures(change.measures)
    await outbox.lock(session, clinic_id)
    held = await kinds.settings(session, clinic_id, kind)
    life.seen(change.version, held.version)
    wanted = KindSetting(
        clinic_id=clinic_id,
        kind=kind,
        **change.model_dump(exclude={"version"}),
        version=held.version + 1,
        effective_from=now,
        set_by=actor.id,
    )
    if _same(kinds.settings_of(wanted), held):
        return
    session.add(wanted)
    await session.flush()
    await audit.record(session, actor, "kind_settings_changed", clinic_id)


def _same(wanted: rules.Settings, held: rules.Settings) -> bool:
    mine, theirs = vars(wanted), vars(held)
    return all(mine[name] == theirs[name] for name in mine if name != "version")
