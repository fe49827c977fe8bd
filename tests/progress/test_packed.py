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
