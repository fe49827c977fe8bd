"""Records of several topics in the order in which the log was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from services.progress.projection import merging
from services.progress.projection.merging import AHEAD, Merging, in_time
from shared.bus import Partition, Record


GOALS, INTAKE, OTHER = Partition("goals", 0), Partition("intake", 0), Partition("goals", 1)


@dataclass(frozen=True)
class Written:
    """A record's place, and when it was written."""

    topic: str
    offset: int
    timestamp: int


def log(topic: str, *moments: int, first: int = 0) -> list[Record]:
    """Records written at these moments."""
    made = [Written(topic, first + place, moment) for place, moment in enumerate(moments)]
    return cast("list[Record]", made)


def names(records: Sequence[Record]) -> list[str]:
    return [f"{record.topic} {record.timestamp}" for record in records]


def test_topics_come_as_they_were_written() -> None:
    both = in_time([log("goals", 1, 4, 5), log("intake", 2, 3)])
    assert names(both) == ["goals 1", "intake 2", "intake 3", "goals 4", "goals 5"]


@given(st.lists(st.lists(st.integers(0, 9), max_size=8), max_size=4))
def test_no_publishers_own_order_is_touched(moments: list[list[int]]) -> None:
    """Not even where its clock went back."""
    logs = [log(str(place), *each) for place, each in enumerate(moments)]
    merged = in_time(logs)
    for each in logs:
        assert [record for record in merged if record in each] == each
    assert len(merged) == sum(map(len, logs))


def test_what_is_ahead_waits_for_the_other_topics_of_its_number() -> None:
    waiting = Merging()
    waiting.add({GOALS: log("goals", 1, 5, 9), OTHER: log("goals", 7)})
    ready = waiting.ready({GOALS, INTAKE, OTHER})
    assert {number: list(polled) for number, polled in ready.items()} == {1: [OTHER]}
    waiting.add({INTAKE: log("intake", 2, 6)})
    [polled] = waiting.ready({GOALS, INTAKE}).values()
    assert {part: len(records) for part, records in polled.items()} == {GOALS: 2, INTAKE: 2}
    [rest] = waiting.ready(()).values()
    assert names(rest[GOALS]) == ["goals 9"]


def test_so_much_waits_and_no_more_and_none_waits_for_ever() -> None:
    """Of two topics that are both far ahead one is always let through."""
    waiting = Merging()
    waiting.add({GOALS: log("goals", *range(merging.AHEAD))})
    assert waiting.full(GOALS)
    waiting.add({INTAKE: log("intake", *range(10, AHEAD + 10))})
    waiting.ready({GOALS, INTAKE})
    assert not waiting.full(GOALS)
