"""The reliable trend index: whether many scores, not only first and last, show a trend.

slope = Σ(t − t̄)·y / Σ(t − t̄)², SE = √(SEM² / Σ(t − t̄)²), index = slope / SE; with two scores it is
the reliable change index (andrewmcaleavey/ReliableTrendIndex at 8a7cf1f).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


RELIABLE = 1.96  # of the index, either way: 95 % confidence


@dataclass(frozen=True)
class Trend:
    """How fast a score moves, and how many standard errors that is."""

    slope: float
    index: float

    @property
    def reliable(self) -> bool:
        """Whether the movement is more than error of measurement."""
        return abs(self.index) > RELIABLE


def trend(scores: Sequence[tuple[float, float]], standard_error: float) -> Trend | None:
    """The trend of (time, score) points; None with fewer than two times or no error known."""
    if len({time for time, _ in scores}) < 2 or standard_error <= 0:
        return None
    middle = sum(time for time, _ in scores) / len(scores)
    spread = sum((time - middle) ** 2 for time, _ in scores)
    slope = sum((time - middle) * score for time, score in scores) / spread
    return Trend(slope=slope, index=slope / (standard_error / sqrt(spread)))


WEEK = 7 * 86_400 * 1_000_000  # in microseconds


def per_week(scores: Sequence[tuple[int, float]]) -> float | None:
    """By how much (microsecond, score) points move a week; None with fewer than two times."""
    found = trend([(at / WEEK, score) for at, score in scores], 1.0)
    return None if found is None else round(found.slope, 2)
