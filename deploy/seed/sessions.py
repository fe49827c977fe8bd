"""Sessions are booked, take place or do not; a PHQ-9 is answered in those that do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.demo import PEOPLE, Person, demo_id
from deploy.seed.acts import Acts, actor, somebody
from deploy.seed.clinics import ROOMS, room_id
from deploy.seed.plan import Story
from deploy.seed.referrals import case_id, clients
from services.goals.commands import answers
from services.goals.models.answers import Response, ResponseCreate
from services.scheduling.commands import appointments, attendance
from services.scheduling.models import Appointment, AppointmentCreate
from shared.events.words import Attendance, Role, SessionKind, SessionMode


def appointment_id(story: Story, session: int) -> UUID:
    """A session's id."""
    return demo_id("appointment", story.number, session)


async def book(acts: Acts, story: Story, number: int, starts: datetime, now: datetime) -> None:
    """A session stands in the diary."""
    desk, new = somebody(story.clinic, Role.FRONT_DESK), _appointment(story, number, starts)
    chosen = appointment_id(story, number)

    async def work(session: AsyncSession) -> None:
        if await session.get(Appointment, chosen) is None:
            await appointments.book(session, desk, new, now, chosen)

    await acts.do("scheduling", story.clinic, work)


def _appointment(story: Story, number: int, starts: datetime) -> AppointmentCreate:
    mode = SessionMode.VIDEO if story.number % 6 == 5 else SessionMode.IN_PERSON
    person = clinician(story)
    return AppointmentCreate(
        case_id=case_id(story),
        clinician_id=person.staff_id,
        room_id=None if mode is SessionMode.VIDEO else _room(person, story),
        starts=starts,
        minutes=50,
        kind=SessionKind.TREATMENT if number else SessionKind.ASSESSMENT,
        mode=mode,
    )


def _room(person: Person, story: Story) -> UUID:
    """Everybody has a room of their own."""
    own = sorted(each.name for each in _colleagues(person)).index(person.name)
    return room_id(story.clinic, ROOMS[own])


def _colleagues(person: Person) -> list[Person]:
    return [each for each in PEOPLE if (each.clinic, each.role) == (person.clinic, person.role)]


async def attend(acts: Acts, story: Story, number: int, outcome: Attendance, now: datetime) -> None:
    """What became of a session."""
    chosen = appointment_id(story, number)

    async def work(session: AsyncSession) -> None:
        found = await session.get(Appointment, chosen)
        if found is not None and found.outcome is None:
            await attendance.record_attendance(
                session, actor(clinician(story)), chosen, outcome, now
            )

    await acts.do("scheduling", story.clinic, work)


async def answer(acts: Acts, story: Story, number: int, now: datetime) -> None:
    """A PHQ-9 of the first client."""
    chosen = demo_id("response", story.number, number)
    new = ResponseCreate(
        case_id=case_id(story), client_id=clients(story)[0], items=story.answers(number)
    )

    async def work(session: AsyncSession) -> None:
        if await session.get(Response, chosen) is None:
            person = actor(clinician(story))
            await answers.complete_measure(session, person, "phq-9", new, now, chosen)

    await acts.do("goals", story.clinic, work)


def clinician(story: Story) -> Person:
    """Whose case it is."""
    assert story.clinician is not None
    return story.clinician
