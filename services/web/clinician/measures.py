"""Entering a questionnaire: items by number key, our own labels, the help text."""

from typing import Any

from fastapi import Response

from services.web.clients import Part, part, parts
from services.web.clinician.entering import ONLY_TOTAL, asked, given
from services.web.clinician.forms import ON, closed_page, first_date, frame, instant
from services.web.clinician.record import Record, record
from services.web.problems import NotThere, Refused
from services.web.shelves import shelves
from services.web.visit import Form, Visit, refusals
from shared.events.measures import Measure, UnknownMeasure, definition


def known(code: str) -> Measure:
    """The measure of an address."""
    try:
        return definition(code)
    except UnknownMeasure:
        raise NotThere from None


async def measure_list(visit: Visit, case_id: str) -> Response:
    """The page on which one chooses what to enter: what the clinic has switched on, by kind."""
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    clinic = found.case.clinic_id
    offered = await part(visit.api.get("goals", "/v1/measures", clinic_id=clinic))
    return visit.page(
        "clinician/measure_list.html",
        title=f"Enter a questionnaire, case {found.case.number}",
        form=Form(),
        offered=offered,
        shelves=shelves([each for each in offered.items if each["pack"]["on"]]),
        **frame(visit, found),
    )


async def measure_form(
    visit: Visit, case_id: str, code: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page on which answers are entered."""
    measure = known(code)
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    people = [(c["client_id"], c["given_name"]) for c in found.case.clients]
    clinic = found.case.clinic_id
    settings, offered = await parts(
        visit.api.get("clinics", f"/v1/clinics/{clinic}/settings"),
        visit.api.get("goals", "/v1/measures", clinic_id=clinic),
    )
    if form is None and (why := switched_off(offered, code)):
        return _off(visit, found, measure, why)
    first = first_date(visit, found) | {"only": visit.request.query_params.get("only", "")}
    first |= {"client_id": people[0][0]} if len(people) == 1 else {}
    filled = form or Form(first)
    return visit.page(
        "clinician/measure_form.html",
        status=status,
        title=f"Enter {measure.name}, case {found.case.number}",
        form=filled,
        measure=measure,
        asked=asked(measure),
        only_total=filled.get("only") == ONLY_TOTAL,
        differs=filled.error("total") is not None and filled.get("only") != ONLY_TOTAL,
        crisis=crisis_text(settings.value),
        people=people,
        **frame(visit, found),
    )


def switched_off(offered: Part, code: str) -> str:
    """Why the clinic takes no answers to it now; empty where it does, or where nobody can say."""
    held = next((each for each in offered.items if each["code"] == code), None)
    if held is None or held["pack"]["on"]:
        return ""
    return held["pack"]["why_not"] or "It is switched off."


def _off(visit: Visit, found: Record, measure: Measure, why: str) -> Response:
    """Said before anything is typed, not on saving."""
    return visit.page(
        "clinician/measure_off.html",
        title=f"Enter {measure.name}, case {found.case.number}",
        measure=measure,
        why=why,
        **frame(visit, found),
    )


def crisis_text(settings: Any) -> str:
    """The clinic's own words for somebody who needs help now; empty while none are set."""
    if not isinstance(settings, dict):
        return ""
    texts: dict[str, str] = settings["in_force"]["crisis_texts"]
    return texts.get("en") or next(iter(texts.values()), "")


async def answer(visit: Visit, case_id: str, code: str) -> Response:
    """Save the answers, and back to the case."""
    measure, form = known(code), await visit.form()
    if not form.get("client_id"):
        form.wrong("client_id", "Choose whose answers these are")
    answers = given(measure, form)
    at = await instant(visit, case_id, form, "answered_at")
    if form.errors:
        return await measure_form(visit, case_id, code, form, 422)
    body = {"case_id": case_id, "client_id": form.get("client_id"), **answers, **at}
    try:
        done = await visit.api.act("goals", f"/v1/measures/{code}/responses", body, form.key)
    except Refused as refused:
        labels = {f"items.{n}": (f"item.{n}", f"Item {n}") for n in measure.numbers}
        labels |= {"answered_at": (ON, "The date")}
        form.errors = refusals(refused, labels)
        return await measure_form(visit, case_id, code, form, refused.status)
    return visit.done(f"/clinician/cases/{case_id}", "scored", done.event)
