"""The case page: how is this person doing."""

import asyncio
from datetime import datetime
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import flags_of
from services.web.charts.domains import domains_chart
from services.web.charts.words import full_date
from services.web.clients import Part, parts
from services.web.clinician import figures, outcome, people, since, summary
from services.web.clinician.assignments import given_of
from services.web.clinician.disclosed import disclosed_of, disclosures
from services.web.clinician.letters import letters_of
from services.web.clinician.measured import MeasureView, measures_of
from services.web.clinician.record import Record, record
from services.web.clinician.timeline import Sources, timeline
from services.web.clinician.views import Versions, by_kind, goals_of, unheard
from services.web.closing.ended import ended
from services.web.diary import Session, sessions_of
from services.web.flagging.evidence import titles_of
from services.web.freshness import RISK_LIMIT, freshness
from services.web.shell.fronts import CLINICIAN
from services.web.still.answered import answered, answers_of, stands
from services.web.still.left_out import left_out
from services.web.still.standing import still_of
from services.web.visit import Form, Visit
from services.web.walltime import wall


EVENTS = 8  # entries of the timeline that stand without opening anything


async def case_page(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page of one case."""
    found = await record(visit, case_id)
    still = await stands(visit, found)
    clients, gone, referral, assigned, recorded, versions, uncounted = await parts(
        _clients(visit, found),
        ended(visit, found.case, found.clinic),
        visit.api.get("intake", f"/v1/referrals/{case_id}"),
        visit.api.every("goals", "/v1/assignments", case_id=case_id),
        disclosures(visit, case_id),
        agreed_before(visit, found),
        answers_of(visit, found, still),
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
        closing=gone.value,
        still=still_of(still, found.clinic, now),
        left_out=left_out(found.shown, found.clinic.zone, now),
        uncounted=uncounted,
        answered=answered(uncounted.value or [], found.case, found.clinic, now),
        fresh=freshness("Goals, scores and flags", found.shown, visit.now, RISK_LIMIT),
        acts=visit.front == CLINICIAN and not found.case.closed,
        live=f"ratings,answers,flags,diary&case_id={case_id}",
        facts=facts(found, clients, now),
        assigned=assigned,
        given=given_of(assigned, found, visit),
        unfolded=visit.request.query_params.get("events") == "all",
        recorded=recorded,
        disclosed=disclosed_of(recorded, found),
        **figures_of(found, versions.value or {}, now),
        **history_of(found, referral, now),
    )


async def _clients(visit: Visit, found: Record) -> list[dict[str, Any]]:
    ids = [client["client_id"] for client in found.case.clients]
    asked = (visit.api.get("intake", f"/v1/clients/{each}") for each in ids)
    return list(await asyncio.gather(*asked))


async def agreed_before(visit: Visit, found: Record) -> Versions:
    """What was agreed of those goals that were changed: the charts show a step."""
    changed = [goal["goal_id"] for goal in found.goals.items if goal.get("version", 1) > 1]
    told = await parts(*(visit.api.get("goals", f"/v1/goals/{each}") for each in changed))
    return {
        goal_id: each.value["versions"]
        for goal_id, each in zip(changed, told, strict=True)
        if each.value
    }


def figures_of(found: Record, versions: Versions, now: datetime) -> dict[str, Any]:
    """What is measured: goals, measures, domains, and the whole in two sentences."""
    shown = found.shown
    measures, safety = measures_of(found)
    goals = goals_of(found, versions)
    return {
        "headline": summary.case_sentence(shown["goals"], unheard(found)) if shown else "",
        "standing": summary.STANDING,
        "said": summary.by_weight([_said(each) for each in measures]),
        "safety": safety,
        "goals": goals,
        "shelves": by_kind(goals),
        "ended": [goal for goal in goals if not goal.open],
        "due": [goal for goal in goals if not found.case.closed and goal.due(now.date())],
        "measures": measures,
        "domains": domains_chart("domains", figures.standings(shown["goals"])) if shown else None,
        **_comes_to(found),
    }


def _said(measure: MeasureView) -> summary.Said:
    """A measure in words; one without a total by its items."""
    name = f"{measure.name}, {measure.who}" if measure.who else measure.name
    words_ = measure.chart.sentence if measure.drawn else measure.sentence
    return summary.Said(name, words_, measure.verdict)


def _comes_to(found: Record) -> dict[str, Any]:
    """What the case comes to so far, and what is new since the last session."""
    shown = found.shown
    last = since.last_session(found.diary.items, shown)
    several = len(found.case.clients) > 1

    def who(client: str | None) -> str:
        return found.client(client) if several and client else ""

    named = since.Names(titles_of(found.goals), who)
    return {
        "last_session": wall(last, found.clinic.zone) if last else None,
        "changes": since.changes(shown, last, named) if shown and last else [],
        "outcomes": outcome.outcomes(shown, who) if shown else [],
        "rule": outcome.RULE,
        "waiting": outcome.waiting_words(shown.get("waiting")) if shown else "",
        "attainment": outcome.attainment_words(shown, found.client) if shown else [],
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
        "recordable": (waiting := to_record(sessions, now)),
        "coming": [s for s in sessions if s.to_come(now) and s not in waiting][:3],
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
        told.append(("Started", full_date(opened)))
    attended = summary.attendance_words(shown["attendance"]) if shown else people.AWAY
    return [*told, ("Sessions", attended)]
