"""The bars of the rooms say in words what they draw."""

from datetime import datetime

from services.web.charts.rooms import beyond_words, free_words, room_bar
from services.web.templates import CONTENT, mark_of


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 24, hour, minute)  # noqa: DTZ001


def test_a_room_says_when_it_is_free() -> None:
    booked = [(at(11), at(11, 50)), (at(9), at(9, 50)), (at(9, 50), at(10, 30))]
    assert free_words(booked) == "free 08:00 to 09:00, 10:30 to 11:00, 11:50 to 18:00"
    assert free_words([(at(7), at(19))]) == "not free"
    assert free_words([]) == "free 08:00 to 18:00"


def test_a_room_says_what_is_booked_outside_the_hours_of_its_bar() -> None:
    night, late = (at(3, 30), at(4, 20)), (at(17, 30), at(18, 20))
    said = "booked outside these hours: 03:30 to 04:20, 17:30 to 18:20"
    assert beyond_words([late, (at(9), at(10)), night]) == said
    assert said in room_bar("Room 1", [late, night], None)
    assert beyond_words([(at(8), at(8, 50)), (at(17), at(18))]) == ""
    midnight = datetime(2026, 11, 25, 0, 20)  # noqa: DTZ001
    assert beyond_words([(at(23, 30), midnight)]).endswith("23:30 to 00:20")


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
