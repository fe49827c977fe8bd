"""An event becomes a record and is read again; what is none is named by what is wrong with it."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from shared import record as wire
from shared.memory import Stored
from tests.eventpath.world import scored


EVENT = scored()
HEADERS = list(
    wire.headers(
        "goals",
        "1-ab",
        12,
        EVENT.event_id,
        EVENT.type,
        EVENT.occurred_at,
        key=EVENT.key,
        clinic_id=EVENT.clinic_id,
        traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01",
    )
)


def stored(value: bytes | None = None, headers: Sequence[tuple[str, bytes]] = ()) -> Stored:
    body = EVENT.data() if value is None else value
    return Stored("goals", 0, 3, 0, EVENT.key.encode(), body, headers or HEADERS)


def without(*names: str) -> list[tuple[str, bytes]]:
    return [(name, value) for name, value in HEADERS if name not in names]


def replaced(name: str, value: bytes) -> list[tuple[str, bytes]]:
    return [*without(name), (name, value)]


def test_what_is_written_is_read_again() -> None:
    assert wire.event(stored(), 900_000) == EVENT


def test_a_record_is_a_cloudevent_in_binary_mode() -> None:
    headers = dict(HEADERS)
    assert headers["ce_specversion"] == b"1.0"
    assert headers["content-type"] == b"application/json"
    assert headers["ce_source"] == b"/tidemark/goals"
    assert headers["ce_time"].endswith(b"Z")
    assert headers["ce_subject"] == headers["ce_partitionkey"] == EVENT.key.encode()
    assert headers["ce_clinicid"] == str(EVENT.clinic_id).encode()
    assert (headers["ce_sequence"], headers["ce_incarnation"]) == (b"12", b"1-ab")
    assert UUID(headers["ce_id"].decode()) == EVENT.event_id


def test_unknown_fields_are_ignored() -> None:
    assert wire.event(stored(EVENT.data()[:-1] + b',"mood":"x"}'), 900_000) == EVENT


BAD = {
    "not JSON": (stored(b"{not json"), "body"),
    "not UTF-8": (stored(b'{"a": "\xff"}'), "body"),
    "no object": (stored(b"[1]"), "body"),
    "a field is missing": (stored(b"{}"), "body"),
    "deep nesting": (stored(b"[" * 100_000), "body"),
    "over the limit": (stored(b" " * 900_001), "too_large"),
    "no id": (stored(headers=without("ce_id")), "header"),
    "no type": (stored(headers=without("ce_type")), "header"),
    "no time": (stored(headers=without("ce_time")), "header"),
    "an id that is none": (stored(headers=replaced("ce_id", b"7")), "header"),
    "a time that is none": (stored(headers=replaced("ce_time", b"\xff")), "header"),
    "a type that nobody knows": (stored(headers=replaced("ce_type", b"goals.goal_eaten")), "type"),
}


@pytest.mark.parametrize(("record", "cause"), BAD.values(), ids=BAD.keys())
def test_what_is_no_event_is_named_by_what_is_wrong(record: Stored, cause: str) -> None:
    with pytest.raises(wire.Bad) as caught:
        wire.event(record, 900_000)
    assert caught.value.cause == cause


def test_a_record_without_value_is_no_event() -> None:
    with pytest.raises(wire.Bad):
        wire.event(Stored("goals", 0, 3, 0, b"key", None, HEADERS), 900_000)


def test_a_strangers_bytes_become_text_that_can_be_stored() -> None:
    assert wire.clean(b"a\x00b\xff" + b"c" * 300) == "ab\ufffd" + "c" * 196
    assert wire.clean(None) == ""
