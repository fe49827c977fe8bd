"""A straight line through scores: how much they move a week (domain sheet B.5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import sqrt
from typing import NamedTuple


WEEK = timedelta(weeks=1)
FEWEST, SHORTEST = 3, timedelta(days=1)  # points, and from first to last, to speak of a week


class Trend(NamedTuple):
    """The slope a week, and how many standard errors it is for an error of 1."""

    slope: float
    in_errors: float


def trend(points: Sequence[tuple[datetime, float]]) -> Trend | None:
    """slope = Σ(t − t̄)·y / Σ(t − t̄)²; its error is 1 / √Σ(t − t̄)² of that of a score."""
    if len(points) < FEWEST or points[-1][0] - points[0][0] < SHORTEST:
        return None
    weeks = [(at - points[0][0]) / WEEK for at, _ in points]
    middle = sum(weeks) / len(weeks)
    spread = sum((week - middle) ** 2 for week in weeks)
    both = zip(weeks, (score for _, score in points), strict=True)
    slope = sum((week - middle) * score for week, score in both) / spread
    return Trend(slope, slope * sqrt(spread))
