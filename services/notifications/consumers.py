"""What notifications hears: people and how to reach them, their sessions, links, flags."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import domain
from services.notifications.commands import copies, messages
from services.notifications.models import Case
from shared.clock import utcnow, wall_time
from shared.consumer import Consumer
from shared.events.clinics import (
    ClinicSettingsChanged,
    StaffJoined,
    StaffLeft,
    StaffRolesChanged,
)
from shared.events.goals import MeasureLinkOpened
from shared.events.intake import CaseOpened, ClientRegistered, ContactChanged
from shared.events.progress import (
    ConcernEscalated,
    ConcernNamed,
    ConcernRaised,
    FlagAssigned,
    FlagEscalated,
    FlagRaised,
)
from shared.events.rules import Teller
from shared.events.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRescheduled,
)
from shared.events.words import Purpose, Role


reader = Consumer("notifications")
TELLERS = {Teller.CLINICAL_LEAD: Role.CLINICAL_LEAD, Teller.FRONT_DESK: Role.FRONT_DESK}
Appointment = AppointmentBooked | AppointmentRescheduled | AppointmentCancelled


@reader.on(ClinicSettingsChanged)
async def know_sender(session: AsyncSession, event: ClinicSettingsChanged) -> None:
    """A clinic's messages go out under another name."""
    if event.sender:
        since = event.effective_from
        await copies.keep_sender(session, event.clinic_id, since, event.sender)


@reader.on(StaffJoined)
async def know_staff(session: AsyncSession, event: StaffJoined) -> None:
    """A member of staff can be alerted."""
    await copies.keep_staff(session, event.clinic_id, event.staff_id, event.roles)
    await copies.keep_contact(session, event.clinic_id, event.staff_id, event.contact)


@reader.on(StaffRolesChanged)
async def know_roles(session: AsyncSession, event: StaffRolesChanged) -> None:
    """Another person may be the one to alert."""
    await copies.keep_staff(session, event.clinic_id, event.staff_id, event.roles)


@reader.on(StaffLeft)
async def know_last_day(session: AsyncSession, event: StaffLeft) -> None:
    """Somebody is to be alerted no longer."""
    await copies.keep_last_day(session, event.clinic_id, event.staff_id, event.last_day)


@reader.on(ClientRegistered)
async def know_client(session: AsyncSession, event: ClientRegistered) -> None:
    """A client can be reached, or not."""
    await copies.keep_contact(session, event.clinic_id, event.client_id, event.contact)


@reader.on(ContactChanged)
async def know_contact(session: AsyncSession, event: ContactChanged) -> None:
    """A client is reached otherwise."""
    await copies.keep_contact(session, event.clinic_id, event.client_id, event.contact)


@reader.on(CaseOpened)
async def know_case(session: AsyncSession, event: CaseOpened) -> None:
    """A case has a number and a clinician; what waited for that is told."""
    case = Case(
        case_id=event.case_id,
        clinic_id=event.clinic_id,
        case_number=event.case_number,
        clinician_id=event.clinician_id,
    )
    await copies.keep_case(session, case)
    await messages.tell_held(session, case, utcnow())


@reader.on(AppointmentBooked)
async def tell_booked(session: AsyncSession, event: AppointmentBooked) -> None:
    """Each client learns when to come."""
    starts, ends = (_wall(each, event.zone) for each in (event.starts_at, event.ends_at))
    words = domain.booked(starts, ends, event.zone, event.mode)
    await _tell(session, event, Purpose.APPOINTMENT_BOOKED, words)


@reader.on(AppointmentRescheduled)
async def tell_rescheduled(session: AsyncSession, event: AppointmentRescheduled) -> None:
    """Each client learns the new time."""
    starts, ends = (_wall(each, event.zone) for each in (event.starts_at, event.ends_at))
    words = domain.rescheduled(starts, ends, event.zone)
    await _tell(session, event, Purpose.APPOINTMENT_RESCHEDULED, words)


