"""A goal's ratings as lines: one for each client whose movement it is.

Of a shared goal each member has their own, and those that are for none of them are the goal's own.
People's ratings are never mixed into one movement: where a client rates, a line is what the client
said, and the clinician's ratings stand beside it; where only the clinician does, they are the line.
"""

from typing import Any

from services.progress.domain.state import RATINGS, Goal


Rows = list[tuple[Any, ...]]

RATER = 4  # place in a row
CLIENT = 0  # the client's number among raters


def client_of(goal: Goal, member: int) -> bytes | None:
    """Whose line a rating belongs to, by the member's number in its row."""
    if goal.client is not None or not member:
        return goal.client
    return goal.members[member - 1]


def lines(goal: Goal) -> dict[bytes | None, Rows]:
    """Each line's rows, oldest first, by client; lines without a rating are left out."""
    return {client: heard(rows) for client, rows in _every(goal).items()}


def heard(rows: Rows) -> Rows:
    """Of all that raters said, what counts as the movement: the client's word before another's."""
    return [row for row in rows if row[RATER] == CLIENT] or rows


def _every(goal: Goal) -> dict[bytes | None, Rows]:
    found: dict[bytes | None, Rows] = {}
    for row in RATINGS.rows(goal.ratings):
        found.setdefault(client_of(goal, row[5]), []).append(row)
    return found


def line(goal: Goal, client: bytes | None) -> Rows:
    """One client's line, oldest first; empty when there is none."""
    if goal.client is not None:
        return heard(list(RATINGS.rows(goal.ratings))) if goal.client == client else []
    return lines(goal).get(client, [])
