"""The reliable trend index: whether many scores, not only first and last, show a trend.

slope = Σ(t − t̄)·y / Σ(t − t̄)², SE = √(SEM² / Σ(t − t̄)²), index = slope / SE; with two scores it is
the reliable change index (andrewmcaleavey/ReliableTrendIndex at 8a7cf1f).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt


RELIABLE = 1.96  # of the index, either way: 95 % confidence
DAY = 86_400 * 1_000_000  # in microseconds
WEEK = 7 * DAY
# What a week's movement is told from. The day is our own choice: scores of one hour, carried on to
# a week, would show thousands of points.
FEWEST, SHORTEST = 3, DAY


@dataclass(frozen=True)
class Trend:
    """How fast a score moves, and how many standard errors that is."""

    slope: Fraction
    index: float

    @property
    def reliable(self) -> bool:
        """Whether the movement is more than error of measurement."""
        return abs(self.index) > RELIABLE


def trend(scores: Sequence[tuple[int, float]], standard_error: float) -> Trend | None:
    """The trend of (time, score) points; None with fewer than two times or no error known.

    Times are whole numbers, so the slope is exact, however far from their beginning they lie.
    """
    if len({time for time, _ in scores}) < 2 or standard_error <= 0:
        return None
    count, total = len(scores), sum(time for time, _ in scores)
    away = [count * time - total for time, _ in scores]  # so many times the distance from t̄
    spread = sum(each * each for each in away)
    moved = sum(each * score for each, (_, score) in zip(away, scores, strict=True))
    slope = count * Fraction(moved) / spread
    return Trend(slope=slope, index=float(slope) * (sqrt(spread) / count) / standard_error)


def told(times: Sequence[int]) -> bool:
    """Whether points at these microseconds, oldest first, are enough to tell a week's movement."""
    return len(times) >= FEWEST and times[-1] - times[0] >= SHORTEST


def per_week(found: Trend, points: int = 1) -> float:
    """By how much a trend over microseconds moves a week, where so many units are one point."""
    return round(float(found.slope * WEEK / points), 2)
