"""When a clinic works: hours of its weekdays, holidays; and clocks that run in them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo


# Monday to Friday, nine to five, until a clinic says otherwise.
ORDINARY = tuple((weekday, 9 * 60, 17 * 60) for weekday in range(1, 6))
HORIZON = 366  # days; a clinic that does not work in a year has no working hours
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Calendar:
    """Working hours (weekday from Monday 1, minutes of the day), holidays, who stands in."""

    zone: str = "UTC"
    hours: tuple[tuple[int, int, int], ...] = ORDINARY
    holidays: frozenset[date] = frozenset()
    deputy: UUID | None = None

    def after(self, start: datetime, hours: int, working: bool) -> datetime:
        """The moment at which so many hours have passed since `start`.

        `working` counts the clinic's hours only; a safety clock runs through nights and holidays.
        """
        left = timedelta(hours=hours)
        if not working:
            return start + left
        for begins, ends in self._spans(start):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        return start + timedelta(hours=hours)

    def _spans(self, start: datetime) -> Iterator[Span]:
        """The spans of work from `start` on."""
        place = ZoneInfo(self.zone)
        first = start.astimezone(place).date()
        for day in (first + timedelta(days=n) for n in range(HORIZON)):
            if day in self.holidays:
                continue
            for weekday, begins, ends in sorted(self.hours):
                if weekday == day.isoweekday():
                    span = (_at(day, begins, place), _at(day, ends, place))
                    begin = max(span[0], start)
                    # Hours within the one that clocks skip end, that day, before they begin.
                    if span[1] > begin:
                        yield begin, span[1]


def _at(day: date, minute: int, place: ZoneInfo) -> datetime:
    """A wall time of a day, in UTC; 24:00 is the next day's beginning."""
    days, minute = divmod(minute, 24 * 60)
    wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), place)
    return wall.astimezone(UTC)


def in_force(zone: str, calendars: dict[str, Any], at: datetime) -> Calendar:
    """A clinic's calendar at a moment, from all its versions."""
    found = [
        (int(version), said)
        for version, said in calendars.items()
        if datetime.fromisoformat(said["effective_from"]) <= at
    ]
    if not found:
        return Calendar(zone)
    said = max(found, key=lambda each: each[0])[1]
    return Calendar(
        zone,
        tuple((weekday, begins, ends) for weekday, begins, ends in said["hours"]),
        frozenset(date.fromisoformat(day) for day in said["holidays"]),
        UUID(said["deputy"]) if said["deputy"] else None,
    )
