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
    own_words: bool  # whether the title is the client's, or only the kind of goal
    description: str | None
    meta: str
    chart: Chart | None  # none while the projection is away or has not heard of the goal
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
        meta=f"{kind}{whose}{began} · target {goal['target']}",
        chart=figures.chart_of_goal(n, title, projected, zone) if projected else None,
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
