"""When a clinic works: hours of its weekdays, holidays; and clocks that run in them. Pure.

What a clinic says of its calendar holds from a moment on. A clock counts each hour by what is in
force in that hour, so holidays that are entered later count for every clock that still runs, and
hours that have passed stay as they were.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo


# Monday to Friday, nine to five, until a clinic says otherwise.
ORDINARY = tuple((weekday, 9 * 60, 17 * 60) for weekday in range(1, 6))
# Days that are looked at for hours of work: twenty years. With the fewest hours that clinics takes
# the longest clock, run out twice, needs some 32 weeks; calendars of before may have fewer.
HORIZON = 20 * 366
BEGINNING, END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Week:
    """Working hours (weekday from Monday 1, minutes of the day), holidays, who stands in."""

    hours: tuple[tuple[int, int, int], ...] = ORDINARY
    holidays: frozenset[date] = frozenset()
    deputy: UUID | None = None


@dataclass(frozen=True)
class Calendar:
    """A clinic's weeks, each in force from a moment on, rising; before the first the ordinary."""

    zone: str = "UTC"
    weeks: tuple[tuple[datetime, Week], ...] = ()

    def deputy(self, at: datetime) -> UUID | None:
        """Who stands in at a moment."""
        held = [week for since, week in self.weeks if since <= at]
        return held[-1].deputy if held else None

    def after(self, start: datetime, hours: int, working: bool) -> datetime:
        """The moment at which so many hours have passed since `start`.

        `working` counts the clinic's hours only; a safety clock runs through nights and holidays.
        Where the clinic has too few of them in twenty years, the time ends with the last of them,
        and only where it has none at all the clock runs straight on.
        """
        left = timedelta(hours=hours)
        if not working:
            return start + left
        last: datetime | None = None
        for begins, ends in self._spans(start):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
            last = ends
        return last or start + timedelta(hours=hours)

    def _spans(self, start: datetime) -> Iterator[Span]:
        """The spans of work from `start` on."""
        place = ZoneInfo(self.zone)
        first = start.astimezone(place).date()
        turns = [(BEGINNING, Week()), *self.weeks, (END, Week())]
        for day in (first + timedelta(days=n) for n in range(HORIZON)):
            for (since, week), (until, _) in pairwise(turns):
                for begins, ends in _hours(week, day, place):
                    span = (max(begins, since, start), min(ends, until))
                    # Hours within the one that clocks skip end, that day, before they begin.
                    if span[1] > span[0]:
                        yield span


def _hours(week: Week, day: date, place: ZoneInfo) -> Iterator[Span]:
    if day not in week.holidays:
        for weekday, begins, ends in sorted(week.hours):
            if weekday == day.isoweekday():
                yield _at(day, begins, place), _at(day, ends, place)


def _at(day: date, minute: int, place: ZoneInfo) -> datetime:
    """A wall time of a day, in UTC; 24:00 is the next day's beginning."""
    days, minute = divmod(minute, 24 * 60)
    wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), place)
    return wall.astimezone(UTC)


def calendar_of(zone: str | None, versions: dict[str, Any] | None) -> Calendar:
    """A clinic's calendar from its row, in which versions stand by their numbers."""
    begun = sorted(
        (datetime.fromisoformat(said["effective_from"]), int(number), said)
        for number, said in (versions or {}).items()
    )
    weeks: list[tuple[datetime, Week]] = []
    newest = 0
    for since, number, said in begun:
        if number > newest:  # else a later version came into force before: it replaces this one
            newest = number
            weeks.append((since, _week(said)))
    return Calendar(zone or "UTC", _each_moment_once(weeks))


def _each_moment_once(weeks: Sequence[tuple[datetime, Week]]) -> tuple[tuple[datetime, Week], ...]:
    return tuple(sorted(dict(weeks).items(), key=lambda one: one[0]))


def _week(said: dict[str, Any]) -> Week:
    return Week(
        tuple((weekday, begins, ends) for weekday, begins, ends in said["hours"]),
        frozenset(date.fromisoformat(day) for day in said["holidays"]),
        UUID(said["deputy"]) if said["deputy"] else None,
    )
