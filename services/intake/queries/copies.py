"""What this service knows of clinics and their staff."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from services.intake.models.tables import ClinicZone, Staff
from shared.clock import wall_time
from shared.events.words import Role


async def today(session: AsyncSession, clinic_id: UUID, now: datetime) -> date | None:
    """The day at a clinic; None when no such clinic is known."""
    known = select(ClinicZone).where(ClinicZone.clinic_id == clinic_id)
    zones = (await session.scalars(known.order_by(col(ClinicZone.effective_from)))).all()
    if not zones:
        return None
    # Before the first one began its zone is still the best that is known.
    begun = [zone for zone in zones if zone.effective_from <= now] or zones[:1]
    return wall_time(now, begun[-1].zone).date()


async def sees_clients(session: AsyncSession, clinic_id: UUID, staff_id: UUID, day: date) -> bool:
    """Whether somebody works as a clinician at a clinic on a day."""
    person = await session.get(Staff, (clinic_id, staff_id))
    if person is None or Role.CLINICIAN not in person.roles:
        return False
    return person.last_day is None or day <= person.last_day
