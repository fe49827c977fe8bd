"""Which hours are free, and which wall times a clock change makes double. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


OPENS, CLOSES = time(8), time(18)
EARLIEST, LATEST = time(7), time(21)
STEP = timedelta(minutes=15)


@dataclass(frozen=True)
class Taken:
    """A stretch of wall time that is not free."""

    starts: datetime
    ends: datetime


def next_hours(
    busy: list[Taken], after: datetime, length: timedelta, most: int = 3
) -> list[datetime]:
    """The first free starts of that day from `after` on, on the quarter hour."""
    day = after.date()
    start = max(after, datetime.combine(day, OPENS))
    candidate = datetime.combine(day, time(start.hour)) + STEP * -(-start.minute // 15)
    closing = datetime.combine(day, CLOSES)
    found: list[datetime] = []
    while candidate + length <= closing and len(found) < most:
        clash = next(
            (t for t in busy if t.starts < candidate + length and candidate < t.ends), None
        )
        if clash is None:
            found.append(candidate)
            candidate += STEP * -(-length // STEP)
        else:
            candidate += STEP
    return found


def skipped(wall: datetime, zone: str) -> bool:
    """Whether the clocks go forward over this wall time: no clock ever shows it."""
    there = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
    return there.replace(tzinfo=None) != wall


def unusual(starts: datetime, length: timedelta) -> bool:
    """Whether a session lies at hours at which hardly anybody comes."""
    ends = starts + length
    return starts.time() < EARLIEST or ends.date() > starts.date() or ends.time() > LATEST


def second_time(wall: datetime, zone: str) -> list[tuple[str, str]]:
    """The two choices for a wall time that comes twice; empty for every other."""
    place = ZoneInfo(zone)
    earlier, later = wall.replace(tzinfo=place, fold=0), wall.replace(tzinfo=place, fold=1)
    if earlier.utcoffset() == later.utcoffset() or earlier.utcoffset() < later.utcoffset():  # type: ignore[operator]
        return []
    return [
        ("earlier", f"The first {wall:%H:%M}, {earlier:%Z}"),
        ("later", f"The second {wall:%H:%M}, an hour later, {later:%Z}"),
    ]
