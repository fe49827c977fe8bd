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
STEPS = (1, 2)  # when the clock has run out, and when it has run out a second time


@dataclass(frozen=True)
class Running:
    """Which clock runs, since when, and how many hours it has."""

    what: ClockName
    since: datetime
    hours: int


@dataclass(frozen=True)
class Clock(Running):
    """The same with the moment at which it has run out."""

    due: datetime


@dataclass(frozen=True)
class Step:
    """One escalation: the deputy first, then the lead; where nobody stands in, the lead at once."""

    number: int
    to: Teller
    person: UUID | None
    due: datetime


_NAMES: dict[FlagState, ClockName] = {
    FlagState.RAISED: "acknowledge",
    FlagState.ACKNOWLEDGED: "act",
    FlagState.IN_REVIEW: "act",
    FlagState.ACTIONED: "close",
}


@dataclass(frozen=True)
class Since:
    """From when a flag's clocks count: raised (or risen again), taken up, acted on."""

    raised: datetime
    taken: datetime | None = None
    acted: datetime | None = None


def taken_up(acknowledged: datetime | None, reopened: datetime | None) -> datetime | None:
    """When somebody last said that they would act: opened again, a flag has all its time anew."""
    return max((at for at in (acknowledged, reopened) if at), default=None)


def running(rule: Rule, state: FlagState, since: Since) -> Running | None:
    """The clock that runs for a flag in this state; None when none does."""
    clocks, what = DEFINITIONS[rule].clocks, _NAMES.get(state)
    if what is None:
        return None
    start = {"acknowledge": since.raised, "act": since.taken, "close": since.acted}[what]
    hours = {"acknowledge": clocks.acknowledge, "act": clocks.act, "close": clocks.close}[what]
    return Running(what, start, hours) if start and hours is not None else None


def clock(rule: Rule, state: FlagState, since: Since, calendar: Calendar) -> Clock | None:
    """The clock that runs, until when; None when none does."""
    runs = running(rule, state, since)
    if runs is None:
        return None
    due = calendar.after(runs.since, runs.hours, DEFINITIONS[rule].clocks.working)
    return Clock(runs.what, runs.since, runs.hours, due)


def steps(rule: Rule, runs: Running, calendar: Calendar, now: datetime) -> Iterator[Step]:
    """The escalations that are due by `now`, oldest first.

    The second comes when the clock has run out a second time. The clock to close is a gentle one:
    something was done, so it stands as past on the lists of those concerned and alerts nobody.
    """
    if runs.what == "close":
        return
    clocks = DEFINITIONS[rule].clocks
    for number in STEPS:
        due = calendar.after(runs.since, runs.hours * number, clocks.working)
        if due > now:
            return
        to, person = Teller.CLINICAL_LEAD, None
        if rule is Rule.SAFEGUARDING:
            to = Teller.SAFEGUARDING_LEAD
        elif number == 1 and (deputy := calendar.deputy(due)):
            to, person = Teller.DEPUTY, deputy
        yield Step(number, to, person, due)
