"""Measures beside the PHQ-9: GAD-7, a licensed WSAS in one clinic, and an answer taken back."""

import random
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.demo import NORTHGATE, demo_id
from deploy.seed.acts import Acts, actor, somebody
from deploy.seed.plan import Stage, Story
from deploy.seed.referrals import case_id, clients
from deploy.seed.sessions import appointment_id, clinician
from services.goals.commands import answers, corrections, packs
from services.goals.models.answers import Response, ResponseCreate, ResponseVoid
from services.goals.models.packs import Pack, PackChange
from shared.events.measures import definition
from shared.events.words import CorrectionReason, GoalKind, Role


LICENSED, LICENCE = "wsas", "Letter from the licence holder, in the lead's folder"

# Where a course begins and ends, in points, and the highest answer to an item.
COURSES = {
    "gad-7": {"better": (16, 5), "same": (11, 10), "worse": (7, 15)},
    LICENSED: {"better": (27, 9), "same": (22, 21), "worse": (14, 29)},
}
MOST = {"gad-7": 3, LICENSED: 8}


def beside(story: Story) -> list[str]:
    """What a case answers beside the PHQ-9; without both no outcome of a course can be counted."""
    given = ["gad-7"] if story.number % 2 or story.stage is Stage.CLOSED else []
    working = story.clinic is NORTHGATE and GoalKind.BEHAVIOUR_CHANGE in story.kinds
    return given + [LICENSED] * working


def has_duplicate(story: Story) -> bool:
    """Whether the first PHQ-9 was entered twice by mistake."""
    return story.number % 4 == 1


def items(story: Story, code: str, session: int) -> dict[str, int]:
    """The answers of a session: they follow the case's course."""
    first, last = COURSES[code][story.course.value]
    total = round(first + (last - first) * story.part(session))
    numbers = list(definition(code).numbers)
    random.Random(f"{story.number}/{code}").shuffle(numbers)
    each, over = divmod(total, len(numbers))
    return {n: min(MOST[code], each + (place < over)) for place, n in enumerate(numbers)}


async def license_pack(acts: Acts, now: datetime) -> None:
    """Northgate's lead has confirmed one licence."""
    lead, clinic_id = somebody(NORTHGATE, Role.CLINICAL_LEAD), NORTHGATE.clinic_id
    change = PackChange(on=True, licence_confirmed=True, licence_reference=LICENCE)

    async def work(session: AsyncSession) -> None:
        if await session.get(Pack, (clinic_id, LICENSED)) is None:
            measure = definition(LICENSED)
            await packs.switch(session, lead, clinic_id, measure, change, now)

    await acts.do("goals", NORTHGATE, work)


async def answer(acts: Acts, story: Story, code: str, number: int, now: datetime) -> None:
    """A measure of the first client in a session."""
    chosen = demo_id("response", code, story.number, number)
    await _answer(acts, story, code, items(story, code, number), number, chosen, now)


async def enter_twice(acts: Acts, story: Story, now: datetime) -> None:
    """The first PHQ-9 once more, by mistake."""
    await _answer(acts, story, "phq-9", story.answers(0), 0, _duplicate(story), now)


async def take_back(acts: Acts, story: Story, now: datetime) -> None:
    """The mistake is seen; what was entered twice counts once."""
    given = ResponseVoid(reason=CorrectionReason.DUPLICATE)
    person = actor(clinician(story))
    await acts.do(
        "goals",
        story.clinic,
        lambda session: corrections.void(session, person, _duplicate(story), given, now),
    )


def _duplicate(story: Story) -> UUID:
    return demo_id("response", "duplicate", story.number)


async def _answer(
    acts: Acts,
    story: Story,
    code: str,
    given: dict[str, int],
    number: int,
    chosen: UUID,
    now: datetime,
) -> None:
    new = ResponseCreate(
        case_id=case_id(story),
        client_id=clients(story)[0],
        items=given,
        appointment_id=appointment_id(story, number),
    )

    async def work(session: AsyncSession) -> None:
        if await session.get(Response, chosen) is None:
            person = actor(clinician(story))
            await answers.complete_measure(session, person, code, new, now, chosen)

    await acts.do("goals", story.clinic, work)
