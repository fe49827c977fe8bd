"""What numbers mean: the definitions of the contract for questionnaires, and one rule for goals."""

from functools import cache

from shared.events import measures
from shared.events.measures import Change, Direction, Measure, change_between


# A goal's rating moved reliably from 3 points on: what NHS England runs per goal, inclusive
# (domain sheet T13, B.4 [S16][S17]). Higher is better.
GOAL_CHANGE = 3


@cache
def known(code: str, version: str) -> Measure | None:
    """The definition of a measure; None for one that this release does not know."""
    try:
        return measures.definition(code, version)
    except (measures.UnknownMeasure, measures.UnknownVersion):
        return None


@cache
def safety_item(code: str, version: str) -> str | None:
    """The number of the item whose answer may ask for a clinician's look."""
    measure = known(code, version)
    return str(measure.safety_items[0].item) if measure and measure.safety_items else None


def checked(code: str, version: str, total: int, items: dict[str, int]) -> int | None:
    """The answer to the safety item, None when it was not told.

    ValueError when the numbers cannot be this measure's: a score is checked against its range
    before it is used, and items that are all there must add up (domain sheet C.2, D.2).
    """
    measure = known(code, version)
    if measure is None:
        if not -32_768 <= total < 32_768:
            raise ValueError("a total of this size cannot be kept")
        return None
    lowest, highest = measure.range
    if not lowest <= total <= highest or measure.faults(items):
        raise ValueError(f"total or items outside the range of {code} {version}")
    if measure.agrees(items, total) is False:
        raise ValueError(f"the items of {code} {version} do not add up to the total")
    return items.get(safety_item(code, version) or "")


def measure_change(code: str, version: str, scores: int, first: int, latest: int) -> Change:
    """The verdict on a measure's change between the first and the latest score in the case."""
    if scores < 2:
        return Change.FIRST_SCORE
    measure = known(code, version)
    return measure.change(first, latest) if measure else Change.NO_PUBLISHED_THRESHOLD


def goal_change(ratings: int, first: int, latest: int) -> Change:
    """The verdict on a goal's change between its first and its latest rating."""
    if ratings < 2:
        return Change.FIRST_SCORE
    return change_between(first, latest, GOAL_CHANGE, Direction.HIGHER_IS_BETTER)
