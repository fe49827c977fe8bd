"""When a client is to be asked, and until when."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.goals.domain.assignments import Meeting, Plan, Windows, due
from shared.events.words import RhythmKind


HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)
WINDOWS = Windows(7 * DAY, 24 * HOUR, 12 * HOUR, 7 * DAY)


def named(rhythm: RhythmKind, weeks: int | None, after: timedelta, *meetings: Meeting) -> str:
    """The name of what is due so long after a measure was given; empty when nothing is."""
    found = due(Plan(rhythm, weeks, NOW, None), meetings, NOW + after, WINDOWS)
    return found.name if found else ""


@pytest.mark.parametrize(
    ("after", "name"),
    [(0 * DAY, "week-0"), (2 * WEEK - HOUR, "week-0"), (2 * WEEK, "week-2"), (9 * WEEK, "week-8")],
)
def test_every_so_many_weeks_has_a_name_of_its_own(after: timedelta, name: str) -> None:
    assert named(RhythmKind.EVERY_WEEKS, 2, after) == name


def test_a_weekly_link_ends_before_the_next_one() -> None:
    found = due(Plan(RhythmKind.EVERY_WEEKS, 1, NOW, None), (), NOW + 6 * DAY, WINDOWS)
    assert found is not None
    assert found.expires_at == NOW + WEEK


@pytest.mark.parametrize(
    ("before", "is_due"), [(25 * HOUR, False), (24 * HOUR, True), (-12 * HOUR, True)]
)
def test_a_session_is_asked_for_from_a_day_before_it(before: timedelta, is_due: bool) -> None:
    meeting = Meeting(uuid4(), NOW + before, NOW + before + HOUR)
    found = named(RhythmKind.EACH_SESSION, None, 0 * DAY, meeting)
    assert found == (f"session-{meeting.appointment_id}" if is_due else "")


def test_a_session_is_asked_for_no_more_half_a_day_after_it() -> None:
    meeting = Meeting(uuid4(), NOW - 13 * HOUR, NOW - 12 * HOUR)
    assert named(RhythmKind.EACH_SESSION, None, 0 * DAY, meeting) == ""


def test_the_end_is_asked_for_a_week_after_closing() -> None:
    plan = Plan(RhythmKind.START_AND_END, None, NOW - WEEK, NOW)
    names = [
        found.name if found else None
        for found in (due(plan, (), at, WINDOWS) for at in (NOW, NOW + 7 * DAY))
    ]
    assert names == ["end", None]
