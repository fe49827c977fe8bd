"""A goal's ratings as lines: one for each client whose movement it is.

All ratings of one client's goal are one line. Of a shared goal each member has their own, and those
that are for none of them are the goal's own: people's ratings are never mixed into one movement.
"""

from typing import Any

from services.progress.domain.state import RATINGS, Goal


Rows = list[tuple[Any, ...]]


def client_of(goal: Goal, member: int) -> bytes | None:
    """Whose line a rating belongs to, by the member's number in its row."""
    if goal.client is not None or not member:
        return goal.client
    return goal.members[member - 1]


def lines(goal: Goal) -> dict[bytes | None, Rows]:
    """Each line's rows, oldest first, by client; lines without a rating are left out."""
    found: dict[bytes | None, Rows] = {}
    for row in RATINGS.rows(goal.ratings):
        found.setdefault(client_of(goal, row[5]), []).append(row)
    return found


def line(goal: Goal, client: bytes | None) -> Rows:
    """One client's line, oldest first; empty when there is none."""
    if goal.client is not None:
        return list(RATINGS.rows(goal.ratings)) if goal.client == client else []
    return lines(goal).get(client, [])
