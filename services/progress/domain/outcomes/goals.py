"""The goals of a clinic's month: which are counted in it, and how each of them stands."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.progress.domain.lines import lines
from services.progress.domain.movement import (
    AGREED,
    UNDER_WAY,
    is_reached,
    stalled_since,
    verdict,
    worst,
)
from services.progress.domain.outcomes.month import Month
from services.progress.domain.state import RATINGS, Case, Goal
from shared.events.measures import Change
from shared.events.words import GoalKind


@dataclass(frozen=True)
class GoalStands:
    """How one goal stands: by its line that looks worst."""

    open: bool
    reliably_better: bool
    reached: bool
    reliably_worse: bool
    stalled: bool


WHATS = tuple(GoalStands.__annotations__)


def goals_of(case: Case, month: Month) -> Iterator[tuple[GoalKind, bytes | None, GoalStands]]:
    """The agreed goals of a case that was under care in the month, as they stand now.

    Like the case, a goal is there from the month in which it was agreed to the one of its end.
    """
    if not month.under_care(case):
        return
    for goal in case.goals.values():
        if not goal.kind or goal.status not in AGREED:
            continue
        if month.touches(_agreed_at(goal, case), _ended_at(goal)):
            yield GoalKind(goal.kind), goal.client, _stands(goal, month)


def _agreed_at(goal: Goal, case: Case) -> int:
    """The first moment at which a goal is known to have been agreed.

    The state keeps its latest step alone, which of one that was put on hold, taken up again or
    ended is a later one. Nobody rates what was not agreed, so an earlier rating tells more, and one
    that was entered for a day before counts from that day; nothing is agreed in a closed case, so
    how it ended may be said long after.
    """
    known: list[int] = [row[0] for row in RATINGS.rows(goal.ratings)]
    known += [] if case.closed_at is None else [case.closed_at]
    return min([goal.status_at, *known])


def _ended_at(goal: Goal) -> int | None:
    return None if goal.status in UNDER_WAY else goal.status_at


def _stands(goal: Goal, month: Month) -> GoalStands:
    every = list(lines(goal).values())
    said = worst(verdict(goal, rows) for rows in every)
    today = month.day_of(month.now)
    return GoalStands(
        open=goal.status in UNDER_WAY,
        reliably_better=said is Change.RELIABLY_BETTER,
        reached=is_reached(goal, every),
        reliably_worse=said is Change.RELIABLY_WORSE,
        stalled=any(stalled_since(goal, rows, today) is not None for rows in every),
    )
