"""What scheduling hears of clinics and intake: where, with whom, for which cases to book."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.scheduling.commands import closing, copies
from services.scheduling.models import Case
from shared.clock import utcnow
from shared.consumer import Consumer
from shared.events.clinics import (
    ClinicOpened,
    ClinicSettingsChanged,
    RoomOpened,
    StaffJoined,
    StaffLeft,
    StaffRolesChanged,
)
from shared.events.intake import CaseClosed, CaseOpened


reader = Consumer("scheduling")


@reader.on(ClinicOpened)
async def know_clinic(session: AsyncSession, event: ClinicOpened) -> None:
    """A clinic's wall time can be resolved."""
    await copies.keep_zone(session, event.clinic_id, event.occurred_at, event.zone)


@reader.on(ClinicSettingsChanged)
async def know_zone(session: AsyncSession, event: ClinicSettingsChanged) -> None:
    """A clinic's wall time is resolved otherwise from a moment on."""
    await copies.keep_zone(session, event.clinic_id, event.effective_from, event.zone)


@reader.on(RoomOpened)
async def know_room(session: AsyncSession, event: RoomOpened) -> None:
    """A room can be booked."""
    await copies.keep_room(session, event.clinic_id, event.room_id)


@reader.on(StaffJoined)
async def know_staff(session: AsyncSession, event: StaffJoined) -> None:
    """A person can be booked, if a clinician."""
    await copies.keep_staff(session, event.clinic_id, event.staff_id, event.roles)


@reader.on(StaffRolesChanged)
async def know_roles(session: AsyncSession, event: StaffRolesChanged) -> None:
    """A person can be booked now, or no longer."""
    await copies.keep_staff(session, event.clinic_id, event.staff_id, event.roles)


@reader.on(StaffLeft)
async def know_last_day(session: AsyncSession, event: StaffLeft) -> None:
    """A person can be booked no longer."""
    await copies.keep_last_day(session, event.clinic_id, event.staff_id, event.last_day)


@reader.on(CaseOpened)
async def know_case(session: AsyncSession, event: CaseOpened) -> None:
    """Sessions can be booked for a case."""
    case = Case(
        case_id=event.case_id,
        clinic_id=event.clinic_id,
        clinician_id=event.clinician_id,
        client_ids=list(event.client_ids),
    )
    await copies.keep_case(session, case)


@reader.on(CaseClosed)
async def know_case_closed(session: AsyncSession, event: CaseClosed) -> None:
    """Sessions can be booked no longer, and those to come are off."""
    await closing.close(session, event, utcnow())
