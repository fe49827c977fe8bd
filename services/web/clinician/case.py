"""The case page: how is this person doing. Five services on one page, each may be away."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import Case, case_of, flags_of, goal_verdict
from services.web.charts.domains import domains_chart
from services.web.charts.drawing import Chart
from services.web.charts.words import Verdict
from services.web.clients import Part, part
from services.web.clinician import figures, summary
from services.web.clinician.timeline import timeline
from services.web.diary import sessions_of
from services.web.directory import Clinic
from services.web.freshness import RISK_LIMIT, freshness
from services.web.problems import NotThere
from services.web.shell.fronts import CLINICIAN
from services.web.visit import Form, Visit
from services.web.walltime import wall
from shared.events.measures import UnknownMeasure


WAITED = 4.0  # seconds: the projection itself waits two for an act's event
WAITS = 1.9
EVENTS = 8  # entries of the timeline that stand without opening anything


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


@dataclass(frozen=True)
class Record:
    """Everything the services said about a case."""

    case: Case
    clinic: Clinic
    progress: Part
    goals: Part
    diary: Part
    messages: Part

    @property
    def shown(self) -> dict[str, Any] | None:
        """The projection, if it answered."""
        found: dict[str, Any] | None = self.progress.value
        return found

    def client(self, client_id: str | None) -> str:
        """A client of the case by first name; of all of them, who they are."""
        known = {c["client_id"]: c["given_name"] for c in self.case.clients}
        if client_id is None:
            return "all" if len(known) > 1 else next(iter(known.values()), "the client")
        return known.get(client_id, "a client")


async def record(visit: Visit, case_id: str) -> Record:
    """All parts of a case at once; NotThere for one that does not exist for this person."""
    ask = visit.api
    cases, progress, goals, diary, messages = await asyncio.gather(
        ask.get("intake", "/v1/cases", ids=case_id),
        part(_progress(visit, case_id)),
        part(ask.every("goals", "/v1/goals", case_id=case_id)),
        part(ask.every("scheduling", "/v1/appointments", case_id=case_id)),
        part(ask.every("notifications", "/v1/messages", case_id=case_id)),
    )
    if not cases["items"]:
        raise NotThere
    case = case_of(cases["items"][0])
    return Record(case, await visit.clinic_of(case.clinic_id), progress, goals, diary, messages)


async def _progress(visit: Visit, case_id: str) -> Any:
    began = time.monotonic()
    answer = await visit.api.get(
        "progress",
        f"/v1/cases/{case_id}",
        patient=visit.after is not None,
        limit=WAITED,
        after=visit.after,
    )
    # The projection waits two seconds for an own act; when that was not enough the page says so.
    return answer | {"follows": visit.after is not None and time.monotonic() - began > WAITS}


async def case_page(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page of one case."""
    found = await record(visit, case_id)
    clinic, now = found.clinic, wall(visit.now, found.clinic.zone)
    shown = found.shown
    flags = flags_of(shown["flags"] if shown else [], {case_id: found.case})
    sessions = sessions_of(found.diary.items, {case_id: found.case}, clinic)
    charts, safety = measures_of(found)
    entries = timeline(shown, flags, sessions, clinic, now)
    return visit.page(
        "clinician/case.html",
        status=status,
        title=f"Case {found.case.number}",
        form=form or Form(),
        case=found.case,
        clinic=clinic,
        now=now,
        record=found,
        fresh=freshness("Goals, scores and flags", shown, visit.now, RISK_LIMIT),
        facts=facts(found, shown),
        headline=summary.case_sentence(shown["goals"]) if shown else "",
        details=summary.measure_words([(m.name, m.chart.sentence) for m in charts], safety),
        goals=goals_of(found),
        measures=charts,
        domains=domains_chart("domains", figures.standings(shown["goals"])) if shown else None,
        flags=[flag for flag in flags if flag.state not in ("closed", "cleared")],
        sessions=sessions,
        recordable=[s for s in sessions if s.recordable(now) and s.outcome is None][-3:],
        coming=[s for s in sessions if s.status == "booked" and s.starts > now][:3],
        entries=entries,
        messages=sorted(found.messages.items, key=lambda m: m["created_at"], reverse=True),
        events=EVENTS,
        acts=visit.front == CLINICIAN and found.case.status != "closed",
        live=f"ratings,answers,flags,diary&case_id={case_id}",
    )


def facts(found: Record, shown: dict[str, Any] | None) -> list[tuple[str, str]]:
    """The facts below the name."""
    case = found.case
    told = [
        ("Case", f"{case.number}, {words.said(words.MODALITIES, case.modality)}"),
        ("Clinician", found.clinic.who(case.clinician_id)),
    ]
    if case.opened_at:
        opened = wall(case.opened_at, found.clinic.zone)
        told.append(("Started", f"{opened.day} {opened:%B %Y}"))
    if shown:
        told.append(("Sessions", summary.attendance_words(shown["attendance"])))
    return told


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
