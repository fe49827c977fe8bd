"""Goals as they are shown: first, latest, best, change, verdict, standstill, trend; by kind; T."""

from collections.abc import Sequence
from datetime import datetime
from math import sqrt
from typing import Any
from uuid import UUID

from services.progress.projection.reckoning.days import day_of
from services.progress.projection.reckoning.figures.trend import trend
from services.progress.projection.reckoning.goals import Goal, Rating
from services.progress.projection.reckoning.history import History
from shared.events.measures import Change
from shared.events.rules import DEFINITIONS, RuleParameter
from shared.events.words import GoalKind, GoalMethod, GoalStatus, Rule


WORKED_ON = (GoalStatus.ACTIVE, GoalStatus.ON_HOLD)
ENDED = (GoalStatus.ACHIEVED, GoalStatus.NOT_ACHIEVED, GoalStatus.OPEN_AT_CLOSING)
WORST_FIRST = (
    Change.RELIABLY_WORSE,
    Change.NO_RELIABLE_CHANGE,
    Change.NOT_COMPARABLE,
    Change.NO_PUBLISHED_THRESHOLD,
    Change.FIRST_SCORE,
    Change.RELIABLY_BETTER,
)
STILL = DEFINITIONS[Rule.GOAL_STALLED].parameter(RuleParameter.RATINGS).default


def goals(history: History, zone: str, now: datetime) -> dict[UUID, dict[str, Any]]:
    """Every goal that was set, by its id."""
    every = history.goals.values()
    return {goal.goal_id: _goal(goal, zone, now) for goal in every if goal.kind}


def _goal(goal: Goal, zone: str, now: datetime) -> dict[str, Any]:
    lines = {client: _still_since(goal, line, zone, now) for client, line in goal.lines()}
    still = {client: since for client, since in lines.items() if since}
    return {
        "client_id": goal.client,
        "kind": goal.kind,
        "owner": goal.owner,
        "target": goal.target,
        "method": goal.method,
        "status": goal.status,
        "status_since": goal.status_since,
        "weight": goal.weight,
        "reliable_change": goal.reliable_change,
        "review_on": goal.review_on,
        **_movement(goal, goal.line(goal.client)),
        "stalled": bool(still),
        "stalled_since": min(still.values(), default=None),
        "stalled_clients": {client for client in still if client},
        "lines": _lines(goal),
        "points": _points(goal),
    }


def _movement(goal: Goal, line: list[Rating]) -> dict[str, Any]:
    """The goal's own line; of a shared goal what was said for none of its clients alone."""
    values = [rating.value for rating in line]
    slope = trend([(rating.at, rating.value) for rating in line])
    return {
        "ratings": len(values),
        "first": values[0] if values else None,
        "latest": values[-1] if values else None,
        "best": max(values, default=None),
        "change": values[-1] - values[0] if values else None,
        "verdict": _verdict(goal, line),
        "reached": _came_about(goal, line),
        "trend": slope and slope.slope,
    }


def _verdict(goal: Goal, line: Sequence[Rating]) -> Change | None:
    """From the goal's own number of points on a change is more than chance (B.4 [S16][S17])."""
    if len(line) < 2:
        return Change.FIRST_SCORE if line else None
    if goal.method is GoalMethod.GAS:
        return Change.NO_PUBLISHED_THRESHOLD
    moved = line[-1].value - line[0].value
    if abs(moved) < goal.reliable_change:
        return Change.NO_RELIABLE_CHANGE
    return Change.RELIABLY_BETTER if moved > 0 else Change.RELIABLY_WORSE


def _reached(goal: Goal, line: Sequence[Rating]) -> bool:
    wanted = 0 if goal.method is GoalMethod.GAS else goal.target
    return bool(line) and line[-1].value >= wanted


def _came_about(goal: Goal, line: Sequence[Rating]) -> bool:
    """What somebody said of a goal's end holds; before that, or at its case's closing, the line."""
    match goal.status:
        case GoalStatus.ACHIEVED:
            return True
        case GoalStatus.NOT_ACHIEVED | GoalStatus.WITHDRAWN | GoalStatus.DECLINED:
            return False
        case _:
            return _reached(goal, line)


