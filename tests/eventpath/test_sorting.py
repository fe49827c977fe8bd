"""Next, repeat, early, foreign: by numbers alone, whatever the offsets say."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from shared import record as wire
from shared.bus import Headers, Record
from shared.consumer.sorting import Clash, Place, sort
from shared.headers import GENESIS, ID, SEQUENCE
from shared.memory import Stored
from shared.slim import small


OURS, NEWER, OLDER = "2-ab12", "3-cd34", "1-ef56"
READ = Place(next_offset=10, incarnation=OURS, last_sequence=4, last_id=UUID(int=4))


def stored(offset: int, headers: Headers) -> Record:
    return Stored("goals", 3, offset, 0, b"key", b"{}", headers)


def numbered(sequence: int, offset: int = 10, incarnation: str = OURS, **said: object) -> Record:
    event_id = said.get("event_id") or UUID(int=sequence)
    kind = str(said.get("kind", "goals.goal_rated"))
    publisher = str(said.get("publisher", "goals"))
    assert isinstance(event_id, UUID)
    now = datetime.now(UTC)
    named = {"key": "key", "clinic_id": UUID(int=7)}
    front = (publisher, incarnation, sequence, event_id, kind, now)
    return stored(offset, wire.headers(*front, **named))  # type: ignore[arg-type]


def shuffled(record: Record) -> Record:
    """The same headers in another order, as another producer might write them."""
    return stored(record.offset, list(reversed(list(record.headers))))


def slim(record: Record) -> Record:
    """The same record as a reader keeps it."""
    kept = small(record.topic, record.partition, record)
    assert kept is not None
    return kept


@pytest.mark.parametrize("form", [lambda r: r, shuffled, slim])
def test_exactly_the_number_behind_the_last_is_next(form) -> None:  # type: ignore[no-untyped-def]
    records = [form(numbered(5, 20)), form(numbered(6, 31)), form(numbered(7, 32))]
    found = sort(records, READ, "goals")
    assert found.next == records
    assert (found.place.next_offset, found.place.last_sequence) == (33, 7)
    assert found.place.last_id == UUID(int=7)
    assert READ.last_sequence == 4, "the place that was read is not touched"


@pytest.mark.parametrize("form", [lambda r: r, shuffled, slim])
def test_what_was_read_before_is_dropped_wherever_it_lies(form) -> None:  # type: ignore[no-untyped-def]
    found = sort([form(numbered(3, 50)), form(numbered(4, 51))], READ, "goals")
    assert (found.next, found.repeats) == ([], 2)
    assert (found.place.next_offset, found.place.last_sequence) == (52, 4)


def test_what_is_further_ahead_moves_nothing() -> None:
    early = [numbered(6, 10), numbered(10**9, 11)]
    found = sort(early, READ, "goals")
    assert (found.early, found.next, found.moved) == (early, [], False)
    assert found.place == READ


def test_an_early_copy_is_taken_when_it_comes_again_in_its_turn() -> None:
    found = sort([numbered(6, 10), numbered(5, 11), numbered(6, 12)], READ, "goals")
    assert [wire.number(record, "goals", OURS) for record in found.next] == [5, 6]
    assert found.place.next_offset == 13


STRANGERS = {
    "no headers": [],
    "no number": [("ce_id", b"x"), ("ce_source", b"/tidemark/goals")],
    "huge, without source": [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(UUID(int=5)).encode()),
        ("ce_type", b"goals.goal_rated"),
        ("ce_sequence", b"999999999999"),
        ("ce_incarnation", b"1"),
    ],
    "a word for a number": [
        ("ce_sequence", b"five"),
        ("ce_incarnation", OURS.encode()),
        ("ce_source", b"/tidemark/goals"),
    ],
    "minus": [
        ("ce_sequence", b"-1"),
        ("ce_incarnation", OURS.encode()),
        ("ce_source", b"/tidemark/goals"),
    ],
    "a number of a hundred digits": [
        ("ce_source", b"/tidemark/goals"),
        ("ce_sequence", b"9" * 100),
        ("ce_incarnation", OURS.encode()),
    ],
}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_strangers_record_is_foreign_and_moves_no_number(headers: Headers) -> None:
    record = stored(10, headers)
    found = sort([record, numbered(5, 11)], READ, "goals")
    assert found.foreign == [record]
    assert found.place.last_sequence == 5


def test_the_very_next_number_under_another_name_is_foreign() -> None:
    wrong = [
        numbered(5, 10, publisher="intake"),
        numbered(5, 11, incarnation="2-ffff"),
        numbered(5, 12, incarnation="none"),
        numbered(5, 13, incarnation=NEWER),
    ]
    found = sort(wrong, READ, "goals")
    assert (found.foreign, found.next) == (wrong, [])
    assert (found.place.last_sequence, found.place.next_offset) == (4, 14)


def test_an_older_incarnation_is_dropped_and_a_newer_one_is_a_strangers() -> None:
    """Nobody begins a new incarnation yet; a forged marker must not make the rest look old."""
    records = [
        numbered(5, 10, incarnation=OLDER),
        numbered(0, 11, incarnation=NEWER, kind="tidemark.incarnation"),
        numbered(1, 12, incarnation=NEWER),
        numbered(5, 13),
    ]
    found = sort(records, READ, "goals")
    assert found.foreign == records[1:3]
    assert found.next == [records[3]]
    assert (found.place.incarnation, found.place.last_sequence) == (OURS, 5)


@pytest.mark.parametrize("number", [b"9" * 5_000, b"9" * 19, None, b"", b"-5", b"5.0", b"x"])
def test_what_is_no_number_is_foreign_and_blocks_nobody(number: bytes | None) -> None:
    odd = numbered(5, 10)
    headers: list[tuple[str, bytes]] = [
        (name, number if name == SEQUENCE else value)  # type: ignore[misc]
        for name, value in odd.headers
    ]
    strange, good = stored(10, headers), numbered(5, 11)
    found = sort([strange, good], READ, "goals")
    assert (found.foreign, found.next) == ([strange], [good])


def test_the_genesis_says_which_topic_and_incarnation_this_is() -> None:
    generation = uuid4()
    genesis = numbered(0, 0, event_id=generation, kind=GENESIS)
    found = sort([genesis, numbered(1, 1)], Place(), "goals")
    assert (found.place.topic_id, found.place.incarnation) == (generation, OURS)
    assert found.place.last_sequence == 1
    again = sort([genesis], found.place, "goals")
    assert (again.repeats, again.place.last_sequence) == (1, 1)
    stranger = numbered(0, 0, OLDER, event_id=uuid4(), kind=GENESIS)
    other = sort([stranger], found.place, "goals")
    assert len(other.foreign) == 1


def test_before_any_genesis_nothing_is_taken() -> None:
    found = sort([numbered(1, 0), numbered(10**9, 1)], Place(), "goals")
    assert (len(found.early), found.moved) == (2, False)
    nameless = slim(numbered(1, 2, incarnation=""))
    assert sort([nameless], Place(), "goals").foreign == [nameless]


def test_a_genesis_without_an_id_begins_nothing() -> None:
    genesis = numbered(0, 0, kind=GENESIS)
    odd = stored(0, [(name, b"x" if name == ID else value) for name, value in genesis.headers])
    found = sort([odd], Place(), "goals")
    assert (found.foreign, found.place.incarnation) == ([odd], "")


def test_one_number_for_two_events_stops_everything() -> None:
    with pytest.raises(Clash):
        sort([numbered(4, 11, event_id=uuid4())], READ, "goals")
    with pytest.raises(Clash):
        sort([numbered(5, 11), numbered(5, 12, event_id=uuid4())], READ, "goals")
    assert sort([numbered(4)], replace(READ, last_id=None), "goals").repeats == 1
