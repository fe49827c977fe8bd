"""What a later score says against the first one: the verdict, with the limit included."""

from enum import StrEnum
from fractions import Fraction

from shared.events.measures.parts import Direction


class Change(StrEnum):
    """What a later score says against the first one of the case."""

    FIRST_SCORE = "first_score"
    NO_RELIABLE_CHANGE = "no_reliable_change"
    RELIABLY_BETTER = "reliably_better"
    RELIABLY_WORSE = "reliably_worse"
    NO_PUBLISHED_THRESHOLD = "no_published_threshold"
    NOT_COMPARABLE = "not_comparable"  # the two totals were not made in the same way


def change_between(
    first: int, latest: int, points: int | Fraction | None, direction: Direction
) -> Change:
    """Reliable when the change is at least `points` (as NHS England counts: the limit included)."""
    if points is None:
        return Change.NO_PUBLISHED_THRESHOLD
    if abs(latest - first) < points:
        return Change.NO_RELIABLE_CHANGE
    rose = latest > first
    better = rose is (direction is Direction.HIGHER_IS_BETTER)
    return Change.RELIABLY_BETTER if better else Change.RELIABLY_WORSE
