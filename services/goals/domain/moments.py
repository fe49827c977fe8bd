"""When something may have been, and whose it may be."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.errors import Conflict, Invalid


# Work may start a year ahead, and the longest rhythm of reviews is 52 weeks. A day at the end of
# all calendars would stop every reader that reckons with the day after it.
REVIEW_AHEAD = timedelta(days=2 * 366)


def open_for_changes(closed_at: datetime | None) -> None:
    """Conflict when the case was closed: what belongs to it is history then."""
    if closed_at is not None:
        raise Conflict("This case is closed. It takes no more goals, ratings or answers.")


def belongs(client_id: UUID | None, clients: Collection[UUID]) -> None:
    """Invalid when somebody is named who is not a client of the case. Null means all of them."""
    if client_id is not None and client_id not in clients:
        raise Invalid.of("client_id", "must be a client of this case")


def moment(given: datetime | None, referred_at: datetime, now: datetime, field: str) -> datetime:
    """When it was: as given, else now. Invalid in the future or before the case was referred."""
    if given is None:
        return now
    if given > now:
        raise Invalid.of(field, "must not be in the future")
    if given < referred_at:
        raise Invalid.of(field, "must not be before the case was referred")
    return given


def before_closing(at: datetime, closed_at: datetime | None, field: str) -> None:
    """Invalid for a moment at which the case had ended already."""
    if closed_at is not None and at > closed_at:
        raise Invalid.of(field, "must not be after the case was closed")


def review_day(given: date | None, today: date) -> None:
    """Invalid when a review is planned for a day that has passed in the clinic, or is too far."""
    if given is None:
        return
    if given < today:
        raise Invalid.of("review_on", "must not be in the past")
    if given - today > REVIEW_AHEAD:
        raise Invalid.of("review_on", "must not be more than two years ahead")
