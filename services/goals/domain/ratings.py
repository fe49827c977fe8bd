"""Who rates a goal."""

from collections.abc import Collection
from uuid import UUID

from services.goals.domain.moments import belongs
from shared.errors import Invalid
from shared.events.words import RatedBy


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
