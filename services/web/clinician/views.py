"""A case's goals and measures as its page shows them: charts with the words around them."""

from dataclasses import dataclass
from typing import Any

from services.web import words
from services.web.cases import goal_verdict
from services.web.charts.drawing import Chart
from services.web.charts.words import Verdict
from services.web.clinician import figures
from services.web.clinician.record import Record
from services.web.walltime import wall
from shared.events.measures import UnknownMeasure


@dataclass(frozen=True)
class GoalView:
    """One goal with its chart."""

    goal_id: str
    title: str
    description: str | None
    meta: str
    chart: Chart
    verdict: Verdict


@dataclass(frozen=True)
class MeasureView:
    """One measure with its chart."""

    name: str
    who: str
    chart: Chart
    verdict: Verdict


def goals_of(found: Record) -> list[GoalView]:
    """The goals in the clients' own words; by domain alone where the goals service is away."""
    projected = {goal["goal_id"]: goal for goal in (found.shown or {"goals": []})["goals"]}
    owned = {goal["goal_id"]: goal for goal in found.goals.items}
    known = [projected.get(key, owned.get(key)) for key in {**owned, **projected}]
    return [
        _goal(n, found, goal, owned.get(goal["goal_id"]))
        for n, goal in enumerate(each for each in known if each)
    ]


def _goal(n: int, found: Record, goal: dict[str, Any], owned: dict[str, Any] | None) -> GoalView:
    projected = goal if "points" in goal else {**goal, "points": []}
    kind = words.said(words.KINDS, goal["kind"])
    title = owned["title"] if owned else kind
    whose = f" · {found.client(goal['client_id'])}" if len(found.case.clients) > 1 else ""
    set_at = wall(owned["set_at"], found.clinic.zone) if owned else None
    began = f" · set {set_at.day} {set_at:%B}" if set_at else ""
    return GoalView(
        goal_id=goal["goal_id"],
        title=title,
        description=owned["description"] if owned else None,
        meta=f"{kind}{whose}{began} · target {goal['target']}",
        chart=figures.chart_of_goal(n, title, projected, found.clinic.zone),
        verdict=goal_verdict(projected),
    )


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
        views.append(MeasureView(name, who, chart, figures.measure_verdict(answered)))
        safety += [said] if said else []
    return views, safety
