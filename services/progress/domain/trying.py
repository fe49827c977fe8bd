"""What other numbers or versions would have made of a case: the same rules, asked twice. Pure.

Both are asked as if they had always held, so that like is compared with like; flags of cases that
are closed by now count as they stood then. What would come and go in the moment of the switch is
asked beside that. Nothing changes.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from services.progress.domain.rules.assess import found, over
from services.progress.domain.rules.evidence import SEVERITIES, View, weightiest
from services.progress.domain.rules.house import Changed, House
from services.progress.domain.rules.register import TIMED, About, for_all
from services.progress.domain.state import Because, Case
from shared.events.words import Rule, Severity


class Effect(StrEnum):
    """What a trial would do to a flag; the first that fits."""

    MORE = "more"
    FEWER = "fewer"
    RISES = "rises"
    FALLS = "falls"
    SOONER = "sooner"
    LATER = "later"


class Asked(NamedTuple):
    """The question: how the numbers are, how they would be, for which rules, when, since when.

    `now_house` and `then_house` as if they had always held, `held` and `switched` as they did, and
    would from now on.
    """

    now_house: House
    then_house: House
    held: House
    switched: House
    rules: tuple[Rule, ...]
    now: int
    since: int


@dataclass(frozen=True)
class Flagged:
    """A flag as one of the two would have it."""

    severity: Severity
    raised: int  # its first evidence
    newest: int
    because: Because  # what it would say: of the weightiest the newest


@dataclass(frozen=True)
class Tried:
    """One rule and client: the flag by today's numbers, and by those that are tried.

    `is_open`: one is open now, whatever numbers raised it.
    """

    about: About
    before: Flagged | None
    after: Flagged | None
    is_open: bool

    @property
    def effect(self) -> Effect | None:
        """What would be different; None where nothing is."""
        if self.before is None or self.after is None:
            return Effect.MORE if self.after else Effect.FEWER
        was, would = (SEVERITIES.index(each.severity) for each in (self.before, self.after))
        if was != would:
            return Effect.RISES if would < was else Effect.FALLS
        if self.before.raised == self.after.raised:
            return None
        return Effect.SOONER if self.after.raised < self.before.raised else Effect.LATER


def as_if(house: House, changes: Changed, now: int) -> House:
    """The clinic, had it always had today's numbers with these changes."""
    return replace(house, since=(0,), changes=({**house.in_force(now), **changes},))


def switched(house: House, changes: Changed, now: int) -> House:
    """The clinic, were these changes switched on now: they replace what was to come."""
    so_far = bisect_right(house.since, now)
    since = (*house.since[:so_far], now)
    then = (*house.changes[:so_far], {**house.in_force(now), **changes})
    return replace(house, since=since, changes=then)


def compared(case: Case, asked: Asked) -> Iterator[Tried]:
    """Each rule and client that has a flag either way which rests on something of the period."""
    for about in for_all(case, asked.rules):
        before = _flagged(case, about, asked.now_house, asked.now)
        after = _flagged(case, about, asked.then_house, asked.now)
        if any(each.newest >= asked.since for each in (before, after) if each):
            yield Tried(about, before, after, _is_open(case, about))


def at_once(case: Case, asked: Asked) -> Iterator[Tried]:
    """Each flag that would come or go in the moment in which the numbers are switched on.

    Facts count by the numbers of their own time, so only what time did can change then.
    """
    for about in for_all(case, asked.rules):
        if about.rule in TIMED and not over(case, about.rule):
            before = _flagged(case, about, asked.held, asked.now)
            after = _flagged(case, about, asked.switched, asked.now)
            if (before is None) is not (after is None):
                yield Tried(about, before, after, _is_open(case, about))


def _is_open(case: Case, about: About) -> bool:
    named = (about.rule, about.client)
    return any((each.rule, each.client) == named and not each.cleared for each in case.flags)


def _flagged(case: Case, about: About, house: House, now: int) -> Flagged | None:
    evidence = found(View(case, about.rule, about.client, house, now))
    if not evidence:
        return None
    shown = weightiest(evidence)
    told = shown.because
    because = Because(told.what, told.code, told.first, told.value, told.at, len(evidence))
    return Flagged(shown.severity, evidence[0].at, evidence[-1].at, because)


def began(case: Case) -> int | None:
    """Since when a case has a past."""
    return case.received_at if case.received_at is not None else case.opened_at
