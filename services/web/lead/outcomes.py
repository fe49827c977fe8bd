"""Outcomes: a month's figures with numerator, denominator and rule, and the cases behind each."""

import asyncio
from typing import Any

from fastapi import Response
from fastapi.responses import RedirectResponse

from services.web.cases import by_id, name_in
from services.web.clients import Part, part, parts
from services.web.freshness import freshness, left_out, unread
from services.web.lead.months import (
    TOO_FEW,
    WHATS,
    Choice,
    as_csv,
    chosen,
    figure_name,
    file_name,
    finished,
    instead_words,
    kinds_note,
    months,
    nearby,
    not_shown_words,
    percent,
    published,
)
from services.web.problems import NotThere
from services.web.still.asking import standing_still
from services.web.visit import Visit
from services.web.walltime import wall


SLOW = 8.0  # seconds: a month is counted from every case of the clinic


async def outcomes(visit: Visit) -> Response:
    """The figures of one month."""
    clinic = await visit.clinic()
    now = wall(visit.now, clinic.zone)
    known = months(now.date())
    wish = visit.request.query_params.get("month")
    rounded = visit.request.query_params.get("rounded") == "yes"
    ((month, name), told, instead), still = await asyncio.gather(
        _shown(visit, wish, known, rounded),
        part(standing_still(visit, clinic_id=clinic.clinic_id)),
    )
    return visit.page(
        "lead/outcomes.html",
        title=f"Outcomes, {name}",
        clinic=clinic,
        now=now,
        fresh=freshness("Figures", told.value, visit.now, others=still),
        told=told,
        unread=left_out(told.value or {}, still),
        month=month,
        name=name,
        rounded=rounded,
        instead=instead,
        kinds_note=kinds_note((month, name), known),
        months=known,
        whats=list(WHATS.items()),
        percent=percent,
        too_few=TOO_FEW,
    )


async def _shown(
    visit: Visit, wish: str | None, known: list[Choice], rounded: bool
) -> tuple[Choice, Part, str]:
    """The month that was asked for, else the newest near it in which a course ended; and why."""
    month = chosen(wish, known)
    told = await part(_figures(visit, month[0], rounded))
    # Where small numbers are left out, nobody is told which months have courses that ended.
    if wish is None and not rounded and told.value and not finished(told.value):
        for other in nearby(known):
            found = await part(_figures(visit, other[0], rounded))
            if found.value and finished(found.value):
                return other, found, instead_words(month[1], other[1], over=other != known[0])
    return month, told, not_shown_words(wish, known)


async def _figures(visit: Visit, month: str, rounded: bool) -> dict[str, Any]:
    found: dict[str, Any] = await visit.api.get(
        "progress",
        "/v1/figures",
        within=SLOW,
        clinic_id=visit.clinic_id(),
        month=month,
        suppressed="true" if rounded else None,
    )
    return published(found) if rounded else found


async def download(visit: Visit) -> Response:
    """The same as a CSV. A month that is none here has no file: the page says why."""
    clinic = await visit.clinic()
    known = months(wall(visit.now, clinic.zone).date())
    wish = visit.request.query_params.get("month")
    if not_shown_words(wish, known):
        return RedirectResponse(f"/lead/outcomes?{visit.request.url.query}", 303)
    month, _ = chosen(wish, known)
    rounded = visit.request.query_params.get("rounded") == "yes"
    told, still = await asyncio.gather(
        _figures(visit, month, rounded),
        part(standing_still(visit, clinic_id=clinic.clinic_id)),
    )
    name = file_name(month, rounded=rounded)
    return Response(
        as_csv(told | {"standing_still": len(still.items)}),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


async def behind(visit: Visit) -> Response:
    """The cases that a figure counts, and those that it could have counted."""
    clinic = await visit.clinic()
    now = wall(visit.now, clinic.zone)
    wish, known = visit.request.query_params.get("month"), months(now.date())
    month, name = chosen(wish, known)
    figure = visit.request.query_params.get("figure", "")
    if not figure.replace(".", "").replace("_", "").isalnum():
        raise NotThere
    told, found, cases = await parts(
        _figures(visit, month, False),
        visit.api.every(
            "progress", "/v1/figures/cases", clinic_id=clinic.clinic_id, month=month, figure=figure
        ),
        visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id),
    )
    named = by_id(cases.items)
    figures = told.value["figures"] if told.value else []
    rule = next((each["words"] for each in figures if each["figure"] == figure), None)
    return visit.page(
        "lead/behind.html",
        title="The cases behind a figure",
        clinic=clinic,
        now=now,
        fresh=freshness("Figures", found.value, visit.now),
        found=found,
        month=month,
        month_name=name,
        instead=not_shown_words(wish, known),
        heading=figure_name(figure, figures),
        unread=unread(told.value or {}),
        # One sentence for all rows: of sessions each has its own number, of cases each is one.
        yes_or_no=all(each["of"] == 1 for each in found.items),
        rule=rule or (told.value["kinds_words"] if told.value else ""),
        rows=[
            (each, name_in(named, each["case_id"]), clinic.who(each["clinician_id"]))
            for each in sorted(found.items, key=lambda each: -each["counted"])
        ],
    )
