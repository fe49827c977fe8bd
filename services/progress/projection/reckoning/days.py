"""Days as a clinic's calendar shows them. A rule that says days counts dates, not 24 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


LAST = date.max - timedelta(days=2)  # no zone has a day after it


def day_of(at: datetime, zone: str) -> date:
    """The date in `zone` at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def begin_of(day: date, zone: str) -> datetime:
    """The first moment of a day in `zone`."""
    midnight = datetime.combine(min(day, LAST), time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)


def days_after(day: date, days: int) -> date:
    """So many days later."""
    return date.fromordinal(min(day.toordinal() + days, LAST.toordinal()))


def days_between(start: datetime, end: datetime, zone: str) -> int:
    """How many midnights lie between two instants."""
    return (day_of(end, zone) - day_of(start, zone)).days


def more_than(start: datetime, days: int, zone: str) -> datetime:
    """The first moment at which more than so many days lie behind `start`."""
    return begin_of(days_after(day_of(start, zone), days + 1), zone)
