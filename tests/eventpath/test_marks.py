"""Marks: when one is reached, and which are believed."""

import pytest

from shared import record as wire
from shared import watermarks
from shared.bus import Partition
from shared.consumer.sorting import Place
from shared.headers import SOURCE, TYPE
from shared.memory import MemoryBus, Stored
from shared.watermarks import Mark, Marks
from tests.eventpath.moments import at
from tests.eventpath.world import PUBLISHER
from tests.harness import Hand


OURS = "1-ab"


def places(*sequences: int, incarnation: str = OURS) -> dict[Partition, Place]:
    return {
        Partition(PUBLISHER, n): Place(incarnation=incarnation, last_sequence=sequence)
        for n, sequence in enumerate(sequences)
    }


@pytest.mark.parametrize(
    ("read_up_to", "incarnation", "reached"),
    [
        ((2, 3), OURS, True),
        ((9, 9), OURS, True),
        ((2, 2), OURS, False),
        ((2,), OURS, False),
        ((0, 0), "2-cd", False),
        ((9, 9), "", False),
    ],
)
def test_a_mark_is_reached_when_every_partition_is(
    read_up_to: tuple[int, ...], incarnation: str, reached: bool
) -> None:
    mark = Mark(at(0), OURS, (2, 3))
    assert mark.reached(PUBLISHER, places(*read_up_to, incarnation=incarnation)) is reached


@pytest.mark.parametrize("numbers", [(), (2,), (2, 3, 0)])
def test_a_mark_that_does_not_speak_of_every_partition_is_never_reached(
    numbers: tuple[int, ...],
) -> None:
    assert not Mark(at(0), OURS, numbers).reached(PUBLISHER, places(9, 9))


FORGED = [
    b"not json",
    b"[" * 100_000,
    b'{"publisher": "%s", "at": "2026-11-01T00:00:00", "incarnation": "1-ab", "numbers": [0, 0]}',
    b'{"publisher": "%s", "at": "2099-01-01T00:00:00Z", "incarnation": "1-ab", "numbers": [0, 0]}',
    b'{"publisher": "%s", "at": "2026-11-01T00:00:00Z", "incarnation": "1-ab",'
    b' "numbers": [Infinity, 0]}',
    b'{"publisher": ["%s"], "at": "2026-11-01T00:00:00Z", "incarnation": "1-ab", "numbers": [0]}',
    b'{"publisher": "%s", "at": 7, "incarnation": "1-ab", "numbers": [0, 0]}',
]
GOOD = (
    b'{"publisher": "%s", "at": "2026-11-01T00:00:00Z", "incarnation": "1-ab", "numbers": [0, 0]}'
)


def marked(value: bytes, publisher: str = PUBLISHER) -> Stored:
    headers = [(TYPE, watermarks.MARK), (SOURCE, wire.source(publisher))]
    said = value.replace(b"%s", PUBLISHER.encode())
    return Stored(watermarks.TOPIC, 0, 0, 0, PUBLISHER.encode(), said, headers)


def test_a_mark_is_kept() -> None:
    marks = Marks([PUBLISHER])
    marks.add(marked(GOOD))
    assert marks.newest(PUBLISHER) == Mark(at(0), OURS, (0, 0))


@pytest.mark.parametrize("value", FORGED)
def test_a_mark_that_cannot_be_is_passed_over(value: bytes) -> None:
    marks = Marks([PUBLISHER])
    marks.add(marked(value))
    assert marks.newest(PUBLISHER) is None


def test_a_mark_under_another_name_is_passed_over() -> None:
    marks = Marks([PUBLISHER])
    marks.add(marked(GOOD, publisher="elsewhere"))
    assert marks.newest(PUBLISHER) is None


def test_a_mark_of_a_newer_incarnation_is_not_reached_by_numbers() -> None:
    assert not Mark(at(0), "2-cd", (1, 1)).reached(PUBLISHER, places(9, 9))


async def test_the_newest_reached_mark_counts_and_older_news_is_ignored(
    memory: MemoryBus,
) -> None:
    hand = await Hand(memory, PUBLISHER).begin()
    for second, number in ((1, 1), (2, 2), (3, 3), (0, 9)):
        await hand.mark(at(second), [number, 0])
    marks = Marks([PUBLISHER])
    for record in memory.logs[watermarks.TOPIC][0]:
        marks.add(record)
    here = places(2, 0, incarnation=hand.incarnation)
    assert marks.reached(here) == {PUBLISHER: at(2)}
    assert marks.behind(here) == {Partition(PUBLISHER, 0): 3}
    assert marks.reached(places(0, 0, incarnation=hand.incarnation)) == {PUBLISHER: None}


async def test_what_is_no_mark_is_passed_over(memory: MemoryBus) -> None:
    hand = await Hand(memory, PUBLISHER).begin()
    marks = Marks([PUBLISHER])
    for record in memory.logs[PUBLISHER][0]:
        marks.add(record)
    await Hand(memory, "intake").mark(at(1), [1])
    marks.add(memory.logs[watermarks.TOPIC][0][0])
    assert marks.reached(places(1, incarnation=hand.incarnation)) == {PUBLISHER: None}
