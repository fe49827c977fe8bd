"""What intake learns from clinics."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.intake.commands import copies
from shared.consumer import Consumer
from shared.events.clinics import (
    ClinicOpened,
    ClinicSettingsChanged,
    StaffJoined,
    StaffLeft,
    StaffRolesChanged,
)


reader = Consumer("intake")


@reader.on(ClinicOpened)
async def know_clinic(session: AsyncSession, event: ClinicOpened) -> None:
    """A clinic can be referred to."""
    await copies.know_zone(session, event.clinic_id, event.occurred_at, event.zone)


@reader.on(ClinicSettingsChanged)
async def know_zone(session: AsyncSession, event: ClinicSettingsChanged) -> None:
    """Its time zone, from a moment on."""
    await copies.know_zone(session, event.clinic_id, event.effective_from, event.zone)


@reader.on(StaffJoined)
async def know_staff(session: AsyncSession, event: StaffJoined) -> None:
    """Who works there."""
    await copies.know_roles(session, event.clinic_id, event.staff_id, event.roles)


@reader.on(StaffRolesChanged)
async def know_roles(session: AsyncSession, event: StaffRolesChanged) -> None:
    """As what."""
    await copies.know_roles(session, event.clinic_id, event.staff_id, event.roles)


@reader.on(StaffLeft)
async def know_last_day(session: AsyncSession, event: StaffLeft) -> None:
    """Until when."""
    await copies.know_last_day(session, event.clinic_id, event.staff_id, event.last_day)
