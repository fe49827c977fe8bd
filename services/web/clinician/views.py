"""A case's goals as its page shows them: charts with the words around them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.web import words
from services.web.cases import goal_verdict
from services.web.charts.drawing import Chart
from services.web.charts.words import Verdict, rated
from services.web.clinician import figures
from services.web.clinician.record import Record
from services.web.walltime import wall


WORKED_ON = ("proposed", "active", "on_hold")
Versions = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class GoalLine:
    """How one of the people who rate a goal sees it move; `who` is empty when there is one."""

    who: str
    chart: Chart
    verdict: Verdict


@dataclass(frozen=True)
class GoalView:
    """One goal with its chart."""

    goal_id: str
    title: str
    own_words: bool  # whether the title is the client's, or only the kind of goal
    description: str | None
    kind: str
    meta: str
    status: str
    review_on: date | None
    stalled: str  # since when it stands still, in words; empty when it does not
    heard: bool  # whether the projection knows it
    lines: list[GoalLine] = field(default_factory=list)  # none where the projection has none

    @property
    def chart(self) -> Chart | None:
        """The first of its charts."""
        return self.lines[0].chart if self.lines else None

    @property
    def open(self) -> bool:
        """Whether it is still worked on, or may come to be."""
        return self.status in WORKED_ON

    def due(self, today: date) -> bool:
        """Whether its review date is past."""
        return self.open and self.review_on is not None and self.review_on < today


def goals_of(found: Record, versions: Versions | None = None) -> list[GoalView]:
    """The goals in the clients' own words, by kind; by kind alone where goals are away."""
    projected = {goal["goal_id"]: goal for goal in (found.shown or {"goals": []})["goals"]}
    owned = {goal["goal_id"]: goal for goal in found.goals.items}
    told = [
        _goal(n, found, owned.get(key), projected.get(key), (versions or {}).get(key, []))
        for n, key in enumerate({**owned, **projected})
    ]
    order = list(words.KINDS)
    return sorted(told, key=lambda goal: order.index(goal.kind) if goal.kind in order else 99)


def by_kind(goals: list[GoalView]) -> list[tuple[str, list[GoalView]]]:
    """Goals that are worked on, on a shelf for each kind that has one."""
    kinds = dict.fromkeys(goal.kind for goal in goals if goal.open)
    return [
        (words.said(words.KINDS, kind), [g for g in goals if g.open and g.kind == kind])
        for kind in kinds
    ]


def unheard(found: Record) -> int:
    """How many goals the projection, which is here, has not heard of yet."""
    heard = {goal["goal_id"] for goal in (found.shown or {"goals": []})["goals"]}
    return sum(goal["goal_id"] not in heard for goal in found.goals.items) if found.shown else 0


def _goal(
    n: int,
    found: Record,
    owned: dict[str, Any] | None,
    projected: dict[str, Any] | None,
    versions: list[dict[str, Any]],
) -> GoalView:
    goal = owned or projected or {}
    title = owned["title"] if owned else words.said(words.KINDS, goal["kind"])
    review = goal.get("review_on")
    return GoalView(
        goal_id=goal["goal_id"],
        title=title,
        own_words=owned is not None,
        description=owned["description"] if owned else None,
        kind=goal["kind"],
        meta=_meta(found, goal, owned),
        status=goal.get("status", "active"),
        review_on=date.fromisoformat(review) if review else None,
        stalled=standstill(projected or {}, found.clinic.zone, found.client),
        heard=projected is not None,
        lines=_lines(n, title, projected, found, versions) if projected else [],
    )


def standstill(goal: dict[str, Any], zone: str, name: Callable[[str], str]) -> str:
    """Since when a goal stands still, in words; of a goal of several people, whose line does."""
    if not goal.get("stalled_since"):
        return ""
    since = wall(goal["stalled_since"], zone)
    day = f"{since.day} {since:%B}"
    names = [] if goal["client_id"] else [name(client) for client in goal["stalled_clients"]]
    whose = f"{', '.join(names)}: " if names else ""
    if goal.get("method") == "gas":
        return f"{whose}Below the agreed level since {day}, and its review is due."
    if goal["status"] == "on_hold":
        return f"{whose}No higher than on {day}; on hold."
    return f"{whose}No higher than on {day}: it may need to be agreed anew."


def _meta(found: Record, goal: dict[str, Any], owned: dict[str, Any] | None) -> str:
    """Whose it is, since when, and what it aims at."""
    told = [found.client(goal["client_id"])] if len(found.case.clients) > 1 else []
    if owned:
        set_at = wall(owned["set_at"], found.clinic.zone)
        told.append(f"set {set_at.day} {set_at:%B}")
    aim = "five described levels" if goal.get("method") == "gas" else f"target {goal['target']}"
    said = " · ".join([*told, aim])
    return said[0].upper() + said[1:]


def _lines(
    n: int, title: str, goal: dict[str, Any], found: Record, versions: list[dict[str, Any]]
) -> list[GoalLine]:
    """A line for each who rates it: nobody's ratings are mixed with another's into one movement."""
    zone = found.clinic.zone
    aim = figures.aimed(goal, versions, zone)
    shared = goal["client_id"] is None and len(found.case.clients) > 1
    voices = dict.fromkeys(_voice(point, shared) for point in goal["points"])
    if len(voices) < 2 and not shared:
        chart = figures.chart_of_goal(str(n), title, goal, goal["points"], aim, zone)
        return [GoalLine("", chart, goal_verdict(goal))]
    lines = []
    for m, voice in enumerate(sorted(voices, key=lambda voice: voice[1] != "client")):
        theirs = [point for point in goal["points"] if _voice(point, shared) == voice]
        chart = figures.chart_of_goal(f"{n}-{m}", title, goal, theirs, aim, zone)
        lines.append(GoalLine(_who(found, goal, voice), chart, _line_verdict(goal, voice, shared)))
    return lines


def _voice(point: dict[str, Any], shared: bool) -> tuple[str | None, str]:
    """Whose rating it is: of a shared goal for which member, and by whom."""
    return (point.get("client_id") if shared else None, point["by"])


def _who(found: Record, goal: dict[str, Any], voice: tuple[str | None, str]) -> str:
    client, by = voice
    if by == "client":
        return found.client(client or goal["client_id"])
    return f"The clinician, of {found.client(client)}" if client else "The clinician"


def _line_verdict(goal: dict[str, Any], voice: tuple[str | None, str], shared: bool) -> Verdict:
    """The verdict on one voice's own ratings."""
    for line in goal.get("lines", []):
        if (line["client_id"] if shared else None, line["by"]) == voice:
            return rated(line["verdict"], line["change"])
    return rated(None, None)
