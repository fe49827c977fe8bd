"""A service's instants as the clock on the clinic's wall shows them."""

from datetime import datetime

from shared.clock import wall_time


def wall(instant: str | datetime, zone: str) -> datetime:
    """The wall time, without an offset, of an instant or of its text in an answer."""
    when = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    return wall_time(when, zone)
