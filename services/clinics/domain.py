"""Rules of clinics: what settings and roles are possible. Pure: no clock, no database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import available_timezones

from shared.errors import Conflict, Invalid
from shared.events.rules import RuleParameter, fault
from shared.events.words import Role, Rule


# The fewest working hours a week that clocks can be reckoned with: our own choice. The longest
# clock of the clinic's hours, run out twice (160 hours), then takes 32 weeks.
FEWEST_HOURS = 5
# The same of a year with its holidays: half of what the fewest hours would come to.
YEAR = 52 * 7  # days
FEWEST_A_YEAR = 52 * FEWEST_HOURS // 2
STAFF_ROLES = frozenset(Role) - {Role.PARTNER}


def check_zone(zone: str) -> None:
    """Invalid unless the locked time zone data knows the zone."""
    if zone not in available_timezones():
        raise Invalid.of("zone", "is not a time zone such as Europe/London")


def check_starts(effective_from: datetime, now: datetime) -> None:
    """Invalid when settings would change what was already decided under the old ones."""
    if effective_from < now:
        raise Invalid.of("effective_from", "lies in the past; settings hold from now or later")


def check_seen(seen: int, newest: int) -> None:
    """Conflict when somebody changed the settings after the caller had looked at them."""
    if seen != newest:
        raise Conflict(
            "Somebody else changed these settings. Look at them again.", extra={"version": newest}
        )


def crisis_version(before: Mapping[str, str], version: int, after: Mapping[str, str]) -> int:
    """The texts' own version: one more whenever a word of them changed."""
    return version if before == after else version + 1


def check_roles(roles: Iterable[Role]) -> None:
    """Invalid when no person can hold these roles."""
    held = set(roles)
    if not held or not held <= STAFF_ROLES:
        raise Invalid.of("roles", "must be one or more of the roles of staff")


def check_rules(values: Sequence[tuple[Rule, RuleParameter, int]]) -> None:
    """Invalid unless every number is one of its rule's, once, and within its range."""
    if found := fault(values):
        raise Invalid.of(f"values.{found.field}", found.said)


def check_hours(hours: Sequence[tuple[int, int, int]]) -> None:
    """Invalid unless each ends after it begins, none of a day overlap, and they are enough."""
    if not hours:
        raise Invalid.of("hours", "a clinic without working hours has no clocks that could run")
    ordered = sorted(hours)
    if any(begins >= ends for _, begins, ends in ordered):
        raise Invalid.of("hours", "must end after they begin")
    for (day, _, ends), (following, begins, _) in pairwise(ordered):
        if day == following and begins < ends:
            raise Invalid.of("hours", "of one weekday overlap")
    if sum(ends - begins for _, begins, ends in hours) < FEWEST_HOURS * 60:
        words = f"come to less than {FEWEST_HOURS} a week; clocks cannot be reckoned with so few"
        raise Invalid.of("hours", words)


def check_holidays(
    hours: Sequence[tuple[int, int, int]], holidays: Iterable[date], starts: date
) -> None:
    """Invalid when some year from `starts` on has hardly any working hours left."""
    minutes = dict.fromkeys(range(1, 8), 0)
    for weekday, begins, ends in hours:
        minutes[weekday] += ends - begins
    free = sorted(day for day in set(holidays) if day >= starts)
    usual = YEAR // 7 * sum(minutes.values())
    for place, first in enumerate(free):
        in_a_year = (day for day in free[place:] if (day - first).days < YEAR)
        left = usual - sum(minutes[day.isoweekday()] for day in in_a_year)
        if left < FEWEST_A_YEAR * 60:
            words = f"leave less than {FEWEST_A_YEAR} working hours in the year from {first} on"
            raise Invalid.of("holidays", f"{words}; clocks cannot be reckoned with so few")


def check_deputy(roles: Iterable[Role]) -> None:
    """Invalid unless the person works here and may look at flags."""
    if not {Role.CLINICIAN, Role.CLINICAL_LEAD} & set(roles):
        raise Invalid.of("deputy_id", "is not a clinician or lead who works at this clinic")
