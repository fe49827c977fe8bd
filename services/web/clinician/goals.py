"""Agreeing a goal, from the library or from nothing, and agreeing it anew."""

from typing import Any

from fastapi import Response

from services.web import words
from services.web.clients import part
from services.web.clinician.agreeing import ALL, LABELS, filled, from_template, new_goal, revised
from services.web.clinician.forms import closed_page, frame
from services.web.clinician.record import Record, record
from services.web.problems import NotThere, Refused
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


async def goal_form(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page on which a goal is agreed or proposed."""
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    people = _people(found)
    first = {"owner": "client", "method": "gbo", "status": "active"}
    first |= {"client_id": people[0][0]} if len(people) == 1 else {}
    chosen = visit.request.query_params.get("template")
    if form is None and chosen:
        first |= from_template(await _template(visit, found, chosen))
    return visit.page(
        "clinician/goal_form.html",
        status=status,
        title=f"Add a goal, case {found.case.number}",
        form=form or Form(first),
        goal=None,
        review=False,
        people=people,
        **frame(visit, found),
    )


def _people(found: Record) -> list[tuple[str, str]]:
    people = [(c["client_id"], c["given_name"]) for c in found.case.clients]
    return [*people, (ALL, "All of them")] if len(people) > 1 else people


async def _templates(visit: Visit, found: Record) -> list[dict[str, Any]]:
    """What the clinic's library has for this kind of case."""
    asked = {"clinic_id": found.case.clinic_id, "modality": found.case.modality}
    offered = await visit.api.every("goals", "/v1/templates", **asked)
    return list(offered["items"])


async def _template(visit: Visit, found: Record, template_id: str) -> dict[str, Any]:
    for each in await _templates(visit, found):
        if each["template_id"] == template_id:
            return each
    raise NotThere


async def library(visit: Visit, case_id: str) -> Response:
    """Goals in plain words to begin from, by kind."""
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    known = await part(_templates(visit, found))
    offered = known.value or []
    return visit.page(
        "clinician/library.html",
        title=f"Library of goals, case {found.case.number}",
        form=Form(),
        known=known,
        shelves=[
            (name, [each for each in offered if each["kind"] == kind])
            for kind, name in words.KINDS.items()
        ],
        **frame(visit, found),
    )


async def set_goal(visit: Visit, case_id: str) -> Response:
    """Save a goal, and back to the case."""
    form = await visit.form()
    body = new_goal(case_id, form, wall(visit.now, (await visit.clinic()).zone).date())
    if body is None:
        return await goal_form(visit, case_id, form, 422)
    try:
        done = await visit.api.act("goals", "/v1/goals", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await goal_form(visit, case_id, form, refused.status)
    return visit.done(f"/clinician/cases/{case_id}", "goal", done.event)


async def goal_of(visit: Visit, found: Record, goal_id: str) -> dict[str, Any]:
    """A goal of this case with its history; NotThere for one of another case."""
    goal: dict[str, Any] = await visit.api.get("goals", f"/v1/goals/{goal_id}", patient=True)
    if goal["case_id"] != found.case.case_id:
        raise NotThere
    return goal


async def revise_form(
    visit: Visit,
    case_id: str,
    goal_id: str,
    form: Form | None = None,
    status: int = 200,
    *,
    review: bool = False,
) -> Response:
    """The page on which a goal is agreed anew; a review asks when the next one is."""
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    goal = await goal_of(visit, found, goal_id)
    first = filled(goal, wall(visit.now, found.clinic.zone).date())
    return visit.page(
        "clinician/goal_form.html",
        status=status,
        title=f"{'Review' if review else 'Change'} a goal, case {found.case.number}",
        form=form or first,
        goal=goal,
        review=review,
        people=[],
        **frame(visit, found),
    )


async def revise(visit: Visit, case_id: str, goal_id: str) -> Response:
    """Save what a goal becomes; what somebody else saved meanwhile is shown, not overwritten."""
    form = await visit.form()
    review = form.get("review") == "yes"
    today = wall(visit.now, (await visit.clinic()).zone).date()
    body = revised(form, form.get("method", "gbo"), today, review=review)
    if body is None:
        return await revise_form(visit, case_id, goal_id, form, 422, review=review)
    try:
        done = await visit.api.act("goals", f"/v1/goals/{goal_id}/revise", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        if newest := refused.problem.get("version"):
            form["version"] = str(newest)  # saving again is a choice, made with theirs in sight
        return await revise_form(visit, case_id, goal_id, form, refused.status, review=review)
    said = "reviewed" if review else "revised"
    return visit.done(f"/clinician/cases/{case_id}/goals/{goal_id}", said, done.event)