def _still_since(goal: Goal, line: list[Rating], zone: str, now: datetime) -> datetime | None:
    """Since when a goal that is worked on stands still short of its target (C.2, GOAL_STALLED)."""
    if goal.status not in WORKED_ON or not line or _reached(goal, line):
        return None
    if goal.method is GoalMethod.GAS:
        past = goal.review_on is not None and goal.review_on < day_of(now, zone)
        reached = [place for place, rating in enumerate(line, 1) if rating.value >= 0]
        return line[max(reached, default=0)].at if past else None
    since = None
    for number, rating in enumerate(reversed(line), 1):
        if number >= STILL and line[-1].value - rating.value >= 1:
            break
        since = rating if number >= STILL else None
    return since.at if since else None


def _lines(goal: Goal) -> set[tuple[Any, ...]]:
    """Each client's ratings in each rater's eyes."""
    rated = goal.rated()
    found = set()
    for client, by in {(goal.whose(each), each.by) for each in rated}:
        line = [each for each in rated if (goal.whose(each), each.by) == (client, by)]
        values = [each.value for each in line]
        moved = (values[0], values[-1], max(values), values[-1] - values[0])
        found.add((client, by, len(values), *moved, _verdict(goal, line)))
    return found


def _points(goal: Goal) -> list[tuple[Any, ...]]:
    every = sorted(goal.ratings, key=lambda each: (each.at, each.came))
    return [(e.rating_id, e.at, e.value, e.by, goal.whose(e), e.voided) for e in every]


def kinds(history: History, zone: str, now: datetime) -> dict[str, dict[str, Any]]:
    """The eight kinds of goal, each by the line that looks worst; ended goals come last."""
    return {kind.value: _kind(history, kind, zone, now) for kind in GoalKind}


def _kind(history: History, kind: GoalKind, zone: str, now: datetime) -> dict[str, Any]:
    agreed = (*WORKED_ON, *ENDED)
    theirs = [g for g in history.goals.values() if g.kind == kind and g.status in agreed]
    rated = [(goal, line) for goal in theirs for _, line in goal.lines()]
    if not rated:
        first = min((goal.goal_id for goal in theirs), default=None)
        said = "not_rated" if theirs else "no_goal"
        nothing = {"start": None, "now": None, "stalled": False}
        return {"goals": len(theirs), "goal_id": first, "verdict": said, **nothing}
    goal, line = min(rated, key=lambda each: _looks_worst(*each))
    return {
        "goals": len(theirs),
        "goal_id": goal.goal_id,
        "start": line[0].value,
        "now": line[-1].value,
        "verdict": _verdict(goal, line),
        "stalled": any(_still_since(*each, zone, now) for each in rated),
    }


def _looks_worst(goal: Goal, line: list[Rating]) -> tuple[bool, int, bytes]:
    said = _verdict(goal, line)
    rank = WORST_FIRST.index(said) if said else len(WORST_FIRST)
    return goal.status in ENDED, rank, goal.goal_id.bytes


def attainment(history: History) -> dict[UUID | None, dict[str, Any]]:
    """T scores of the goals rated by levels: each client's, and of the whole case (None).

    They start at the level that was agreed to be the beginning, or at the first rating (B.3 [S9a]).
    """
    found: dict[UUID | None, list[tuple[int, int, int]]] = {}
    for goal in history.goals.values():
        agreed = goal.kind and goal.status in (*WORKED_ON, *ENDED)
        for client, line in goal.lines() if agreed and goal.method is GoalMethod.GAS else ():
            start = line[0].value if goal.baseline is None else goal.baseline
            found.setdefault(client, []).append((start, line[-1].value, goal.weight))
    every = [each for theirs in found.values() for each in theirs]
    if every:
        found[None] = every
    return {client: _attained(theirs) for client, theirs in found.items()}


def _attained(rated: list[tuple[int, int, int]]) -> dict[str, Any]:
    return {
        "t_score": _t([(latest, weight) for _, latest, weight in rated]),
        "at_start": _t([(first, weight) for first, _, weight in rated]),
        "goals": len(rated),
    }


def _t(rated: list[tuple[int, int]]) -> float:
    """T = 50 + 10·Σwx / √(0.7·Σw² + 0.3·(Σw)²); weights that are all 0 count as 1 (B.3 [S31])."""
    if not any(weight for _, weight in rated):
        rated = [(level, 1) for level, _ in rated]
    gained = sum(level * weight for level, weight in rated)
    squares = sum(weight * weight for _, weight in rated)
    return 50 + 10 * gained / sqrt(0.7 * squares + 0.3 * sum(w for _, w in rated) ** 2)
