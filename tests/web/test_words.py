"""Words for times, names and how current a page is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.web import words
from services.web.charts.words import every, others
from services.web.freshness import freshness, of_a_form


TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (TODAY, "Today"),
        (date(2026, 11, 23), "Yesterday"),
        (date(2026, 11, 25), "Tomorrow"),
        (date(2026, 11, 3), "3 Nov"),
        (date(2025, 11, 3), "3 Nov 2025"),
    ],
)
def test_near_days_have_names_and_other_years_their_number(when: date, said: str) -> None:
    assert words.day(when, TODAY) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (42, "42 s"), (99, "99 s"), (130, "2 min"), (7200, "2 h"), (200_000, "2 days")],
)
def test_an_age_is_said_in_the_largest_useful_unit(seconds: float, said: str) -> None:
    assert words.ago(seconds) == said


def person(given: str, family: str) -> dict[str, str]:
    return {"given_name": given, "family_name": family}


@pytest.mark.parametrize(
    ("day", "said"),
    [(24, "at 09:05"), (23, "at 09:05 yesterday"), (2, "at 09:05 on 2 Nov")],
)
def test_a_time_within_a_sentence_keeps_a_months_capital(day: int, said: str) -> None:
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert words.clock_time(now.replace(day=day, hour=9, minute=5), now) == said


def test_people_who_share_a_name_share_it_on_the_page() -> None:
    assert words.names([person("Nadia", "Rahman")]) == "Nadia Rahman"
    assert (
        words.names([person("Hannah", "Pryce"), person("Joe", "Pryce")]) == "Hannah and Joe Pryce"
    )
    assert words.names([person("Jo", "Bright"), person("Sam", "Lee")]) == "Jo Bright and Sam Lee"
    assert words.names([]) == "No client yet"


def test_what_else_there_is_is_said_in_good_grammar() -> None:
    assert [others(n, "event") for n in (1, 2)] == ["The other event", "The other 2 events"]
    said = ["The one line", "Both lines", "All 3 lines"]
    assert [every(n, "line") for n in (1, 2, 3)] == said


def test_an_age_counts_whole_years() -> None:
    assert words.age(date(1991, 11, 25), TODAY) == 34
    assert words.age(date(1991, 11, 24), TODAY) == 35


def test_a_code_that_is_not_known_yet_is_shown_in_plain_letters() -> None:
    assert words.said(words.RULES, "NEW_RULE") == "new rule"


def test_without_a_script_a_page_says_the_clock_time_it_is_current_to() -> None:
    answer = {"current_to": (NOW - timedelta(seconds=4)).isoformat()}
    assert freshness("Flags", answer, NOW).clock(datetime(2026, 11, 24, 10)) == "09:59:56"  # noqa: DTZ001


NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "late", "very_late"), [(4, False, False), (16, True, False), (301, True, True)]
)
def test_a_page_says_when_it_is_late(seconds: int, late: bool, very_late: bool) -> None:
    answer = {"current_to": (NOW - timedelta(seconds=seconds)).isoformat()}
    seen = freshness("Flags", answer, NOW, 15)
    assert (seen.late, seen.very_late) == (late, very_late)


def test_how_current_a_page_is_is_unknown_when_the_projection_is_away() -> None:
    seen = freshness("Flags", None, NOW)
    assert seen.late
    assert seen.words == "an unknown time"


@pytest.mark.parametrize(
    ("seconds", "read", "late"),
    [
        pytest.param(4, True, False, id="it was current: while it is filled in it is only old"),
        pytest.param(16, False, True, id="it was late when it was read"),
    ],
)
def test_a_form_is_not_late_because_it_is_filled_in(seconds: int, read: bool, late: bool) -> None:
    answer = {"current_to": (NOW - timedelta(seconds=seconds)).isoformat()}
    told = of_a_form(freshness("Scores", answer, NOW, 15))
    assert (told.read, told.late) == (read, late)
