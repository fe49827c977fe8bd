"""A measure's answers as a series: what counts, what it is compared with, and what that says."""

from collections.abc import Callable, Iterator
from typing import Any

from services.progress.domain.measures import known
from services.progress.domain.state import ANSWERS, Measure
from shared.events.measures import Change
from shared.events.measures import Measure as Definition


Row = tuple[Any, ...]


def counting(measure: Measure) -> Iterator[Row]:
    """The answers whose totals count, oldest first: the first of them is the case's baseline."""
    return (row for row in ANSWERS.rows(measure.answers) if row[6])


def definition_of(measure: Measure, row: Row) -> Definition | None:
    """The definition that an answer was given under; None for one that we do not know."""
    return known(measure.code, str(row[5]))


def items_of(measure: Measure, row: Row) -> dict[str, int]:
    """An answer's items, kept where totals alone do not tell."""
    said = (pair.split("=") for pair in measure.items.get(row[1], "").split())
    return {number: int(value) for number, value in said}


def comparable_to(measure: Measure, first: Row) -> Callable[[Row], bool]:
    """Whether a total was made in the same way as the first."""
    definition = definition_of(measure, first)
    if definition is None or not definition.has_total or not measure.items:
        return lambda row: bool(row[5] == first[5])
    items = items_of(measure, first)
    return lambda row: row[5] == first[5] and definition.comparable(items, items_of(measure, row))


def compared(measure: Measure, first: Row, later: Row) -> Change:
    """What a later total says against the first; both count."""
    definition = definition_of(measure, later)
    if first[5] != later[5] or (measure.items and not comparable_to(measure, first)(later)):
        return Change.NOT_COMPARABLE
    return definition.change(first[3], later[3]) if definition else Change.NO_PUBLISHED_THRESHOLD
