"""How a goal moves: its verdicts, whether it was reached, and whether it stands still."""

from collections.abc import Collection, Iterable
from datetime import date

from services.progress.domain.lines import Rows, line
from services.progress.domain.measures import goal_change
from services.progress.domain.state import Goal
from shared.events.measures import Change
from shared.events.rules import DEFINITIONS, RuleParameter
from shared.events.words import GoalMethod, GoalStatus, Rule


# A change below one point over so many ratings is a standstill (domain sheet C.2, GOAL_STALLED):
# the rule's default. A clinic's own number counts for its flags.
RATINGS = DEFINITIONS[Rule.GOAL_STALLED].parameter(RuleParameter.RATINGS).default
GAIN = 1
EXPECTED = 0  # the level of goal attainment scaling that was agreed on (B.3 [S8])
UNDER_WAY = (GoalStatus.ACTIVE, GoalStatus.ON_HOLD)
AGREED = (
    *UNDER_WAY,
    GoalStatus.ACHIEVED,
    GoalStatus.NOT_ACHIEVED,
    GoalStatus.OPEN_AT_CLOSING,
)
# Somebody said that such a goal did not come to what was agreed, or was not sought any more. Of one
# that was open when its case was closed nobody has said how it ended.
NOT_REACHED = (GoalStatus.NOT_ACHIEVED, GoalStatus.WITHDRAWN, GoalStatus.DECLINED)

# Which of several verdicts asks for a look first.
WORST_FIRST = (
    Change.RELIABLY_WORSE,
    Change.NO_RELIABLE_CHANGE,
    Change.NOT_COMPARABLE,
    Change.NO_PUBLISHED_THRESHOLD,
    Change.FIRST_SCORE,
    Change.RELIABLY_BETTER,
)


def rank(verdict: Change | None) -> int:
    """How soon a verdict asks for a look; 0 comes first."""
    return WORST_FIRST.index(verdict) if verdict else len(WORST_FIRST)


def worst(verdicts: Iterable[Change | None]) -> Change | None:
    """The verdict that asks for a look first; None where there is none."""
    return min((each for each in verdicts if each), key=rank, default=None)


def verdict(goal: Goal, rows: Rows) -> Change | None:
    """What a line's latest rating says against its first; for levels no threshold is published."""
    if not rows:
        return None
    if len(rows) > 1 and goal.method == GoalMethod.GAS:
        return Change.NO_PUBLISHED_THRESHOLD
    return goal_change(len(rows), rows[0][3], rows[-1][3], goal.reliable_change)


def reached(goal: Goal, rows: Rows) -> bool:
    """Whether the latest rating is at the target, or the level that was agreed on."""
    wanted = EXPECTED if goal.method == GoalMethod.GAS else goal.target
    return bool(rows) and rows[-1][3] >= wanted


def is_reached(goal: Goal, every: Collection[Rows]) -> bool:
    """Whether a goal was said to be achieved; where nobody said how it ended, by all these lines.

    What was said outweighs a last rating, so one that ended otherwise is reached by none.
    """
    if goal.status == GoalStatus.ACHIEVED or goal.status in NOT_REACHED:
        return goal.status == GoalStatus.ACHIEVED
    return bool(every) and all(reached(goal, rows) for rows in every)


def stalled_since(goal: Goal, rows: Rows, today: date) -> int | None:
    """Since when a goal that is worked on stands still, short of its target; None: it does not.

    That is the first rating which the latest is not a point above, and none since then is lower by
    more. By attainment: below the agreed level when the day of its review is past.
    """
    if goal.status not in UNDER_WAY or not rows or reached(goal, rows):
        return None
    if goal.method == GoalMethod.GAS:
        past = goal.review_on is not None and goal.review_on < today.toordinal()
        return _below_since(rows) if past else None
    if len(rows) < RATINGS or rows[-1][3] - rows[-RATINGS][3] >= GAIN:
        return None
    since = -RATINGS
    while -since < len(rows) and rows[-1][3] - rows[since - 1][3] < GAIN:
        since -= 1
    return int(rows[since][0])


def _below_since(rows: Rows) -> int:
    """The first of the latest levels without a break that are below the agreed one."""
    for at, _, _, level, *_ in reversed(rows):
        if level >= EXPECTED:
            break
        since = at
    return int(since)


def own(goal: Goal) -> Rows:
    """The goal's own line: all ratings of one client's goal, the common ones of a shared goal."""
    return line(goal, goal.client)
