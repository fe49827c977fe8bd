"""What a rule looks at, and what it finds: facts, never a prediction of safety."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from msgspec import Struct

from services.progress.domain.rules.days import DAY
from services.progress.domain.rules.house import House
from services.progress.domain.state import KINDS, OUTCOMES, SESSIONS, Because, Case
from shared.events.rules import RuleParameter
from shared.events.words import Attendance, Rule, SessionKind, Severity


SEVERITIES = tuple(Severity)  # worst first
SEEN = (Attendance.ATTENDED, Attendance.LATE_SEEN)
SEEN_NUMBERS = frozenset(OUTCOMES.index(outcome) for outcome in SEEN)
TREATMENT = KINDS.index(SessionKind.TREATMENT)


class Evidence(Struct, frozen=True):
    """One thing that a flag rests on: facts, and for rules of time the moment it became so."""

    at: int
    events: tuple[bytes, ...]
    severity: Severity
    because: Because
    due: int | None = None  # the moment at which time alone made it so
    weight: int = 0  # among those of one severity: how high an answer, how far a fall


def weightiest(evidence: Sequence[Evidence]) -> Evidence:
    """What a flag's sentence tells: the most severe; of these the highest, of these the newest.

    A milder answer that came later must not stand in front of the one before it.
    """
    return min(evidence, key=lambda e: (SEVERITIES.index(e.severity), -e.weight, -e.at))


@dataclass(slots=True)
class View:
    """A case as one rule sees it: for one client or for all of them (None), at a moment.

    One is made for each question to a rule; frozen ones cost four times as much to make.
    """

    case: Case
    rule: Rule
    client: bytes | None
    house: House
    now: int

    def value(self, name: RuleParameter, at: int) -> int:
        """A parameter of the rule as it was in force at `at`."""
        return self.house.value(self.rule, name, at)

    def version(self, at: int) -> int:
        """The version of the rule that worked at `at`."""
        return self.house.version(self.rule, at)

    @property
    def zone(self) -> str:
        """The clinic's time zone."""
        return self.house.zone


Find = Callable[[View], Iterator[Evidence]]
Silent = Callable[[View], bool]
Due = Callable[[View], Iterator[int]]


def treatments(case: Case) -> tuple[tuple[int, bytes], ...]:
    """The treatment sessions in which somebody was seen: when, and by which event."""
    return _treatments(case.sessions)


@lru_cache(maxsize=64)
def _treatments(sessions: bytes) -> tuple[tuple[int, bytes], ...]:
    """Remembered, because one fact asks many rules about the same sessions."""
    return tuple(
        (at, event)
        for at, _, event, outcome, kind in SESSIONS.rows(sessions)
        if outcome in SEEN_NUMBERS and kind == TREATMENT
    )


def fewer_days(view: View, since: int, rule: Rule, name: RuleParameter) -> bool:
    """Whether fewer days have passed than a rule ever waited for here.

    Two days less are certainly fewer: no calendar makes so much of clocks and midnights.
    """
    return view.now - since < (view.house.least[rule, name] - 2) * DAY


def outcomes(case: Case) -> bytes:
    """What became of each session, a byte each: tells quickly what did not happen at all."""
    return case.sessions[SESSIONS.size - 2 :: SESSIONS.size]
