"""Goals of the demo's cases: agreed, rated by whoever they belong to, paused, ended, corrected."""

import contextlib
import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from deploy.demo import demo_id
from deploy.seed import words
from deploy.seed.acts import Acts, actor
from deploy.seed.plan import TARGET, Course, Stage, Story
from deploy.seed.referrals import case_id, clients
from deploy.seed.sessions import appointment_id, clinician
from services.goals.commands import goals, ratings
from services.goals.domain.goals import Act, Step
from services.goals.models.goals import Goal, GoalCreate
from services.goals.models.ratings import Rating, RatingAmend, RatingCreate
from shared.errors import Conflict
from shared.events.words import (
    CorrectionReason,
    GoalEnd,
    GoalKind,
    GoalMethod,
    GoalOwner,
    RatedBy,
)


LEVELS = {Course.BETTER: (-1, 1), Course.SAME: (-1, -1), Course.WORSE: (-1, -2)}


@dataclass(frozen=True)
class Turn:
    """What happens to a goal at the end of a session, after which it is rated no more."""

    session: int
    step: Step
    note: str


def method(story: Story, kind: GoalKind) -> GoalMethod:
    """Who works on all kinds works on one of them by attainment scaling."""
    scaled = _has_all(story) and kind is GoalKind.BEHAVIOUR_CHANGE
    return GoalMethod.GAS if scaled else GoalMethod.GBO


def turn(story: Story, kind: GoalKind) -> Turn | None:
    """What becomes of a goal by today, if anything."""
    achieved = Step(Act.CLOSE, GoalEnd.ACHIEVED)
    if _has_all(story):
        paused = Turn(story.sessions // 2, Step(Act.PAUSE), words.PAUSED)
        return paused if kind is GoalKind.WELL_BEING else None
    second = story.course is Course.BETTER and story.sessions > 4 and kind is story.kinds[1]
    if story.stage is Stage.CLOSED or second:
        return Turn(story.sessions - 1, achieved, words.ACHIEVED)
    return None


def is_rated(story: Story, kind: GoalKind, number: int) -> bool:
    """Whether a session still asks where this goal stands."""
    turned = turn(story, kind)
    return turned is None or number <= turned.session


def is_entered_wrongly(story: Story, kind: GoalKind, number: int) -> bool:
    """In the cases with all kinds the first rating of all went in upside down."""
    return _has_all(story) and kind is story.kinds[0] and number == 0


def _has_all(story: Story) -> bool:
    return len(story.kinds) == len(GoalKind)


async def agree(acts: Acts, story: Story, kind: GoalKind, now: datetime) -> None:
    """A goal, of the one client or of the couple."""
    chosen, new = demo_id("goal", story.number, kind), _goal(story, kind)

    async def work(session: AsyncSession) -> None:
        if await session.get(Goal, chosen) is None:
            await goals.set_goal(session, actor(clinician(story)), new, now, chosen)

    await acts.do("goals", story.clinic, work)


def _goal(story: Story, kind: GoalKind) -> GoalCreate:
    alone, scaled = story.people == 1, method(story, kind) is GoalMethod.GAS
    return GoalCreate(
        case_id=case_id(story),
        client_id=clients(story)[0] if alone else None,
        kind=kind,
        title=words.TITLES[kind],
        owner=GoalOwner.CLIENT if alone else GoalOwner.SHARED,
        method=method(story, kind),
        target=None if scaled else TARGET,
        levels=list(words.LEVELS) if scaled else None,
    )


async def rate(acts: Acts, story: Story, kind: GoalKind, number: int, now: datetime) -> None:
    """Where a goal stands in a session, as each client says for themselves."""
    for place, client_id in enumerate(clients(story)):
        await _rate(acts, story, kind, number, place, client_id, now)


async def _rate(
    acts: Acts,
    story: Story,
    kind: GoalKind,
    number: int,
    place: int,
    client_id: UUID,
    now: datetime,
) -> None:
    chosen = _rating_id(story, kind, number, place)

    async def work(session: AsyncSession) -> None:
        if await session.get(Rating, chosen) is None:
            goal_id = demo_id("goal", story.number, kind)
            goal = await session.get_one(Goal, goal_id)
            new = RatingCreate(
                value=entered(story, kind, number, place, goal.method),
                rated_by=RatedBy.CLIENT,
                client_id=client_id,
                appointment_id=appointment_id(story, number),
            )
            await ratings.rate_goal(session, actor(clinician(story)), goal_id, new, now, chosen)

    await acts.do("goals", story.clinic, work)


def _rating_id(story: Story, kind: GoalKind, number: int, place: int) -> UUID:
    """The first client's ratings are called as they were when nobody else rated."""
    return demo_id("rating", story.number, kind, number, *([place] if place else []))


def entered(
    story: Story, kind: GoalKind, number: int, place: int, scale: GoalMethod = GoalMethod.GBO
) -> int:
    """What was put in: what was said, or, once, the scale read from the wrong end."""
    said = value(story, kind, number, place, scale)
    return 10 - said if is_entered_wrongly(story, kind, number) else said


def value(story: Story, kind: GoalKind, number: int, place: int, scale: GoalMethod) -> int:
    """Where a goal stands for one of the clients, on its scale."""
    which = story.kinds.index(kind)
    if scale is GoalMethod.GBO:
        # The second of a couple is slower to see it move, and shakes by other dice.
        return max(0, story.rating(which + 10 * place, number) - place)
    first, last = LEVELS[story.course]
    shake = random.Random(f"{story.number}/level/{number}").choice([0, 0, 0, 1])
    return min(2, max(-2, round(first + (last - first) * story.part(number)) + shake))


async def correct(acts: Acts, story: Story, now: datetime) -> None:
    """The rating that went in upside down is put right."""
    kind = story.kinds[0]
    chosen, right = _rating_id(story, kind, 0, 0), value(story, kind, 0, 0, GoalMethod.GBO)
    change = RatingAmend(version=1, value=right, reason=CorrectionReason.ENTERED_WRONGLY)

    async def work(session: AsyncSession) -> None:
        rating = await session.get_one(Rating, chosen)
        if rating.version == 1 and not rating.voided:
            person = actor(clinician(story))
            await ratings.amend_rating(session, person, chosen, change, now)

    await acts.do("goals", story.clinic, work)


async def take_turn(acts: Acts, story: Story, kind: GoalKind, now: datetime) -> None:
    """A goal is paused or ends, unless somebody has done something with it already.

    In a demo that was begun before goals could end, its closed cases stay as they are.
    """
    turned, chosen = turn(story, kind), demo_id("goal", story.number, kind)
    assert turned is not None

    async def work(session: AsyncSession) -> None:
        if (await session.get_one(Goal, chosen)).last_act is None:
            person = actor(clinician(story))
            await goals.act_on_goal(session, person, chosen, turned.step, turned.note, now)

    with contextlib.suppress(Conflict):
        await acts.do("goals", story.clinic, work)
