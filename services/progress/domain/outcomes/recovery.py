"""NHS Talking Therapies: recovery, reliable improvement, reliable recovery, deterioration.

Per case, from the first and the last score of PHQ-9 and of GAD-7; and over many cases, with the
denominators of nhsengland/Talking-Therapies at 8458b2e, Key Metrics Dashboard (domain sheet B.2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from shared.events.measures import Change, Measure


FINISHED_FROM = 2  # so many attended treatment sessions make a finished course
SHOWN_FROM = 5  # of fewer somebody who knows the clinic could find the people


@dataclass(frozen=True)
class Pair:
    """One measure's first and last total in a case."""

    measure: Measure
    first: int
    last: int

    def was_case(self) -> bool:
        """Whether the first total was at caseness."""
        return bool(self.measure.at_caseness(self.first))

    def is_case(self) -> bool:
        """Whether the last total is at caseness."""
        return bool(self.measure.at_caseness(self.last))

    def change(self) -> Change:
        """What the last total says against the first."""
        return self.measure.change(self.first, self.last)


@dataclass(frozen=True)
class CaseOutcome:
    """What became of one case, as the national statistics count it."""

    was_case: bool
    recovered: bool
    improved: bool
    deteriorated: bool

    @property
    def reliably_recovered(self) -> bool:
        """Recovery by a change that is more than error."""
        return self.recovered and self.improved


@dataclass(frozen=True)
class Rate:
    """A share as it is published: what was counted, out of how many."""

    counted: int
    of: int

    @property
    def share(self) -> Fraction | None:
        """The share; None when there is none, or nobody was counted (as in the NHS's code)."""
        return Fraction(self.counted, self.of) if self.counted and self.of > 0 else None

    def percent(self) -> float | None:
        """In per cent with one place, as it is printed."""
        return None if self.share is None else round(float(self.share * 100), 1)


@dataclass(frozen=True)
class Rates:
    """The four rates of a service."""

    recovery: Rate
    reliable_recovery: Rate
    improvement: Rate
    deterioration: Rate


def outcome(pairs: Sequence[Pair]) -> CaseOutcome | None:
    """What became of a case, from both measures together; None unless every pair is there.

    Caseness is on either measure, recovery is below on all. One that got reliably better counts
    only when none got reliably worse, which wins (NHS England's code for CYP outcomes has this
    shape; for the adult manual's same clause no source was read).
    """
    if len(pairs) < 2:
        return None
    changes = [pair.change() for pair in pairs]
    was_case = any(pair.was_case() for pair in pairs)
    deteriorated = Change.RELIABLY_WORSE in changes
    return CaseOutcome(
        was_case=was_case,
        recovered=was_case and not any(pair.is_case() for pair in pairs),
        improved=Change.RELIABLY_BETTER in changes and not deteriorated,
        deteriorated=deteriorated,
    )


def finished(treatment_sessions_attended: int) -> bool:
    """Whether a course of treatment that has ended counts as finished."""
    return treatment_sessions_attended >= FINISHED_FROM


def rates(courses: Iterable[CaseOutcome]) -> Rates:
    """The rates of finished courses. Recovery is out of those that began at caseness."""
    every = list(courses)
    began = sum(course.was_case for course in every)
    return Rates(
        recovery=Rate(sum(course.recovered for course in every), began),
        reliable_recovery=Rate(sum(course.reliably_recovered for course in every), began),
        improvement=Rate(sum(course.improved for course in every), len(every)),
        deterioration=Rate(sum(course.deteriorated for course in every), len(every)),
    )


def recovery_rate(recovered: int, finished_courses: int, not_at_caseness: int) -> Rate:
    """The recovery rate from counts: who was not at caseness cannot recover and is left out."""
    return Rate(recovered, finished_courses - not_at_caseness)


def suppressed(count: int) -> int:
    """A count as it is published: to the nearest five, halves away from zero."""
    return (count * 2 + 5) // 10 * 5


def misleads(count: int, of: int) -> bool:
    """Whether a rounded count is no number to be shown outside.

    Rounding makes 5 of 3 and none of 2; and a part that it makes the whole tells of everybody.
    """
    return count < SHOWN_FROM or suppressed(count) == suppressed(of)
