"""The diary's grid, free hours, wall times that come twice."""

from datetime import date, datetime, timedelta

import pytest

from services.web.desk.free import Taken, next_hours, second_time
from services.web.desk.grid import outside, slots_of
from services.web.diary import Session, window
from services.web.words import OUTCOMES


def at(hour: int, minute: int = 0, day: int = 24) -> datetime:
    return datetime(2026, 11, day, hour, minute)  # noqa: DTZ001


def session(starts: datetime, minutes: int = 50, outcome: str | None = None) -> Session:
    return Session(
        "a", "c", "Nadia Rahman", "s", "Tom Berg", "Room 3", None, starts,
        starts + timedelta(minutes=minutes), "treatment", "in_person", "booked", outcome,
    )  # fmt: skip


def test_a_session_stands_at_its_five_minutes() -> None:
    slot = slots_of([session(at(9, 32), 47)], at(8))[0]
    assert slot.place == "tm-at-0930 tm-for-45"
    assert slot.state == ""


@pytest.mark.parametrize(
    ("outcome", "now", "state"),
    [
        (None, at(9), "late"),
        ("attended", at(9), "in"),
        ("attended", at(12), "done"),
        ("did_not_attend", at(12), "dna"),
    ],
)
def test_what_became_of_a_session_shows(outcome: str | None, now: datetime, state: str) -> None:
    assert slots_of([session(at(8, 30), outcome=outcome)], now)[0].state == state


def test_that_somebody_did_not_come_is_offered_from_the_start_on() -> None:
    booked = session(at(9))
    before, begun = booked.tellable(at(8, 59)), booked.tellable(at(9))
    assert set(before) == {"attended", "late_seen"}
    assert set(begun) == set(OUTCOMES)


def test_before_the_start_a_session_is_called_off_and_not_only_said_to_be() -> None:
    """What was said already stays in the choice, or it would read as another one."""
    said = session(at(9), outcome="cancelled_by_client").tellable(at(8, 59))
    assert set(said) == {"attended", "late_seen", "cancelled_by_client"}


def test_a_session_with_an_outcome_is_past_before_its_hour() -> None:
    told, untold = session(at(9), outcome="attended"), session(at(9))
    assert (told.past(at(8)), told.to_come(at(8))) == (True, False)
    assert (untold.past(at(8)), untold.to_come(at(8))) == (False, True)
    assert (untold.past(at(9, 30)), untold.to_come(at(9, 30))) == (False, False)


def test_a_session_outside_the_grid_is_listed_below_it() -> None:
    early = session(at(7))
    assert slots_of([early], at(8)) == []
    assert outside([early]) == [early]


def test_the_next_free_hours_leave_out_what_is_taken() -> None:
    busy = [Taken(at(10), at(10, 50)), Taken(at(11, 15), at(12))]
    found = next_hours(busy, at(10), timedelta(minutes=50))
    assert found == [at(12), at(13), at(14)]


def test_no_free_hour_runs_over_closing() -> None:
    assert next_hours([], at(17, 20), timedelta(minutes=50)) == []


def test_only_a_time_that_comes_twice_asks_which_one() -> None:
    back = datetime(2026, 10, 25, 1, 30)  # noqa: DTZ001
    assert [choice for choice, _ in second_time(back, "Europe/London")] == ["earlier", "later"]
    assert second_time(datetime(2026, 3, 29, 1, 30), "Europe/London") == []  # noqa: DTZ001
    assert second_time(at(10), "Europe/London") == []


def test_a_day_of_a_zone_is_asked_for_by_its_instants() -> None:
    day = date(2026, 10, 25)  # the clocks go back: twenty-five hours
    assert window("Europe/London", day, day) == ("2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z")
