"""The case page: how is this person doing."""

import asyncio
from datetime import datetime
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import flags_of
from services.web.charts.domains import domains_chart
from services.web.clients import Part, parts
from services.web.clinician import figures, people, summary
from services.web.clinician.assignments import given_of
from services.web.clinician.letters import letters_of
from services.web.clinician.record import Record, record
from services.web.clinician.timeline import Sources, timeline
from services.web.clinician.views import goals_of, measures_of, unheard
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
    clients, referral, assigned = await parts(
        _clients(visit, found),
        visit.api.get("intake", f"/v1/referrals/{case_id}"),
        visit.api.every("goals", "/v1/assignments", case_id=case_id),
    )
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
        acts=visit.front == CLINICIAN and not found.case.closed,
        live=f"ratings,answers,flags,diary&case_id={case_id}",
        facts=facts(found, clients, now),
        assigned=assigned,
        given=given_of(assigned, found, visit),
        **figures_of(found),
        **history_of(found, referral, now),
    )


async def _clients(visit: Visit, found: Record) -> list[dict[str, Any]]:
    ids = [client["client_id"] for client in found.case.clients]
    asked = (visit.api.get("intake", f"/v1/clients/{each}") for each in ids)
    return list(await asyncio.gather(*asked))


def figures_of(found: Record) -> dict[str, Any]:
    """What is measured: goals, measures, domains, and the whole in two sentences."""
    shown = found.shown
    charts, safety = measures_of(found)
    return {
        "headline": summary.case_sentence(shown["goals"], unheard(found)) if shown else "",
        "details": summary.measure_words([(m.name, m.chart.sentence) for m in charts], safety),
        "goals": goals_of(found),
        "measures": charts,
        "domains": domains_chart("domains", figures.standings(shown["goals"])) if shown else None,
    }


def history_of(found: Record, referral: Part, now: datetime) -> dict[str, Any]:
    """What happened and what comes: flags, sessions, the timeline, messages."""
    cases, shown = {found.case.case_id: found.case}, found.shown
    flags = flags_of(shown["flags"] if shown else [], cases)
    sessions = sessions_of(found.diary.items, cases, found.clinic)
    told = Sources(shown, flags, sessions, found.goals.items, referral.value)
    return {
        "flags": [flag for flag in flags if flag.state not in ("closed", "cleared")],
        "entries": timeline(told, found.clinic, now),
        "untold": untold(found, referral),
        "events": EVENTS,
        "letters": letters_of(found.messages.items),
        "recordable": to_record(sessions, now),
        "coming": [s for s in sessions if s.status == "booked" and s.starts > now][:3],
    }


def untold(found: Record, referral: Part) -> str:
    """What the timeline lacks because it cannot be shown; empty when nothing does."""
    parts_ = (
        ("ratings, answers and flags", found.progress),
        ("goals that were set", found.goals),
        ("sessions", found.diary),
        ("the referral", referral),
    )
    away = [what for what, each in parts_ if each.away]
    return " and ".join(filter(None, (", ".join(away[:-1]), away[-1]))) if away else ""


def to_record(sessions: list[Session], now: datetime) -> list[Session]:
    """The latest sessions of which nobody said what became of them."""
    return [s for s in sessions if s.recordable(now) and s.outcome is None][-3:]


def facts(found: Record, clients: Part, now: datetime) -> list[tuple[str, str]]:
    """The facts below the name."""
    case, shown = found.case, found.shown
    told = [
        *people.about(None if clients.away else clients.value, now.date()),
        ("Case", f"{case.number}, {words.said(words.MODALITIES, case.modality)}"),
        ("Clinician", found.clinic.who(case.clinician_id)),
    ]
    if case.opened_at:
        opened = wall(case.opened_at, found.clinic.zone)
        told.append(("Started", f"{opened.day} {opened:%B %Y}"))
    attended = summary.attendance_words(shown["attendance"]) if shown else people.AWAY
    return [*told, ("Sessions", attended)]
