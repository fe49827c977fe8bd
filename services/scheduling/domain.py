"""Scheduling rules. Pure: no clock, no database, no Kafka."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.errors import Conflict, Invalid
from shared.events.words import Attendance


# Before that nobody can know what became of a session.
RECORD_FROM = timedelta(hours=2)
# Nobody has failed to come to a session that has not begun.
FROM_START = frozenset({Attendance.DID_NOT_ATTEND, Attendance.LATE_NOT_SEEN})
# Nobody books further ahead; zone law beyond that is a guess anyway.
FURTHEST = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Clash:
    """A participant's other session that is in the way; the times are the clinic's wall time."""

    who: str
    appointment_id: UUID | None
    starts: datetime
    ends: datetime


def check_wall(wall: datetime, now: datetime) -> None:
    """Invalid when a wall time cannot be a session's start in any zone."""
    if wall.second or wall.microsecond:
        raise Invalid.of("starts", "must be a whole minute")
    days = wall.date() - now.date()
    if days < timedelta(days=-1):
        raise Invalid.of("starts", "is in the past")
    if days > FURTHEST:
        raise Invalid.of("starts", "is more than three years ahead")


def check_ahead(starts_at: datetime, now: datetime) -> None:
    """Invalid when a session would have begun already."""
    if starts_at <= now:
        raise Invalid.of("starts", "is in the past")


def refuse_clashes(clashes: Sequence[Clash]) -> None:
    """Conflict that names every session in the way by its time, never by another client's name."""
    if not clashes:
        return
    first = clashes[0]
    raise Conflict(
        f"The {first.who} already has a session on {day(first.starts)} "
        f"from {first.starts:%H:%M} to {first.ends:%H:%M}.",
        extra={
            "clashes": [
                {"who": each.who, "appointment_id": each.appointment_id} for each in clashes
            ]
        },
    )


def day(wall: datetime) -> str:
    """A date as people say it: 1 December 2026."""
    return f"{wall.day} {wall:%B %Y}"


def check_movable(
    cancelled: bool, outcome: Attendance | None, starts_at: datetime, now: datetime
) -> None:
    """Conflict when a session can be moved or called off no longer."""
    if cancelled:
        raise Conflict("This session was cancelled.")
    if outcome is not None:
        raise Conflict("What became of this session is recorded already.")
    if starts_at <= now:
        raise Conflict("This session has begun. Record its attendance instead.")


def check_recordable(
    cancelled: bool, outcome: Attendance, starts: tuple[datetime, datetime], now: datetime
) -> None:
    """Whether this can be said of a session now; `starts` as an instant and as wall time.

    Conflict when nobody can say anything of it yet, or any more; Invalid for one who did not
    come, before the session begins.
    """
    starts_at, wall = starts
    if cancelled:
        raise Conflict("This session was cancelled.")
    if now < starts_at - RECORD_FROM:
        raise Conflict("Attendance can be recorded from two hours before the start.")
    if outcome in FROM_START and now < starts_at:
        from_when = f"{day(wall)} at {wall:%H:%M}"
        raise Invalid.of("outcome", f"can be recorded from the start on, {from_when}")


def zone_in_force(zones: Sequence[tuple[datetime, str]], now: datetime) -> str | None:
    """Of a clinic's zones, oldest first, the one in force; before all of them, the first."""
    passed = [zone for since, zone in zones if since <= now]
    return passed[-1] if passed else next((zone for _, zone in zones), None)
