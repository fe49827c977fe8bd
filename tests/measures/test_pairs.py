"""The default pair of each kind of goal names what there is, and what says it fits."""

import pytest

from shared.events.measures import definition, methods
from shared.events.measures.pairs import PAIRS
from shared.events.words import GoalKind


@pytest.mark.parametrize("kind", list(GoalKind))
def test_a_pair_names_what_there_is(kind: GoalKind) -> None:
    pair = PAIRS[kind]
    assert kind in methods()[pair.method].kinds
    assert pair.measures
    for code in (*pair.measures, *pair.optional):
        assert kind in definition(code).kinds, code