@reader.on(AppointmentCancelled)
async def tell_cancelled(session: AsyncSession, event: AppointmentCancelled) -> None:
    """Each client learns that it is off, unless a person is to tell them."""
    if not event.tell_clients:
        return
    words = domain.cancelled(_wall(event.starts_at, event.zone), event.zone)
    await _tell(session, event, Purpose.APPOINTMENT_CANCELLED, words)


@reader.on(MeasureLinkOpened)
async def tell_link(session: AsyncSession, event: MeasureLinkOpened) -> None:
    """A client gets the link on which to answer, unless it is handed over or has expired."""
    now = utcnow()
    if event.link is not None and event.expires_at > now:
        await messages.ask(session, _cause(event), event.client_id, event.link, now)


@reader.on(FlagRaised)
async def alert(session: AsyncSession, event: FlagRaised) -> None:
    """Those whom the rule names learn that a flag wants a look, and nothing more."""
    now = utcnow()
    if Teller.CLINICIAN in event.tell:
        await messages.alert(session, _cause(event), event.clinician_id, now)
    for teller, role in TELLERS.items():
        if teller in event.tell:
            await messages.alert_role(session, _cause(event), Purpose.FLAG_RAISED, role, now)


@reader.on(FlagEscalated)
async def escalate(session: AsyncSession, event: FlagEscalated) -> None:
    """Who stands in, or the leads, learn that nobody has looked in time."""
    now, purpose = utcnow(), Purpose.FLAG_ESCALATED
    if event.person_id:
        await messages.alert_person(session, _cause(event), purpose, event.person_id, now)
    else:
        role = TELLERS.get(event.to, Role.CLINICAL_LEAD)
        await messages.alert_role(session, _cause(event), purpose, role, now)


@reader.on(FlagAssigned)
async def hand(session: AsyncSession, event: FlagAssigned) -> None:
    """Who was given a flag learns it; whoever took it knows."""
    if event.to != event.by:
        await messages.tell_given(session, _cause(event), event.to, utcnow())


@reader.on(ConcernRaised)
async def pass_on(session: AsyncSession, event: ConcernRaised) -> None:
    """The safeguarding lead learns that there is a concern; of whom, only after signing in."""
    await messages.alert_safeguarding(session, _restricted(event), utcnow())


@reader.on(ConcernNamed)
async def let_see(session: AsyncSession, event: ConcernNamed) -> None:
    """Whom the safeguarding lead lets see a concern learns that there is one, and no more."""
    await messages.tell_named(session, _restricted(event), event.person_id, utcnow())


@reader.on(ConcernEscalated)
async def remind(session: AsyncSession, event: ConcernEscalated) -> None:
    """The safeguarding lead learns that a concern's clock has run out."""
    await messages.alert_safeguarding(session, _restricted(event), utcnow())


def _restricted(event: ConcernRaised | ConcernNamed | ConcernEscalated) -> messages.Cause:
    """The concern stands where the case would: nobody may learn of whom it is."""
    return messages.Cause(event.event_id, event.occurred_at, event.clinic_id, event.concern_id)


async def _tell(
    session: AsyncSession, event: Appointment, purpose: Purpose, words: domain.Words
) -> None:
    cause = _cause(event)
    await messages.tell_clients(session, cause, purpose, event.client_ids, words, utcnow())


def _cause(
    event: Appointment | FlagRaised | FlagAssigned | FlagEscalated | MeasureLinkOpened,
) -> messages.Cause:
    flag_id = (
        event.flag_id if isinstance(event, FlagRaised | FlagAssigned | FlagEscalated) else None
    )
    of = (event.clinic_id, event.case_id, flag_id)
    return messages.Cause(event.event_id, event.occurred_at, *of)


def _wall(instant: datetime, zone: str) -> datetime:
    return wall_time(instant, zone)
