"""A case's goals as the shapes of an answer. No database here."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.progress.domain.lines import Rows, client_of, lines
from services.progress.domain.movement import (
    AGREED,
    UNDER_WAY,
    is_reached,
    own,
    rank,
    stalled_since,
    verdict,
    worst,
)
from services.progress.domain.outcomes.attainment import Attained, t_score
from services.progress.domain.outcomes.trend import per_week, told, trend
from services.progress.domain.packed import instant
from services.progress.domain.state import RATERS, RATINGS, Case, Goal
from services.progress.models.goals import (
    Attainment,
    GoalLine,
    GoalProgress,
    KindProgress,
    RatingPoint,
    TrendRead,
)
from shared.events.measures import Change
from shared.events.words import GoalKind, GoalMethod, GoalStatus, RatedBy


NO_ERROR_KNOWN = "No standard error of measurement is published for ratings of goals."
TOO_FEW = "A trend needs three scores over a day or longer."


def goals(case: Case, today: date) -> list[GoalProgress]:
    """Every goal that was heard of, in the order in which they came."""
    return [_goal(id_, goal, goal.kind, today) for id_, goal in case.goals.items() if goal.kind]


def _goal(goal_id: bytes, goal: Goal, kind: str, today: date) -> GoalProgress:
    rows = own(goal)
    since = {client: stalled_since(goal, rows, today) for client, rows in lines(goal).items()}
    still = {client: at for client, at in since.items() if at}
    return GoalProgress(
        goal_id=UUID(bytes=goal_id),
        client_id=UUID(bytes=goal.client) if goal.client else None,
        kind=GoalKind(kind),
        owner=goal.owner,
        target=goal.target,
        method=GoalMethod(goal.method),
        status=GoalStatus(goal.status),
        status_since=instant(goal.status_at),
        weight=goal.weight,
        reliable_change=goal.reliable_change,
        review_on=date.fromordinal(goal.review_on) if goal.review_on else None,
        ratings=len(rows),
        first=rows[0][3] if rows else None,
        latest=rows[-1][3] if rows else None,
        best=goal.best if rows else None,
        change=rows[-1][3] - rows[0][3] if rows else None,
        verdict=verdict(goal, rows),
        reached=is_reached(goal, [rows]),
        stalled=bool(still),
        stalled_since=instant(min(still.values())) if still else None,
        stalled_clients=[UUID(bytes=client) for client in still if client],
        trend=_trend(rows),
        lines=_lines_read(goal),
        points=_points(goal),
    )


def _lines_read(goal: Goal) -> list[GoalLine]:
    found: dict[tuple[bytes | None, int], Rows] = {}
    for row in RATINGS.rows(goal.ratings):
        found.setdefault((client_of(goal, row[5]), row[4]), []).append(row)
    return [_line(goal, client, rater, rows) for (client, rater), rows in found.items()]


def _line(goal: Goal, client: bytes | None, rater: int, rows: Rows) -> GoalLine:
    return GoalLine(
        client_id=UUID(bytes=client) if client else None,
        by=RatedBy(RATERS[rater]),
        ratings=len(rows),
        first=rows[0][3],
        latest=rows[-1][3],
        best=max(row[3] for row in rows),
        change=rows[-1][3] - rows[0][3],
        verdict=verdict(goal, rows) or Change.FIRST_SCORE,
    )


def _points(goal: Goal) -> list[RatingPoint]:
    rows = [(row, False) for row in RATINGS.rows(goal.ratings)]
    rows += [(row, True) for row in RATINGS.rows(goal.voided)]
    rows.sort(key=lambda each: (each[0][0], each[0][6]))
    return [_point(goal, row, voided) for row, voided in rows]


def _point(goal: Goal, row: tuple[Any, ...], voided: bool) -> RatingPoint:
    at, rating_id, _, value, by, member, _ = row
    client = client_of(goal, member)
    return RatingPoint(
        rating_id=UUID(bytes=rating_id),
        at=instant(at),
        value=value,
        by=RatedBy(RATERS[by]),
        client_id=UUID(bytes=client) if client else None,
        voided=voided,
    )


def _trend(rows: Rows) -> TrendRead:
    enough = told([row[0] for row in rows])
    found = trend([(row[0], row[3]) for row in rows], 1.0) if enough else None
    slope, why = (per_week(found), NO_ERROR_KNOWN) if found else (None, TOO_FEW)
    return TrendRead(per_week=slope, index=None, reliable=None, why=why)


def attainment(case: Case) -> list[Attainment]:
    """T scores of the goals rated by attainment: each client's, and the case's as a whole.

    A client's are their own goals and their own lines of shared ones; the case's are all lines. The
    start is the level at which each goal was agreed to begin (B.3 [S9a]); of a goal that was set
    before that was told, its first rating.
    """
    found: dict[bytes | None, list[tuple[int, int, int]]] = {}
    for goal in case.goals.values():
        if goal.kind and goal.method == GoalMethod.GAS and goal.status in AGREED:
            for client, rows in lines(goal).items():
                start = rows[0][3] if goal.baseline is None else goal.baseline
                found.setdefault(client, []).append((start, rows[-1][3], goal.weight))
    every = [each for theirs in found.values() for each in theirs]
    own_ones = [(client, theirs) for client, theirs in found.items() if client]
    return [_attained(*each) for each in ([(None, every)] if every else []) + own_ones]


def _attained(client: bytes | None, rated: Sequence[tuple[int, int, int]]) -> Attainment:
    at_start = t_score([Attained(first, weight) for first, _, weight in rated])
    now = t_score([Attained(latest, weight) for _, latest, weight in rated])
    return Attainment(
        client_id=UUID(bytes=client) if client else None,
        t_score=round(now or 0.0, 1),
        at_start=round(at_start or 0.0, 1),
        goals=len(rated),
    )


def kinds(case: Case, today: date) -> list[KindProgress]:
    """The eight kinds of goal, each by the line that looks worst; what was not agreed is left out.

    Goals that are worked on come before those that ended.
    """
    return [_kind(case, kind, today) for kind in GoalKind]


def _kind(case: Case, kind: GoalKind, today: date) -> KindProgress:
    theirs = [
        (id_, goal)
        for id_, goal in case.goals.items()
        if goal.kind == kind and goal.status in AGREED
    ]
    rated = [(id_, goal, rows) for id_, goal in theirs for rows in lines(goal).values()]
    if not rated:
        said = "not_rated" if theirs else "no_goal"
        id_, goal = min(theirs, key=lambda each: each[0]) if theirs else (None, None)
        return _kind_read(kind, len(theirs), id_, goal, None, said, False)
    id_, goal, rows = min(rated, key=_looks_worst)
    still = any(stalled_since(goal, rows, today) for _, goal, rows in rated)
    return _kind_read(kind, len(theirs), id_, goal, rows, verdict(goal, rows), still)


def _looks_worst(each: tuple[bytes, Goal, Rows]) -> tuple[bool, int, bytes]:
    goal_id, goal, rows = each
    return goal.status not in UNDER_WAY, rank(verdict(goal, rows)), goal_id


def _kind_read(
    kind: GoalKind,
    goals: int,
    goal_id: bytes | None,
    goal: Goal | None,
    rows: Rows | None,
    said: Any,
    stalled: bool,
) -> KindProgress:
    return KindProgress(
        kind=kind,
        goals=goals,
        goal_id=UUID(bytes=goal_id) if goal_id else None,
        method=GoalMethod(goal.method) if goal else None,
        start=rows[0][3] if rows else None,
        now=rows[-1][3] if rows else None,
        target=goal.target if goal else None,
        verdict=said,
        stalled=stalled,
    )


def worst_of(case: Case) -> Change | None:
    """The verdict over all goals under way that asks for a look first."""
    return worst(
        verdict(goal, rows)
        for goal in case.goals.values()
        if goal.kind and goal.status in AGREED
        for rows in lines(goal).values()
    )
