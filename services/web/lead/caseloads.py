"""Caseloads: how each clinician's cases are doing, for supervision."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from services.web.cases import by_id
from services.web.clients import Part, part, parts
from services.web.clinician.caseload import caseload_rows, standing_flags
from services.web.directory import Clinic
from services.web.freshness import freshness, left_out
from services.web.problems import NotThere
from services.web.still.asking import standing_still
from services.web.visit import Visit
from services.web.walltime import wall


@dataclass(frozen=True)
class Load:
    """One clinician's caseload in figures."""

    staff_id: str
    name: str
    away: bool
    cases: int
    flags: int
    better: int
    worse: int
    unrated: int


async def caseloads(visit: Visit) -> Response:
    """A line for each clinician of the clinic."""
    clinic = await visit.clinic()
    still, *answers = await asyncio.gather(
        part(standing_still(visit, clinic_id=clinic.clinic_id)),
        *(part(_caseload(visit, staff_id)) for staff_id in clinic.clinicians),
    )
    loads = [load_of(s, clinic, a) for s, a in zip(clinic.clinicians, answers, strict=True)]
    newest = next((answer.value for answer in answers if answer.value), None)
    return visit.page(
        "lead/caseloads.html",
        title="Caseloads",
        clinic=clinic,
        fresh=freshness("Goals, scores and flags", newest, visit.now, others=still),
        unread=left_out({"unreadable": _unreadable(answers)}, still),
        loads=sorted(loads, key=lambda load: load.name),
        live="flags,ratings,answers",
    )


def _unreadable(answers: Iterable[Part]) -> int:
    return sum(answer.value.get("unreadable", 0) for answer in answers if answer.value)


async def _caseload(visit: Visit, staff_id: str) -> Any:
    return await visit.api.every("progress", "/v1/caseload", clinician_id=staff_id)


def load_of(staff_id: str, clinic: Clinic, answer: Part) -> Load:
    """The figures of one caseload."""
    items = answer.items
    verdicts = [worst(item) for item in items]
    return Load(
        staff_id=staff_id,
        name=clinic.who(staff_id),
        away=answer.away,
        cases=len(items),
        flags=sum(len(standing_flags(item["flags"])) for item in items),
        better=verdicts.count("reliably_better"),
        worse=verdicts.count("reliably_worse"),
        unrated=verdicts.count(None),
    )


def worst(item: dict[str, Any]) -> str | None:
    """A case's verdict: worse when anything is, better when anything is and nothing is worse."""
    found = {each["verdict"] for each in (*item["goals"], *item["measures"]) if each["points"]}
    for verdict in ("reliably_worse", "reliably_better", "no_reliable_change", "first_score"):
        if verdict in found:
            return verdict
    return next(iter(found), None)


async def caseload(visit: Visit, staff_id: str) -> Response:
    """One clinician's cases, as on their own home page."""
    clinic = await visit.clinic()
    if staff_id not in clinic.clinicians:
        raise NotThere
    now = wall(visit.now, clinic.zone)
    answer, cases, still = await parts(
        _caseload(visit, staff_id),
        visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id),
        standing_still(visit, clinician_id=staff_id),
    )
    return visit.page(
        "lead/caseload.html",
        title="Caseload",
        clinic=clinic,
        now=now,
        fresh=freshness("Goals, scores and flags", answer.value, visit.now, others=still),
        name=clinic.who(staff_id),
        answer=answer,
        unread=left_out(answer.value or {}, still),
        rows=caseload_rows(answer.items, by_id(cases.items), [], now, clinic),
        live="flags,ratings,answers",
    )
