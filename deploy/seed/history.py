"""A case's whole history, act by act, in the order in which it happened."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

from deploy.seed import goals, measures, referrals, sessions
from deploy.seed.acts import Acts
from deploy.seed.plan import Stage, Story
from shared.clock import resolve, wall_time
from shared.events.words import Attendance


SEEN = (Attendance.ATTENDED, Attendance.LATE_SEEN)
WEEK, LENGTH, MINUTE = timedelta(days=7), timedelta(minutes=50), timedelta(minutes=1)
UNRECORDED = timedelta(minutes=90)  # what ended more lately is still to be recorded

Act = tuple[datetime, Callable[[datetime], Awaitable[None]]]


async def tell(acts: Acts, story: Story, present: datetime) -> None:
    """Do all that has happened in a case by `present`; what is done already stays as it is."""
    for now, act in sorted(_acts(acts, story, present), key=lambda act: act[0]):
        await act(now)


def _acts(acts: Acts, story: Story, present: datetime) -> Iterator[Act]:
    received = present - timedelta(days=story.referred_days_ago(), minutes=17 * story.number)
    yield received, partial(referrals.receive, acts, story)
    if story.stage is Stage.REJECTED:
        yield received + timedelta(hours=1), partial(referrals.reject, acts, story)
    if story.stage in (Stage.TREATED, Stage.CLOSED):
        yield received + timedelta(days=2), partial(referrals.accept, acts, story)
        yield from _sessions(acts, story, present)
        yield from _turns(acts, story, present)
    if story.stage is Stage.CLOSED:
        ended = _starts(story, story.sessions - 1, present) + timedelta(hours=2)
        yield ended, partial(referrals.close, acts, story)


def _sessions(acts: Acts, story: Story, present: datetime) -> Iterator[Act]:
    """Each session was booked in the week before it; those that lie ahead, just now."""
    for number in range(story.booked()):
        starts = _starts(story, number, present)
        booked = min(starts - WEEK, present) - timedelta(minutes=story.number + 3 * number)
        wall = wall_time(starts, story.clinic.zone)
        yield booked, partial(sessions.book, acts, story, number, wall)
        if starts + LENGTH < present - UNRECORDED:
            yield from _session(acts, story, number, starts)


def _session(acts: Acts, story: Story, number: int, starts: datetime) -> Iterator[Act]:
    """What happened in a session that is over."""
    outcome = story.outcome(number)
    yield starts + 5 * MINUTE, partial(_attend, acts, story, number, outcome)
    if outcome not in SEEN:
        return
    if number % 2 == 0:
        yield starts + 10 * MINUTE, partial(sessions.answer, acts, story, number)
        for place, code in enumerate(measures.beside(story)):
            yield starts + (12 + place) * MINUTE, partial(_also, acts, story, code, number)
    if number == 0 and measures.has_duplicate(story):
        yield starts + 15 * MINUTE, partial(measures.enter_twice, acts, story)
        yield starts + 16 * MINUTE, partial(measures.take_back, acts, story)
    yield from _goals(acts, story, number, starts)


def _goals(acts: Acts, story: Story, number: int, starts: datetime) -> Iterator[Act]:
    """Goals are agreed in the first session, and rated in each until they are paused or end."""
    for place, kind in enumerate(story.kinds):
        if number == 0:
            yield starts + (20 + place) * MINUTE, partial(goals.agree, acts, story, kind)
        if goals.is_rated(story, kind, number):
            yield starts + (30 + place) * MINUTE, partial(_rate, acts, story, place, number)
        if goals.is_entered_wrongly(story, kind, number):
            yield starts + 40 * MINUTE, partial(goals.correct, acts, story)


def _turns(acts: Acts, story: Story, present: datetime) -> Iterator[Act]:
    """What becomes of goals at the end of a session."""
    for kind in story.kinds:
        if turned := goals.turn(story, kind):
            starts = _starts(story, turned.session, present)
            yield starts + 48 * MINUTE, partial(goals.take_turn, acts, story, kind)


async def _attend(
    acts: Acts, story: Story, number: int, outcome: Attendance, now: datetime
) -> None:
    await sessions.attend(acts, story, number, outcome, now)


async def _also(acts: Acts, story: Story, code: str, number: int, now: datetime) -> None:
    await measures.answer(acts, story, code, number, now)


async def _rate(acts: Acts, story: Story, place: int, number: int, now: datetime) -> None:
    await goals.rate(acts, story, story.kinds[place], number, now)


def _starts(story: Story, number: int, present: datetime) -> datetime:
    """When a session starts; no demo session lies in the hours in which clocks change."""
    return resolve(story.starts(number, _today(story, present)), story.clinic.zone)


def _today(story: Story, present: datetime) -> date:
    return wall_time(present, story.clinic.zone).date()
