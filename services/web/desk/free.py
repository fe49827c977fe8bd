"""Which hours are free, and which wall times a clock change makes double. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


OPENS, CLOSES = time(8), time(18)
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
