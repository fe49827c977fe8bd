"""What a flag's clocks say: until when it wants a look or an act, and to whom it goes on. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.progress.domain.calendar import Calendar
from shared.events.rules import DEFINITIONS, Teller
from shared.events.words import FlagState, Rule


ClockName = Literal["acknowledge", "act", "close"]
Running = tuple[ClockName, datetime | None, int | None]


@dataclass(frozen=True)
class Clock:
    """A flag's running clock: since when, how many hours, and until when."""

    what: ClockName
    since: datetime
    hours: int
    due: datetime


@dataclass(frozen=True)
class Step:
    """One escalation: the deputy first, then the lead; where nobody stands in, the lead at once."""

    number: int
    to: Teller
    person: UUID | None
    due: datetime
    clock: Clock


@dataclass(frozen=True)
class Since:
    """From when a flag's clocks count: raised (or risen again), taken up, acted on."""

    raised: datetime
    taken: datetime | None = None
    acted: datetime | None = None


def taken_up(acknowledged: datetime | None, reopened: datetime | None) -> datetime | None:
    """When somebody last said that they would act: opened again, a flag has all its time anew."""
    return max((at for at in (acknowledged, reopened) if at), default=None)


def clock(rule: Rule, state: FlagState, since: Since, calendar: Calendar) -> Clock | None:
    """The clock that runs for a flag in this state; None when none does."""
    clocks = DEFINITIONS[rule].clocks
    act: Running = ("act", since.taken, clocks.act)
    running: dict[FlagState, Running] = {
        FlagState.RAISED: ("acknowledge", since.raised, clocks.acknowledge),
        FlagState.ACKNOWLEDGED: act,
        FlagState.IN_REVIEW: act,
        FlagState.ACTIONED: ("close", since.acted, clocks.close),
    }
    what, start, hours = running.get(state, ("close", None, None))
    if hours is None or start is None:
        return None
    return Clock(what, start, hours, calendar.after(start, hours, clocks.working))


def steps(rule: Rule, running: Clock, calendar: Calendar, now: datetime) -> Iterator[Step]:
    """The escalations that are due by `now`, oldest first.

    The second comes when the clock has run out a second time. The clock to close is a gentle one:
    something was done, so it stands as past on the lists of those concerned and alerts nobody.
    """
    if running.what == "close":
        return
    clocks = DEFINITIONS[rule].clocks
    for number in (1, 2):
        due = calendar.after(running.since, running.hours * number, clocks.working)
        if due > now:
            return
        to, person = Teller.CLINICAL_LEAD, None
        if rule is Rule.SAFEGUARDING:
            to = Teller.SAFEGUARDING_LEAD
        elif number == 1 and (deputy := calendar.deputy(due)):
            to, person = Teller.DEPUTY, deputy
        yield Step(number, to, person, due, running)
