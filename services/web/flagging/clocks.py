"""A flag's clock in words: `48 min left`, `42 min over`, `due tomorrow`, `no clock`. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.web import words
from services.web.walltime import wall


NEAR = timedelta(hours=4)  # a safety flag is to be seen within as many: whoever is near, acts now
DAY = timedelta(days=1)
WANTS = {"acknowledge": "to acknowledge", "act": "to act", "close": "to close"}


@dataclass(frozen=True)
class Clock:
    """What a clock says, and whether it is past (over), near or far (ok)."""

    words: str
    state: str
    wants: str = ""  # what is to be done until then


NO_CLOCK = Clock("no clock", "ok")


def clock_of(told: dict[str, Any] | None, zone: str, now: datetime) -> Clock:
    """The clock of a flag or concern, as the service tells it; `now` is the clinic's wall time."""
    if not told:
        return NO_CLOCK
    due = wall(told["due_at"], zone)
    return Clock(left(due, now), state(due, now), WANTS.get(told["what"], ""))


def left(due: datetime, now: datetime) -> str:
    """How long is left or over; from two days on in days, tomorrow by name."""
    delta = due - now
    if delta <= timedelta(0):
        return f"{words.ago(-delta.total_seconds())} over"
    if delta < DAY:
        return f"{words.ago(delta.total_seconds())} left"
    days = (due.date() - now.date()).days
    return "due tomorrow" if days == 1 else f"{days} days left"


def state(due: datetime, now: datetime) -> str:
    """Whether it is past, near or far."""
    if due <= now:
        return "over"
    return "near" if due - now <= NEAR else "ok"
