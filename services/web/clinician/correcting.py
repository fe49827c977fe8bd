"""Correcting what was entered wrongly, or voiding it: ratings and answers. What was there is kept.

A closed case is history, and history can be wrong too: both stay possible there.
"""

from typing import Any

from fastapi import Response

from services.web import words
from services.web.charts.yardstick import LEVELS, TEN
from services.web.clinician.agreeing import LABELS
from services.web.clinician.entering import ONLY_TOTAL, asked, given
from services.web.clinician.forms import ON, first_date, frame, instant
from services.web.clinician.goals import goal_of
from services.web.clinician.measures import known
from services.web.clinician.record import Record, record
from services.web.dates import fields_of
from services.web.problems import NotThere, Refused
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


VOID = "void"  # the form's value of `act`
WHY = "Choose why it is corrected"


async def rating_form(
    visit: Visit, case_id: str, rating_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page on which a rating is corrected or voided, with all that was ever entered."""
    found = await record(visit, case_id)
    rating = await visit.api.get("goals", f"/v1/ratings/{rating_id}", patient=True)
    goal = await goal_of(visit, found, rating["goal_id"])
    day = wall(rating["rated_at"], found.clinic.zone).date()
    first = {
        "version": str(rating["version"]),
        "value": str(rating["value"]),
        "rated_by": rating["rated_by"],
    } | fields_of(ON, day)
    return visit.page(
        "clinician/rating.html",
        status=status,
        title=f"Correct a rating, case {found.case.number}",
        form=form or Form(first),
        rating=rating,
        goal=goal,
        scale=LEVELS if goal["method"] == "gas" else TEN,
        **frame(visit, found),
    )


async def correct_rating(visit: Visit, case_id: str, rating_id: str) -> Response:
    """Save the correction, and back to the goal."""
    form = await visit.form()
    rating = await visit.api.get("goals", f"/v1/ratings/{rating_id}")
    if not form.get("reason"):
        form.wrong("reason", WHY)
    act, body = await _rating_body(visit, case_id, form, rating)
    if form.errors:
        return await rating_form(visit, case_id, rating_id, form, 422)
    try:
        done = await visit.api.act("goals", f"/v1/ratings/{rating_id}/{act}", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await rating_form(visit, case_id, rating_id, form, refused.status)
    said = "voided" if act == VOID else "corrected"
    return visit.done(f"/clinician/cases/{case_id}/goals/{rating['goal_id']}", said, done.event)


async def _rating_body(
    visit: Visit, case_id: str, form: Form, rating: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    if form.get("act") == VOID:
        return VOID, {"reason": form.get("reason")}
    value = {str(level): level for level in words.LEVELS}.get(form["value"], form.number("value"))
    if value is None or not -2 <= value <= 10:
        form.wrong("value", "Choose the rating")
    return "amend", {
        "version": form.number("version"),
        "value": value,
        "rated_by": form.get("rated_by"),
        "reason": form.get("reason"),
        **await _moved(visit, case_id, form, "rated_at", rating["rated_at"]),
    }


async def _moved(visit: Visit, case_id: str, form: Form, field: str, was: str) -> dict[str, str]:
    """The instant of another day; the same day keeps its hour."""
    zone = (await visit.clinic()).zone
    if fields_of(ON, wall(was, zone).date()).items() <= form.items():
        return {field: was}
    return await instant(visit, case_id, form, field) or {field: visit.now.isoformat()}


async def answer_form(
    visit: Visit, case_id: str, response_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page of one answered questionnaire: what it says, what it said before, corrections."""
    found = await record(visit, case_id)
    told = await _answer(visit, found, response_id)
    measure = known(told["measure"])
    alone = not told["items"]
    first = {
        "version": str(told["version_number"]),
        "only": ONLY_TOTAL if alone else "",
        "total": told["points"] or "" if alone else "",
        **{f"item.{n}": str(value) for n, value in told["items"].items()},
    } | fields_of(ON, wall(told["answered_at"], found.clinic.zone).date())
    filled = form or Form(first_date(visit, found) | first)
    return visit.page(
        "clinician/answer.html",
        status=status,
        title=f"{measure.name}, case {found.case.number}",
        form=filled,
        told=told,
        measure=measure,
        asked=asked(measure),
        only_total=filled.get("only") == ONLY_TOTAL,
        differs=filled.error("total") is not None and filled.get("only") != ONLY_TOTAL,
        whose=found.client(told["client_id"]),
        **frame(visit, found),
    )


async def _answer(visit: Visit, found: Record, response_id: str) -> dict[str, Any]:
    told: dict[str, Any] = await visit.api.get(
        "goals", f"/v1/responses/{response_id}", patient=True
    )
    if told["case_id"] != found.case.case_id:
        raise NotThere
    return told


async def correct_answer(visit: Visit, case_id: str, response_id: str) -> Response:
    """Save the correction, and back to the case."""
    form = await visit.form()
    told = await visit.api.get("goals", f"/v1/responses/{response_id}")
    act = VOID if form.get("act") == VOID else "amend"
    body: dict[str, Any] = {"reason": form.get("reason")}
    if act == "amend":
        body |= given(known(told["measure"]), form) | {"version": form.number("version")}
        body |= await _moved(visit, case_id, form, "answered_at", told["answered_at"])
    if not form.get("reason"):
        form.wrong("reason", WHY)
    if form.errors:
        return await answer_form(visit, case_id, response_id, form, 422)
    try:
        done = await visit.api.act("goals", f"/v1/responses/{response_id}/{act}", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, _labels(told))
        return await answer_form(visit, case_id, response_id, form, refused.status)
    said = "voided" if act == VOID else "corrected"
    return visit.done(f"/clinician/cases/{case_id}", said, done.event)


def _labels(told: dict[str, Any]) -> dict[str, tuple[str, str]]:
    numbers = known(told["measure"]).numbers
    return {
        **{f"items.{n}": (f"item.{n}", f"Item {n}") for n in numbers},
        "total": ("total", "Total"),
        "answered_at": (ON, "The date"),
    }
