"""The case page: how is this person doing."""

from datetime import datetime
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import flags_of
from services.web.charts.domains import domains_chart
from services.web.clinician import figures, summary
from services.web.clinician.record import Record, record
from services.web.clinician.timeline import timeline
from services.web.clinician.views import goals_of, measures_of
from services.web.diary import Session, sessions_of
from services.web.freshness import RISK_LIMIT, freshness
from services.web.shell.fronts import CLINICIAN
from services.web.visit import Form, Visit
from services.web.walltime import wall


EVENTS = 8  # entries of the timeline that stand without opening anything


async def case_page(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page of one case."""
    found = await record(visit, case_id)
    now = wall(visit.now, found.clinic.zone)
    return visit.page(
        "clinician/case.html",
        status=status,
        title=f"Case {found.case.number}",
        form=form or Form(),
        case=found.case,
        clinic=found.clinic,
        now=now,
        record=found,
        fresh=freshness("Goals, scores and flags", found.shown, visit.now, RISK_LIMIT),
        acts=visit.front == CLINICIAN and found.case.status != "closed",
        live=f"ratings,answers,flags,diary&case_id={case_id}",
        **figures_of(found),
        **history_of(found, now),
    )


def figures_of(found: Record) -> dict[str, Any]:
    """What is measured: facts, goals, measures, domains, and the whole in two sentences."""
    shown = found.shown
    charts, safety = measures_of(found)
    return {
        "facts": facts(found, shown),
        "headline": summary.case_sentence(shown["goals"]) if shown else "",
        "details": summary.measure_words([(m.name, m.chart.sentence) for m in charts], safety),
        "goals": goals_of(found),
        "measures": charts,
        "domains": domains_chart("domains", figures.standings(shown["goals"])) if shown else None,
    }


def history_of(found: Record, now: datetime) -> dict[str, Any]:
    """What happened and what comes: flags, sessions, the timeline, messages."""
    cases, shown = {found.case.case_id: found.case}, found.shown
    flags = flags_of(shown["flags"] if shown else [], cases)
    sessions = sessions_of(found.diary.items, cases, found.clinic)
    return {
        "flags": [flag for flag in flags if flag.state not in ("closed", "cleared")],
        "entries": timeline(shown, flags, sessions, found.clinic, now),
        "events": EVENTS,
        "messages": sorted(found.messages.items, key=lambda m: m["created_at"], reverse=True),
        "recordable": to_record(sessions, now),
        "coming": [s for s in sessions if s.status == "booked" and s.starts > now][:3],
    }


def to_record(sessions: list[Session], now: datetime) -> list[Session]:
    """The latest sessions of which nobody said what became of them."""
    return [s for s in sessions if s.recordable(now) and s.outcome is None][-3:]


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
