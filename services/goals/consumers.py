"""What the goals service hears: cases from intake, settings from clinics."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.goals.commands import cases as commands
from services.goals.commands import closing, sessions
from shared.clock import utcnow
from shared.consumer import Consumer
from shared.events.clinics import ClinicOpened, ClinicSettingsChanged
from shared.events.intake import CaseClosed, CaseOpened
from shared.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
)


reader = Consumer("goals")


@reader.on(CaseOpened)
async def case_opened(session: AsyncSession, event: CaseOpened) -> None:
    """From now on the case may have goals."""
    await commands.remember_case(session, event)


@reader.on(CaseClosed)
async def case_closed(session: AsyncSession, event: CaseClosed) -> None:
    """From now on the case takes no more, and what was going on in it ends."""
    await closing.close(session, event)


@reader.on(ClinicOpened)
async def clinic_opened(session: AsyncSession, event: ClinicOpened) -> None:
    """Review days are days of the clinic's calendar."""
    await commands.remember_zone(session, event.clinic_id, event.zone, event.occurred_at)


@reader.on(ClinicSettingsChanged)
async def clinic_settings_changed(session: AsyncSession, event: ClinicSettingsChanged) -> None:
    """A clinic may get another time zone, or another crisis text."""
    await commands.remember_settings(session, event)


@reader.on(AppointmentBooked)
async def appointment_booked(session: AsyncSession, event: AppointmentBooked) -> None:
    """A client may be asked something for this session."""
    await sessions.remember(session, event)


@reader.on(AppointmentRescheduled)
async def appointment_rescheduled(session: AsyncSession, event: AppointmentRescheduled) -> None:
    """A session is at another time; so is what is asked for it."""
    await sessions.remember(session, event)


@reader.on(AppointmentCancelled)
async def appointment_cancelled(session: AsyncSession, event: AppointmentCancelled) -> None:
    """Nobody is asked anything for a session that is off."""
    await sessions.forget(session, event, utcnow())
