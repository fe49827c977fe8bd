"""GOAL_STALLED: a goal that does not move, or is below the expected level past its review."""

from collections.abc import Iterator

from services.progress.domain.lines import Rows, line
from services.progress.domain.rules.days import end_of
from services.progress.domain.rules.evidence import Evidence, View
from services.progress.domain.state import RATINGS, Because, Goal
from shared.events.rules import RuleParameter
from shared.events.words import GoalMethod, GoalStatus, Severity


# A goal that has ended is nobody's to agree anew; one that is opened again is.
ENDED = frozenset(GoalStatus) - {GoalStatus.PROPOSED, GoalStatus.ACTIVE, GoalStatus.ON_HOLD}
GAIN = 1  # a change below this over the ratings is a standstill (C.2 [S28])
EXPECTED = 0  # the level of goal attainment scaling that was expected [S8]


VALUE, SIZE = RATINGS.size - 40, RATINGS.size  # where a row's value stands, from its end


def stalled(view: View) -> Iterator[Evidence]:
    """Of each goal every standstill short of its target: the next one is of ratings that came
    after, so that whoever closed the flag, or switched the rule on, hears that it goes on."""
    for goal in view.case.goals.values():
        asks = goal.kind and goal.ratings and goal.status not in ENDED
        rows = line(goal, view.client) if asks else []
        if not rows:
            continue
        found = _past_review if goal.method == GoalMethod.GAS else _standstills
        yield from found(view, goal, rows)


def _standstills(view: View, goal: Goal, rows: Rows) -> Iterator[Evidence]:
    first = 0  # behind the last standstill
    for last, (at, _, event, value, *_) in enumerate(rows):
        ratings = view.value(RuleParameter.RATINGS, at)
        start = last + 1 - ratings
        if start >= first and value < goal.target and value - rows[start][3] < GAIN:
            because = Because("stalled", goal.kind or "", rows[start][3], value, at, ratings)
            yield Evidence(at, (event, rows[start][2]), Severity.LOW, because)
            first = last + 1


def standing_still(goal: Goal, windows: tuple[int, ...]) -> bool:
    """Whether one client's goal stood still over its newest ratings, by any of these numbers.

    Asked for nearly every rating, so it looks at two bytes only: values are 0 to 10.
    """
    rows = goal.ratings
    latest = rows[-VALUE]
    if latest >= goal.target:
        return False
    for ratings in windows:
        before = len(rows) - VALUE - (ratings - 1) * SIZE
        if before >= 0 and latest - rows[before] < GAIN:
            return True
    return False


def _past_review(view: View, goal: Goal, rows: Rows) -> Iterator[Evidence]:
    if goal.review_on is None or goal.status != GoalStatus.ACTIVE:
        return
    due = end_of(goal.review_on, view.zone)
    level = rows[-1][3]
    if due > view.now or level >= EXPECTED:
        return
    because = Because("review", goal.kind or "", EXPECTED, level, due, 1)
    yield Evidence(due, (rows[-1][2],), Severity.LOW, because, due)


def reviews(view: View) -> Iterator[int]:
    """When goals' reviews will be past."""
    for goal in view.case.goals.values():
        if goal.method == GoalMethod.GAS and goal.review_on and goal.status == GoalStatus.ACTIVE:
            yield end_of(goal.review_on, view.zone)
