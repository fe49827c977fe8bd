"""A clinic's own numbers by date: which parameters of a rule were in force when, in which zone."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from services.progress.domain.packed import micros
from shared.events.rules import DEFINITIONS, RuleParameter
from shared.events.words import Rule


Changed = Mapping[tuple[Rule, RuleParameter], int]
BEGINNING = 0
_DEFAULT = {
    (rule, each.name): each.default
    for rule, definition in DEFINITIONS.items()
    for each in definition.parameters
}


@dataclass(frozen=True)
class House:
    """A clinic: its time zone, and what it changed of the rules, in force from `since` on."""

    zone: str = "UTC"
    since: tuple[int, ...] = ()  # rising; of two of the same moment the later one holds
    changes: tuple[Changed, ...] = ()
    numbers: int = 0  # counts whatever changed of it
    # What each change is measured against: the defaults of the rules' present version.
    _empty: Changed = field(default_factory=dict)

    @cached_property
    def least(self) -> Changed:
        """The smallest that each parameter ever was here: below it its rule has nothing to say."""
        return {
            name: min([default, *(changed.get(name, default) for changed in self.changes)])
            for name, default in _DEFAULT.items()
        }

    @cached_property
    def standstills(self) -> tuple[int, ...]:
        """How many ratings ever made a standstill here; asked for nearly every rating.

        All of them: who gained over four ratings may have gained nothing over six.
        """
        name = (Rule.GOAL_STALLED, RuleParameter.RATINGS)
        return tuple({_DEFAULT[name], *(each[name] for each in self.changes if name in each)})

    def in_force(self, at: int) -> Changed:
        """What was changed of the usual numbers at `at`."""
        place = bisect_right(self.since, at)
        return self.changes[place - 1] if place else self._empty

    def value(self, rule: Rule, name: RuleParameter, at: int) -> int:
        """A parameter as it was in force at `at`."""
        default = _DEFAULT[rule, name]
        return self.in_force(at).get((rule, name), default) if self.since else default

    def on(self, rule: Rule, at: int) -> bool:
        """Whether a rule was switched on; those of safety always are."""
        return DEFINITIONS[rule].safety or self.in_force(at).get((rule, RuleParameter.ON), 1) == 1

    def version(self, rule: Rule, at: int) -> int:
        """Which version of a rule worked."""
        usual = DEFINITIONS[rule].version
        return self.in_force(at).get((rule, RuleParameter.VERSION), usual) if self.since else usual

    def values(self, rule: Rule, at: int) -> dict[str, int]:
        """All parameters of a rule as they were in force at `at`."""
        return {
            each.name.value: self.value(rule, each.name, at)
            for each in DEFINITIONS[rule].parameters
        }

    def began(self, at: int) -> int:
        """Since when what is in force at `at` has been."""
        place = bisect_right(self.since, at)
        return self.since[place - 1] if place else BEGINNING

    def next_change(self, now: int) -> int | None:
        """When other numbers come into force that are known already."""
        place = bisect_right(self.since, now)
        return self.since[place] if place < len(self.since) else None


DEFAULTS = House()


def house_of(zone: str, rules: dict[str, Any], numbers: int) -> House:
    """A clinic from its row."""
    begun = sorted(
        (micros(datetime.fromisoformat(said["effective_from"])), int(version), said["values"])
        for version, said in rules.items()
    )
    since, changes = [], []
    newest = 0
    for at, version, values in begun:
        if version < newest:
            continue  # a later version came into force before: it was made to replace this one
        newest = version
        since.append(at)
        changes.append(changed(values))
    return House(zone, tuple(since), tuple(changes), numbers)


def changed(values: Iterable[tuple[str, str, int]]) -> Changed:
    """What a clinic set, as rows of rule, parameter and value."""
    return {(Rule(rule), RuleParameter(name)): value for rule, name, value in values}
