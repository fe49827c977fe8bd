"""Packed rows: in time's order, whatever the order in which they came."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.progress.domain.packed import Layout, instant, micros


ROWS = Layout("16sB")


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_survives_to_the_microsecond(moment: datetime) -> None:
    assert instant(micros(moment)) == moment


@given(st.lists(st.integers(0, 5), max_size=12))
def test_rows_stand_by_time_and_within_a_moment_as_they_came(times: list[int]) -> None:
    packed, newest = b"", []
    for number, time in enumerate(times):
        packed, is_newest = ROWS.add(packed, ROWS.pack(time, number.to_bytes(16), number))
        newest.append(is_newest)
    came = [(time, number) for number, time in enumerate(times)]
    assert [(time, n) for time, _, n in ROWS.rows(packed)] == sorted(came)
    assert newest == [time >= max(times[:n], default=0) for n, time in enumerate(times)]


def test_a_row_is_taken_out_by_its_id() -> None:
    first, second = (ROWS.pack(n, n.to_bytes(16), n) for n in (1, 2))
    assert ROWS.without(first + second, (1).to_bytes(16)) == second
    assert ROWS.without(first + second, (9).to_bytes(16)) == first + second


NUMBERED = Layout("16sH")


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8), st.data())
def test_a_corrected_row_stands_where_it_would_had_it_come_right(
    times: list[int], data: st.DataObject
) -> None:
    wrong = data.draw(st.integers(0, len(times) - 1))
    right_time = data.draw(st.integers(0, 3))
    rows = [NUMBERED.pack(time, n.to_bytes(16), n) for n, time in enumerate(times)]
    packed = b""
    for row in rows:
        packed, _ = NUMBERED.add(packed, row)
    right = NUMBERED.pack(right_time, wrong.to_bytes(16), wrong)
    corrected = NUMBERED.restore(NUMBERED.without(packed, wrong.to_bytes(16)), right)
    at_once = b""
    for number, row in enumerate(rows):
        at_once, _ = NUMBERED.add(at_once, right if number == wrong else row)
    assert corrected == at_once


def test_a_row_is_found_by_its_id() -> None:
    first, second = (ROWS.pack(n, n.to_bytes(16), n) for n in (1, 2))
    assert ROWS.find(first + second, (2).to_bytes(16)) == second
    assert ROWS.find(first + second, (9).to_bytes(16)) is None
    assert ROWS.unpack(second) == (2, (2).to_bytes(16), 2)
