"""Wall time: gaps refused, double hours asked about, and only the locked zone data believed."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.clock import Fold, days_between, resolve, wall_time
from shared.errors import Invalid


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def wall(*parts: int) -> datetime:
    """A wall time has no offset."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def test_an_ordinary_time_is_resolved() -> None:
    assert resolve(wall(2026, 12, 1, 10), "Europe/London") == utc(2026, 12, 1, 10)
    assert resolve(wall(2026, 7, 1, 10), "Europe/London") == utc(2026, 7, 1, 9)


def test_a_time_in_a_gap_is_refused() -> None:
    with pytest.raises(Invalid, match="does not exist") as refused:
        resolve(wall(2027, 3, 28, 1, 30), "Europe/London")
    assert refused.value.errors[0].field == "starts"


def test_a_double_time_is_asked_about_naming_both() -> None:
    with pytest.raises(Invalid, match=r"05:30Z or 2027-11-07T06:30Z"):
        resolve(wall(2027, 11, 7, 1, 30), "America/New_York")


@pytest.mark.parametrize(("fold", "hour"), [(Fold.EARLIER, 5), (Fold.LATER, 6)])
def test_a_double_time_with_its_fold_is_resolved(fold: Fold, hour: int) -> None:
    assert resolve(wall(2027, 11, 7, 1, 30), "America/New_York", fold) == utc(2027, 11, 7, hour, 30)


def test_vancouver_keeps_summer_time_since_november_2026() -> None:
    """The system's zone data of 2025 is an hour wrong here; the locked package is not."""
    assert resolve(wall(2026, 12, 1, 10), "America/Vancouver") == utc(2026, 12, 1, 17)


def test_what_is_shown_is_what_was_booked() -> None:
    booked = wall(2026, 12, 1, 10)
    assert wall_time(resolve(booked, "Asia/Kathmandu"), "Asia/Kathmandu") == booked


def test_waits_are_counted_in_whole_days() -> None:
    start = utc(2026, 1, 1, 12)
    assert days_between(start, start + timedelta(days=42) - timedelta(seconds=1)) == 41
    assert days_between(start, start + timedelta(days=42)) == 42
