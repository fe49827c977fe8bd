"""The bars of the rooms say in words what they draw."""

from datetime import datetime

from services.web.charts.rooms import free_words, room_bar
from services.web.templates import CONTENT, mark_of


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute)  # noqa: DTZ001


def test_a_room_says_when_it_is_free() -> None:
    booked = [(at(11), at(11, 50)), (at(9), at(9, 50)), (at(9, 50), at(10, 30))]
    assert free_words(booked) == "free 08:00 to 09:00, 10:30 to 11:00, 11:50 to 18:00"
    assert free_words([(at(7), at(19))]) == "not free"
    assert free_words([]) == "free 08:00 to 18:00"


def test_the_line_of_now_stands_only_on_its_own_day() -> None:
    assert "#a3160c" in room_bar("Room 1", [], at(10))
    assert "#a3160c" not in room_bar("Room 1", [], None)
    assert "#a3160c" not in room_bar("Room 1", [], at(19))


def test_where_the_clock_stands_makes_no_other_page() -> None:
    booked = [(at(9), at(10))]
    bars = [room_bar("Room 1", booked, at(hour)) for hour in (10, 11)]
    assert bars[0] != bars[1]
    marks = {mark_of(f"{CONTENT}{bar}") for bar in bars}
    assert len(marks) == 1
    assert mark_of(f"{CONTENT}{room_bar('Room 1', [], at(10))}") not in marks
