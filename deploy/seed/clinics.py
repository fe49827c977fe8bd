"""The demo's clinics, rooms and people."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.demo import CLINICS, NORTHGATE, PEOPLE, Clinic, Person, demo_id
from deploy.seed import words
from deploy.seed.acts import Acts, actor, somebody
from services.clinics import commands
from services.clinics.models import Clinic as ClinicRow
from services.clinics.models import RoomCreate, SettingsGiven, StaffCreate
from shared.events.words import Role


OPEN_FOR = timedelta(days=400)
ROOMS = ("Room 1", "Room 2", "Room 3")


async def anchor(acts: Acts, now: datetime) -> datetime:
    """The moment that is the demo's present: when it was begun, however often it is told."""

    async def opened(session: AsyncSession) -> datetime | None:
        row = await session.get(ClinicRow, NORTHGATE.clinic_id)
        return row.opened_at if row else None

    begun = await acts.do("clinics", NORTHGATE, opened)
    return begun + OPEN_FOR if begun else now


async def open_all(acts: Acts, present: datetime) -> None:
    """Clinics first, then what is in them."""
    for clinic in CLINICS:
        await _open(acts, clinic, present - OPEN_FOR)
    for person in PEOPLE:
        await _joins(acts, person, present - OPEN_FOR)


async def _open(acts: Acts, clinic: Clinic, now: datetime) -> None:
    lead = somebody(clinic, Role.CLINICAL_LEAD)
    given = SettingsGiven(
        zone=clinic.zone,
        session_minutes=50,
        crisis_texts={"en": words.CRISIS if clinic is NORTHGATE else words.CRISIS_HARBOUR},
        sender_name=f"{clinic.name} appointments",
    )
    key = await acts.keyring.create(clinic.clinic_id)
    await acts.do(
        "clinics",
        clinic,
        lambda session: commands.open_clinic(
            session, lead, clinic.clinic_id, clinic.name, given, key, now
        ),
    )
    for name in ROOMS:
        await _open_room(acts, clinic, name, now)


async def _open_room(acts: Acts, clinic: Clinic, name: str, now: datetime) -> None:
    lead = somebody(clinic, Role.CLINICAL_LEAD)
    new = RoomCreate(clinic_id=clinic.clinic_id, name=name)
    await acts.do(
        "clinics",
        clinic,
        lambda session: commands.open_room(session, lead, room_id(clinic, name), new, now),
    )


def room_id(clinic: Clinic, name: str) -> UUID:
    """The id of a room."""
    return demo_id("room", clinic.name, name)


async def _joins(acts: Acts, person: Person, now: datetime) -> None:
    key = await acts.keyring.create(person.staff_id)
    new = StaffCreate(
        staff_id=person.staff_id,
        clinic_id=person.clinic.clinic_id,
        name=person.name,
        email=person.email,
        roles=[person.role],
    )
    await acts.do(
        "clinics",
        person.clinic,
        lambda session: commands.staff_joins(session, actor(person), new, key, now),
    )
