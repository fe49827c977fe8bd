"""What other numbers would have made of a case: the same rules, asked twice. Nothing changes."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from services.progress.domain.rules.assess import found
from services.progress.domain.rules.evidence import Evidence, View
from services.progress.domain.rules.house import Changed, House
from services.progress.domain.rules.register import About, for_all
from services.progress.domain.state import Case
from shared.events.words import Rule


class Asked(NamedTuple):
    """The question: how the numbers are, how they would be, for which rules, when, since when."""

    now_house: House
    then_house: House
    rules: tuple[Rule, ...]
    now: int
    since: int


def as_if(house: House, changes: Changed, now: int) -> House:
    """The clinic, had it always had today's numbers with these changes."""
    today = house.changes[-1] if house.changes else {}
    for since, held in zip(house.since, house.changes, strict=True):
        if since <= now:
            today = held
    return replace(house, since=(0,), changes=({**today, **changes},))


def differing(case: Case, asked: Asked) -> Iterable[tuple[About, Evidence | None, Evidence | None]]:
    """For each rule and client what there is now, and what there would be: the newest of each."""
    for about in for_all(case, asked.rules):
        before = _newest(case, about, asked.now_house, asked)
        after = _newest(case, about, asked.then_house, asked)
        if before or after:
            yield about, before, after


def _newest(case: Case, about: About, house: House, asked: Asked) -> Evidence | None:
    evidence = found(View(case, about.rule, about.client, house, asked.now))
    return next((each for each in reversed(evidence) if each.at >= asked.since), None)
