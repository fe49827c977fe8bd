"""Moments of one day, by the second."""

from datetime import UTC, datetime, timedelta


def at(seconds: int) -> datetime:
    """So many seconds after the day began."""
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=seconds)
