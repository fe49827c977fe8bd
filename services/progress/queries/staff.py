"""Who works in a clinic, from our copy of what clinics says; and how far that copy reaches."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.progress.models import tables
from services.progress.queries.freshness import fresh
from shared.clock import utcnow, wall_time
from shared.errors import Invalid, Unavailable
from shared.events.words import Role


BEHIND = timedelta(seconds=15)  # as long as a list of flags may be behind before it says so


async def working_here(
    session: AsyncSession, clinic_id: UUID, people: Collection[UUID], roles: Collection[Role]
) -> set[UUID]:
    """Those of these people who work in the clinic now, with one of these roles."""
    staff = tables.staff.c
    asked = select(staff.staff_id).where(
        staff.clinic_id == clinic_id,
        staff.staff_id.in_(people),
        staff.roles.overlap([role.value for role in roles]),
        or_(staff.last_day.is_(None), staff.last_day >= await _today(session, clinic_id)),
    )
    return set((await session.execute(asked)).scalars())


async def _today(session: AsyncSession, clinic_id: UUID) -> date:
    clinic = tables.clinic.c
    zone = await session.scalar(select(clinic.zone).where(clinic.clinic_id == clinic_id))
    return wall_time(utcnow(), zone or "UTC").date()


async def not_here(
    session: AsyncSession, field: str, words: str, now: datetime, partitions: int
) -> Exception:
    """Why somebody is not taken: Invalid, or Unavailable while the copy may not know them yet."""
    filled = select(func.count()).select_from(tables.staff_filled)
    whole = int((await session.execute(filled)).scalar_one()) >= partitions
    current = (await fresh(session, now)).current_to
    if not whole or current is None or now - current > BEHIND:
        return Unavailable(
            "Who works in this clinic is not known up to now: what was said lately is still being"
            " read. Nothing was done; ask again in a moment."
        )
    return Invalid.of(field, words)
