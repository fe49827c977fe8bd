"""GOAL_STALLED: a goal that gains nothing, or is below what was agreed when its review is past."""

from collections.abc import Iterator

from services.progress.projection.reckoning.days import begin_of, days_after
from services.progress.projection.reckoning.goals import Goal, Rating
from services.progress.projection.reckoning.rules.look import Found, Look
from shared.events.rules import RuleParameter
from shared.events.words import GoalMethod, GoalStatus, Severity


WORKED_ON = (GoalStatus.PROPOSED, GoalStatus.ACTIVE, GoalStatus.ON_HOLD)


def goal_stalled(look: Look) -> Iterator[Found]:
    """Of each goal that has not ended its standstills (C.2 [S8][S28])."""
    for goal in look.history.goals.values():
        rated = goal.line(look.client)
        if goal.kind and rated and goal.status in WORKED_ON:
            by_levels = goal.method is GoalMethod.GAS
            yield from (_review_past(look, goal, rated) if by_levels else _still(look, goal, rated))


def _still(look: Look, goal: Goal, rated: list[Rating]) -> Iterator[Found]:
    """Ratings short of the target that are not a point above the one so many before.

    Of those that made one standstill none is counted for the next.
    """
    counted: list[Rating] = []
    for rating in rated:
        counted.append(rating)
        ratings = look.value(RuleParameter.RATINGS, rating.at)
        if len(counted) < ratings:
            continue
        earlier = counted[-ratings]
        if rating.value < goal.target and rating.value < earlier.value + 1:
            yield Found(rating.at, (rating.event_id, earlier.event_id), Severity.LOW)
            counted.clear()


def _review_past(look: Look, goal: Goal, rated: list[Rating]) -> Iterator[Found]:
    """The latest level is below 0, the one that was agreed, after the day of the review."""
    if goal.status is not GoalStatus.ACTIVE or goal.review_on is None:
        return
    past = begin_of(days_after(goal.review_on, 1), look.zone)
    if look.now < past or rated[-1].value >= 0:
        return
    yield Found(past, (rated[-1].event_id,), Severity.LOW, by_time=True)
