"""What a rule is asked, and what it answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.progress.projection.reckoning.history import History
from services.progress.projection.reckoning.house import House
from shared.events.rules import RuleParameter
from shared.events.words import Rule, Severity


@dataclass(frozen=True)
class Look:
    """One rule looks at a case, for one client or for all of them (None), at a moment."""

    rule: Rule
    history: History
    client: UUID | None
    house: House
    now: datetime

    def value(self, name: RuleParameter, at: datetime) -> int:
        """A number of this rule as its clinic had it at a moment."""
        return self.house.value(self.rule, name, at)

    def version(self, at: datetime) -> int:
        """The version of this rule that its clinic had chosen at a moment."""
        return self.house.version(self.rule, at)

    @property
    def zone(self) -> str:
        """Where the clinic's days begin."""
        return self.house.zone


@dataclass(frozen=True)
class Found:
    """One thing that a flag rests on. `by_time`: time alone made it so, at the moment `at`."""

    at: datetime
    events: tuple[UUID, ...]
    severity: Severity
    by_time: bool = False


Find = Callable[[Look], Iterator[Found]]
