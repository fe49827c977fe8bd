"""A case's goals and measures as its page shows them: charts with the words around them."""

from dataclasses import dataclass
from typing import Any

from services.web import words
from services.web.cases import goal_verdict
from services.web.charts.drawing import Chart
from services.web.charts.words import Verdict, verdict
from services.web.clinician import figures
from services.web.clinician.record import Record
from services.web.walltime import wall
from shared.events.measures import UnknownMeasure


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
    meta: str
    status: str
    lines: list[GoalLine]  # none while the projection is away or has not heard of the goal

    @property
    def chart(self) -> Chart | None:
        """The first of its charts."""
        return self.lines[0].chart if self.lines else None


@dataclass(frozen=True)
class MeasureView:
    """One measure with its chart."""

    name: str
    way: str
    who: str
    chart: Chart
    verdict: Verdict


def goals_of(found: Record) -> list[GoalView]:
    """The goals in the clients' own words; by domain alone where the goals service is away."""
    projected = {goal["goal_id"]: goal for goal in (found.shown or {"goals": []})["goals"]}
    owned = {goal["goal_id"]: goal for goal in found.goals.items}
    return [
        _goal(n, found, owned.get(key), projected.get(key))
        for n, key in enumerate({**owned, **projected})
    ]


def unheard(found: Record) -> int:
    """How many goals the projection, which is here, has not heard of yet."""
    heard = {goal["goal_id"] for goal in (found.shown or {"goals": []})["goals"]}
    return sum(goal["goal_id"] not in heard for goal in found.goals.items) if found.shown else 0


def _goal(
    n: int, found: Record, owned: dict[str, Any] | None, projected: dict[str, Any] | None
) -> GoalView:
    goal = owned or projected or {}
    kind = words.said(words.KINDS, goal["kind"])
    title = owned["title"] if owned else kind
    whose = f" · {found.client(goal['client_id'])}" if len(found.case.clients) > 1 else ""
    zone = found.clinic.zone
    set_at = wall(owned["set_at"], zone) if owned else None
    began = f" · set {set_at.day} {set_at:%B}" if set_at else ""
    return GoalView(
        goal_id=goal["goal_id"],
        title=title,
        own_words=owned is not None,
        description=owned["description"] if owned else None,
        meta=f"{kind}{whose}{began}{_target(goal)}",
        status=goal.get("status", "active"),
        lines=_lines(n, title, projected, found) if projected else [],
    )


def _target(goal: dict[str, Any]) -> str:
    return "" if goal.get("method") == "gas" else f" · target {goal['target']}"


def _lines(n: int, title: str, goal: dict[str, Any], found: Record) -> list[GoalLine]:
    """One line for each who rates it: members of a shared goal are never mixed into one."""
    zone, points = found.clinic.zone, goal["points"]
    if goal["client_id"] is not None or len(found.case.clients) < 2:
        chart = figures.chart_of_goal(str(n), title, goal, points, zone)
        return [GoalLine("", chart, goal_verdict(goal))]
    theirs = {line["client_id"]: line for line in goal.get("lines", [])}
    return [
        GoalLine(
            found.client(client) if client else "the clinician",
            figures.chart_of_goal(
                f"{n}-{m}", title, goal, [p for p in points if p.get("client_id") == client], zone
            ),
            verdict(theirs[client]["verdict"], theirs[client]["change"])
            if client in theirs
            else verdict(None, None),
        )
        for m, client in enumerate(dict.fromkeys(p.get("client_id") for p in points))
    ]


def measures_of(found: Record) -> tuple[list[MeasureView], list[str]]:
    """The measures' charts, and what their safety items said last."""
    views: list[MeasureView] = []
    safety: list[str] = []
    for n, answered in enumerate((found.shown or {"measures": []})["measures"]):
        try:
            chart, said = figures.chart_of_measure(n, answered, found.clinic.zone)
        except UnknownMeasure:
            continue
        several = len(found.case.clients) > 1
        who = found.client(answered["client_id"]) if several else ""
        name = figures.name_of_measure(answered["measure"])
        way = figures.way_of_measure(answered["measure"])
        views.append(MeasureView(name, way, who, chart, figures.measure_verdict(answered)))
        safety += [said] if said else []
    return views, safety
