"""Goal rules. Pure: no clock, no database, no Kafka."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.errors import Conflict, FieldError, Invalid
from shared.events.measures import Answers, Measure
from shared.events.words import RatedBy


# Measures that can be answered: those that screens and flags carry from end to end. The others of
# the registry come into use with a clinic's packs.
IN_USE = ("phq-9",)


class Status(StrEnum):
    """The life of a goal."""

    ACTIVE = "active"


@dataclass(frozen=True)
class Score:
    """What a set of answers comes to."""

    total: int
    band: str
    at_caseness: bool | None


def open_for_changes(closed_at: datetime | None) -> None:
    """Conflict when the case was closed: what belongs to it is history then."""
    if closed_at is not None:
        raise Conflict("This case is closed. It takes no more goals, ratings or answers.")


def belongs(client_id: UUID | None, clients: Collection[UUID]) -> None:
    """Invalid when somebody is named who is not a client of the case. Null means all of them."""
    if client_id is not None and client_id not in clients:
        raise Invalid.of("client_id", "must be a client of this case")


def rater(
    given: UUID | None, rated_by: RatedBy, goal_for: UUID | None, clients: Collection[UUID]
) -> UUID | None:
    """Whose rating it is: who was named, else the client of the goal, else the only client.

    Invalid when the goal is another client's, or when one of several gave it and nobody says who.
    """
    belongs(given, clients)
    if goal_for is not None:
        if given not in (None, goal_for):
            raise Invalid.of("client_id", "must be the client whose goal this is")
        return goal_for
    if given is None and rated_by is RatedBy.CLIENT:
        if len(clients) > 1:
            raise Invalid.of("client_id", "is needed: the goal is shared, so say who rated it")
        return next(iter(clients))
    return given


def moment(given: datetime | None, referred_at: datetime, now: datetime, field: str) -> datetime:
    """When it was: as given, else now. Invalid in the future or before the case was referred."""
    if given is None:
        return now
    if given > now:
        raise Invalid.of(field, "must not be in the future")
    if given < referred_at:
        raise Invalid.of(field, "must not be before the case was referred")
    return given


def review_day(given: date | None, today: date) -> None:
    """Invalid when a review is planned for a day that has passed in the clinic."""
    if given is not None and given < today:
        raise Invalid.of("review_on", "must not be in the past")


def score(measure: Measure, items: Answers) -> Score:
    """Total, band and caseness. Invalid, naming every item that is wrong or missing."""
    wrong = [FieldError(f"items.{n}", why) for n, why in sorted(measure.faults(items).items())]
    if missing := measure.missing(items):
        wrong.append(FieldError("items", f"no answer to {', '.join(missing)}"))
    if wrong:
        raise Invalid(f"These are not the answers to a {measure.name}.", wrong)
    total = measure.total(items)
    return Score(total, measure.band(total).code, measure.at_caseness(total))
