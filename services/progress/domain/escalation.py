"""What a flag's clocks say: until when it wants a look or an act, and to whom it goes on. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.progress.domain.calendar import Calendar
from shared.events.rules import DEFINITIONS, Teller
from shared.events.words import FlagState, Rule


@dataclass(frozen=True)
class Clock:
    """A flag's running clock: since when, how many hours, and until when."""

    what: str  # "acknowledge" or "act"
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


def taken_up(acknowledged: datetime | None, reopened: datetime | None) -> datetime | None:
    """When somebody last said that they would act: opened again, a flag has all its time anew."""
    return max((at for at in (acknowledged, reopened) if at), default=None)


def clock(
    rule: Rule,
    state: FlagState,
    raised: datetime,
    taken: datetime | None,
    calendar: Calendar,
) -> Clock | None:
    """The clock that runs for a flag in this state; None when none does.

    The one to act runs from `taken`, when somebody took it up.
    """
    clocks = DEFINITIONS[rule].clocks
    if state is FlagState.RAISED:
        what, since, hours = "acknowledge", raised, clocks.acknowledge
    elif state in (FlagState.ACKNOWLEDGED, FlagState.IN_REVIEW) and taken:
        what, since, hours = "act", taken, clocks.act
    else:
        return None
    if hours is None:
        return None
    return Clock(what, since, hours, calendar.after(since, hours, clocks.working))


def steps(rule: Rule, running: Clock, calendar: Calendar, now: datetime) -> Iterator[Step]:
    """The escalations that are due by `now`, oldest first.

    The second comes when the clock has run out a second time.
    """
    clocks = DEFINITIONS[rule].clocks
    for number in (1, 2):
        due = calendar.after(running.since, running.hours * number, clocks.working)
        if due > now:
            return
        to, person = Teller.CLINICAL_LEAD, None
        if rule is Rule.SAFEGUARDING:
            to = Teller.SAFEGUARDING_LEAD
        elif number == 1 and calendar.deputy:
            to, person = Teller.DEPUTY, calendar.deputy
        yield Step(number, to, person, due, running)
