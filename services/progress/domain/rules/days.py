"""Days on a clinic's calendar: a rule that says days counts dates, not spans of 24 hours.

Rules of time ask for days at nearly every session, so whole numbers are reckoned with, and only
the days on which clocks change go through the calendar.
"""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from services.progress.domain.packed import MICROSECOND, instant, micros


# Days further ahead come to nothing here, and must not stop a case: no zone has a day after it.
LAST = date.max.toordinal() - 2
DAY = 86_400 * 1_000_000  # microseconds of 24 hours


def day_of(at: int, zone: str) -> date:
    """The date that a calendar in `zone` shows at an instant."""
    return date.fromordinal(ordinal_of(at, zone))


def ordinal_of(at: int, zone: str) -> int:
    """As `day_of`, as the day's number."""
    offset = _offset(at // DAY, zone)
    if offset is None:
        return instant(at).astimezone(ZoneInfo(zone)).date().toordinal()
    return (at + offset) // DAY + 1


@lru_cache(maxsize=4096)
def _offset(day: int, zone: str) -> int | None:
    """How far `zone` is ahead all through a day of UTC; None when its clocks change on it."""
    try:
        begin, end = (instant(at).astimezone(ZoneInfo(zone)) for at in (day * DAY, day * DAY + DAY))
    except OverflowError:  # at the calendar's ends; the instant itself may still have a date
        return None
    ahead = begin.utcoffset()
    return ahead // MICROSECOND if ahead is not None and ahead == end.utcoffset() else None


@lru_cache(maxsize=4096)
def begins(ordinal: int, zone: str) -> int:
    """The first moment of a day in `zone`.

    Where the clocks go forward at midnight, that is the first moment that exists.
    """
    midnight = datetime.combine(date.fromordinal(min(ordinal, LAST)), time(), ZoneInfo(zone))
    return micros(midnight.astimezone(UTC))


def days_between(start: int, end: int, zone: str) -> int:
    """How many midnights lie between two instants."""
    return ordinal_of(end, zone) - ordinal_of(start, zone)


def after_days(start: int, days: int, zone: str) -> int:
    """The first moment at which more than `days` days lie behind `start`."""
    return begins(ordinal_of(start, zone) + days + 1, zone)


def end_of(ordinal: int, zone: str) -> int:
    """The moment at which a day is past."""
    return begins(ordinal + 1, zone)
