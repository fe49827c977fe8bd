"""Typed dates: what is a day, what is wrong with what is none, and which instant stands for it."""

from datetime import UTC, date, datetime

import pytest

from services.web.dates import fields_of, instant_on, past_day
from services.web.visit import Form


TODAY = date(2026, 11, 25)


def typed(day: str, month: str, year: str) -> Form:
    return Form({"on.day": day, "on.month": month, "on.year": year})


def test_a_day_is_read_back_from_its_fields() -> None:
    assert past_day(Form(fields_of("on", TODAY)), "on", TODAY) == TODAY
    assert past_day(typed("3", "9", "2026"), "on", TODAY) == date(2026, 9, 3)


def test_no_date_is_today() -> None:
    assert past_day(typed("", "", ""), "on", TODAY) == TODAY


@pytest.mark.parametrize(
    ("day", "month", "year", "said"),
    [
        ("31", "11", "2026", "31 November does not exist. November has 30 days"),
        ("29", "2", "2025", "29 February 2025 does not exist. February 2025 has 28 days"),
        ("1", "13", "2026", "There is no month 13"),
        ("1", "1", "26", "The year needs four figures, such as 2026"),
        ("26", "11", "2026", "The date must not be in the future"),
        ("", "11", "2026", "The date needs a day, a month and a year, such as 25 11 2026"),
        ("x", "11", "2026", "The date needs a day, a month and a year, such as 25 11 2026"),
    ],
)
def test_what_is_wrong_is_said_in_words(day: str, month: str, year: str, said: str) -> None:
    form = typed(day, month, year)
    assert past_day(form, "on", TODAY) is None
    assert form.errors == [("on", said)]


def test_noon_in_the_clinic_stands_for_a_day() -> None:
    assert instant_on(date(2026, 9, 3), "Europe/London", None) == "2026-09-03T11:00:00Z"
    assert instant_on(date(2026, 9, 3), "America/Halifax", None) == "2026-09-03T15:00:00Z"


def test_the_day_on_which_a_case_began_does_not_stand_before_it() -> None:
    began = datetime(2026, 9, 3, 15, 30, tzinfo=UTC)
    assert instant_on(date(2026, 9, 3), "Europe/London", began) == "2026-09-03T15:30:00Z"
    assert instant_on(date(2026, 9, 4), "Europe/London", began) == "2026-09-04T11:00:00Z"
