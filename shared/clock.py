"""Time: asked once, at the edge, and wall time resolved in this one place."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from zoneinfo import ZoneInfo, reset_tzpath

from shared.errors import Invalid


# Only the locked tzdata package may say what a zone is: a system's older copy is an hour wrong for
# zones whose law changed since (Vancouver, November 2026).
reset_tzpath(to=[])

TZDATA = version("tzdata")


class Fold(StrEnum):
    """Which of the two instants a wall time means that a clock change makes double."""

    EARLIER = "earlier"
    LATER = "later"


def utcnow() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def resolve(wall: datetime, zone: str, fold: Fold | None = None, field: str = "starts") -> datetime:
    """The instant, in UTC, of a wall time in an IANA zone.

    Invalid, naming `field`, when the wall time does not exist (clocks go forward) or exists twice
    and `fold` does not say which one is meant (both instants are named).
    """
    place = ZoneInfo(zone)
    naive = wall.replace(tzinfo=None)
    earlier, later = (naive.replace(tzinfo=place, fold=f).astimezone(UTC) for f in (0, 1))
    if earlier == later:
        return earlier
    if earlier > later:  # a gap: fold=0 resolves beyond it, fold=1 before it
        raise Invalid.of(
            field, f"{naive:%H:%M} does not exist on that day in {zone}: the clocks go forward"
        )
    if fold is None:
        both = " or ".join(f"{instant:%Y-%m-%dT%H:%M}Z" for instant in (earlier, later))
        raise Invalid.of(
            field,
            f"{naive:%H:%M} comes twice on that day in {zone}: say fold earlier or later ({both})",
        )
    return earlier if fold is Fold.EARLIER else later


def wall_time(instant: datetime, zone: str) -> datetime:
    """The wall time, without offset, that a clock in `zone` shows at an instant."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def days_between(start: datetime, end: datetime) -> int:
    """Whole days from start to end; waiting rules count days, not weeks (domain T14)."""
    return (end - start) // timedelta(days=1)
