"""Every measure, and sets of answers to it."""

import pytest
from hypothesis import strategies as st

from shared.events.measures import Measure, newest


MEASURES = newest()
every_measure = pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.code)


def at_end(measure: Measure, highest: bool) -> dict[str, int]:
    """The answers that make the lowest or the highest total, reversed items turned."""
    return {
        number: measure.turned(number, measure.ends[number][highest]) for number in measure.numbers
    }


def answer_sets(measure: Measure) -> st.SearchStrategy[dict[str, int]]:
    """Any whole set of answers."""
    return st.fixed_dictionaries(
        {number: st.sampled_from(sorted(measure.allowed[number])) for number in measure.numbers}
    )
