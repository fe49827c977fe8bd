"""What numbers mean: the definitions of the contract for questionnaires, and one rule for goals."""

from functools import cache

from services.progress.domain.state import UNKNOWN
from shared.events import measures
from shared.events.goals import GOAL_CHANGE
from shared.events.measures import Change, Direction, Measure, change_between


@cache
def known(code: str, version: str) -> Measure | None:
    """The definition of a measure; None for one that this release does not know."""
    try:
        return measures.definition(code, version)
    except (measures.UnknownMeasure, measures.UnknownVersion):
        return None


@cache
def safety_item(code: str, version: str) -> str | None:
    """The number of the item whose answer may ask for a clinician's look.

    In a version that is not known here it is that of the newest that is. Should the item ask
    something else by now, somebody looks for nothing: that is the safe side.
    """
    try:
        measure = known(code, version) or measures.definition(code)
    except measures.UnknownMeasure:
        return None
    return str(measure.safety_items[0].item) if measure.safety_items else None


def number_of(version: str) -> int:
    """A version as rows keep it; 0 for what is no number up to 255, so for none that we know."""
    return int(version) if version.isdecimal() and 0 < int(version) < 256 else 0


def checked(
    code: str, version: str, total: int, items: dict[str, int], usable: bool
) -> tuple[int | None, bool]:
    """The answer to the safety item (None: not told), and whether the total counts.

    A total that disagrees with its items is kept and not used. Of a version that is not known only
    the safety item is read: it cannot wait for the release that knows it. ValueError when the
    numbers cannot be this measure's: a score is checked against its range before it is used
    (domain sheet C.2).
    """
    if not -(2**31) <= total < 2**31:
        raise ValueError("a total of this size cannot be kept")
    measure, safety = known(code, version), items.get(safety_item(code, version) or "")
    if measure is None:
        return _as_a_row_keeps_it(safety), usable
    if measure.faults(items):
        raise ValueError(f"items outside the range of {code} {version}")
    usable = usable and measure.come_to(items, total) is not False
    lowest, highest = measure.range
    if usable and not lowest <= total <= highest:
        raise ValueError(f"total outside the range of {code} {version}")
    return safety, usable


def _as_a_row_keeps_it(answer: int | None) -> int | None:
    """An answer that no known definition bounds; one below 0 says nothing that anybody knows."""
    return None if answer is None or answer < 0 else min(answer, UNKNOWN - 1)


@cache
def items_tell_more(code: str, version: str) -> bool:
    """Whether a total alone does not tell: items stand for themselves, or one may not apply."""
    measure = known(code, version)
    return measure is not None and (not measure.has_total or any(measure.unscored.values()))


def goal_change(ratings: int, first: int, latest: int, points: int = GOAL_CHANGE) -> Change:
    """The verdict on a goal's change: from so many points on it is more than chance."""
    if ratings < 2:
        return Change.FIRST_SCORE
    return change_between(first, latest, points, Direction.HIGHER_IS_BETTER)
