"""Rules of clinics: what settings and roles are possible. Pure: no clock, no database."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import available_timezones

from shared.errors import Conflict, Invalid
from shared.events.words import Role


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
