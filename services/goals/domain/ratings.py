"""Who rates a goal, on which scale, and when it may be rated."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from services.goals.domain.goals import STANDS
from services.goals.domain.moments import belongs
from shared.errors import Conflict, Invalid
from shared.events.measures import methods
from shared.events.words import GoalMethod, GoalStatus, RatedBy


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


def on_scale(method: GoalMethod, value: int) -> None:
    """Invalid when a value is not on the goal's own scale."""
    way = methods()[method.value]
    if not way.lowest <= value <= way.highest:
        raise Invalid.of("value", f"must be a whole number from {way.lowest} to {way.highest}")


def may_be_rated(status: GoalStatus, ended_at: datetime | None, rated_at: datetime) -> None:
    """Conflict for a goal that nobody works on at that moment.

    On hold it may be rated: where somebody stands during a break is worth knowing. Of a goal that
    has ended, what was said before the end may still be entered.
    """
    if status in (GoalStatus.PROPOSED, GoalStatus.DECLINED):
        raise Conflict(f"This goal {STANDS[status]}. It takes no ratings.")
    if ended_at is not None and rated_at > ended_at:
        raise Conflict(f"This goal {STANDS[status]}. It takes ratings from before its end only.")


def may_be_amended(voided: bool) -> None:
    """Conflict for a rating that does not count any more."""
    if voided:
        raise Conflict("This rating was voided. It cannot be amended; enter a new one.")
