"""A record kept small says what it said; only what our relays write is kept small."""

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import record as wire
from shared.bus import Bus, Headers, Message, Partition
from shared.memory import Stored
from shared.slim import Slim, small
from tests.eventpath.world import scored


EVENT = scored()
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
KEY = EVENT.key.encode()


def ours(trace: str = "") -> Headers:
    """The headers that our relay writes."""
    named = {"key": EVENT.key, "clinic_id": EVENT.clinic_id, "traceparent": trace}
    said = ("goals", "1-ab", 12, EVENT.event_id, EVENT.type, EVENT.occurred_at)
    return wire.headers(*said, **named)  # type: ignore[arg-type]


def stored(headers: Headers, key: bytes | None = KEY) -> Stored:
    return Stored("goals", 3, 12, 1_700_000_000_000, key, EVENT.data(), headers)


FIELDS = ("topic", "partition", "offset", "timestamp", "key", "value")


def same(kept: Any, record: Any) -> bool:
    """Whether both say the same."""
    fields = all(getattr(kept, name) == getattr(record, name) for name in FIELDS)
    names = [*dict(record.headers), "x"]
    found = all(wire.header(kept, name) == wire.header(record, name) for name in names)
    return fields and found and list(kept.headers) == list(record.headers)


@pytest.mark.parametrize("trace", ["", TRACE])
def test_what_our_relay_writes_is_kept_small(trace: str) -> None:
    record = stored(ours(trace))
    kept = small("goals", 3, record)
    assert kept is not None
    assert same(kept, record)
    assert wire.event(kept, 900_000) == EVENT


changes = st.lists(
    st.tuples(
        st.sampled_from(["drop", "twice", "swap", "say", "nothing", "name"]),
        st.integers(0, 11),
        st.binary(max_size=3),
    ),
    max_size=3,
)


@given(st.sampled_from(["", TRACE]), changes, st.sampled_from([KEY, b"another", None]))
def test_nothing_that_a_stranger_says_is_lost(
    trace: str, altered: list[tuple[str, int, bytes]], key: bytes | None
) -> None:
    headers: list[Any] = list(ours(trace))
    for how, place, value in altered:
        at = place % len(headers)
        name = headers[at][0]
        headers[at : at + 1] = {
            "drop": [],
            "twice": [headers[at]] * 2,
            "swap": [headers[-1]],
            "say": [(name, value)],
            "nothing": [(name, None)],
            "name": [(f"x{name}", value)],
        }[how]
    record = stored(headers, key)
    kept = small("goals", 3, record)
    assert kept is None or same(kept, record)


async def test_a_reader_keeps_them_small_right_behind_the_fetch(bus: Bus) -> None:
    sender, reader = await bus.sender(), await bus.reader()
    await sender.send("goals", [Message(3, KEY, b"{}", ours(TRACE))])
    await sender.send("goals", [Message(3, KEY, b"{}", [("ce_id", str(uuid4()).encode())])])
    reader.assign({Partition("goals", 3): 0})
    found: list[Any] = []
    while len(found) < 2:
        for records in (await reader.fetch(5, 100)).values():
            found += records
    assert [type(each) is Slim for each in found] == [True, False]
    assert dict(found[0].headers) == dict(ours(TRACE))
    await sender.close()
    await reader.close()
