"""Questions about how a clinic works with each kind of goal."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.goals.domain.kinds import Settings, library
from services.goals.models.kinds import KindSetting
from shared.events.words import GoalKind


async def current(session: AsyncSession, clinic_id: UUID) -> dict[GoalKind, KindSetting]:
    """What a clinic has set, in its newest version; kinds for which it has set nothing are not in.

    Ask only for a clinic of the actor's.
    """
    asked = select(KindSetting).where(col(KindSetting.clinic_id) == clinic_id)
    rows = await session.scalars(asked.order_by(col(KindSetting.version)))
    return {row.kind: row for row in rows}  # the newest comes last


async def settings(session: AsyncSession, clinic_id: UUID, kind: GoalKind) -> Settings:
    """What holds for a kind at a clinic: its own settings, else the library's."""
    found = (await current(session, clinic_id)).get(kind)
    return settings_of(found) if found else library(kind)


def settings_of(row: KindSetting) -> Settings:
    """A clinic's own settings, as the rules take them."""
    return Settings(
        row.version, row.method, tuple(row.measures), row.review_weeks, row.reliable_change
    )
