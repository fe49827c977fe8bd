"""What a clinic said of itself: in which zone its days begin, and its own numbers of the rules."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from shared.events import Event
from shared.events.clinics import (
    CalendarChanged,
    ClinicOpened,
    ClinicSettingsChanged,
    RulesChanged,
)
from shared.events.rules import DEFINITIONS, RuleParameter
from shared.events.words import Rule


@dataclass(frozen=True)
class House:
    """A clinic as it was known at some time: UTC and the defaults until it says otherwise."""

    zone: str = "UTC"
    said: tuple[RulesChanged, ...] = field(default=())

    def in_force(self, at: datetime) -> dict[tuple[Rule, RuleParameter], int]:
        """What it set of the rules: the highest version of those that had come into force."""
        begun = [each for each in self.said if each.effective_from <= at]
        if not begun:
            return {}
        newest = max(begun, key=lambda each: each.version)
        return {(each.rule, each.parameter): each.value for each in newest.values}

    def value(self, rule: Rule, name: RuleParameter, at: datetime) -> int:
        """A number of a rule as it was in force at a moment."""
        default = DEFINITIONS[rule].parameter(name).default
        return self.in_force(at).get((rule, name), default)

    def values(self, rule: Rule, at: datetime) -> dict[str, int]:
        """All numbers of a rule at a moment."""
        names = [each.name for each in DEFINITIONS[rule].parameters]
        return {name.value: self.value(rule, name, at) for name in names}

    def version(self, rule: Rule, at: datetime) -> int:
        """Which of a rule's versions worked at a moment."""
        usual = DEFINITIONS[rule].version
        return self.in_force(at).get((rule, RuleParameter.VERSION), usual)

    def on(self, rule: Rule, at: datetime) -> bool:
        """Whether a rule was switched on; one of safety cannot be switched off."""
        return DEFINITIONS[rule].safety or self.in_force(at).get((rule, RuleParameter.ON), 1) == 1


def houses(events: Iterable[Event]) -> list[House]:
    """The clinic before it was heard of, then after each event that made it another one.

    The place in the list is the number that a case keeps of what its flags were last asked under.
    A version of its numbers is said once; a calendar is about clocks of flags, not about rules.
    """
    found = [House()]
    for event in events:
        now = found[-1]
        heard = len(found) > 1
        if isinstance(event, ClinicOpened | ClinicSettingsChanged):
            if not heard or event.zone != now.zone:
                found.append(House(event.zone, now.said))
        elif isinstance(event, RulesChanged):
            if event.version not in {each.version for each in now.said}:
                found.append(House(now.zone, (*now.said, event)))
        elif isinstance(event, CalendarChanged) and not heard:
            found.append(now)
    return found
