"""How the clinic works with each kind of goal, and its library of goals to begin from."""

from typing import Any

from fastapi import Response

from services.web import words
from services.web.clients import part, parts
from services.web.clinician.agreeing import levels_of
from services.web.freshness import read_now
from services.web.problems import NotThere, Refused
from services.web.said import undoing
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


LONGEST, MOST = 52, 10  # weeks between reviews; points of a rating
LABELS = {
    "review_weeks": ("review_weeks", "The rhythm"),
    "reliable_change": ("reliable_change", "Reliable movement"),
    "measures": ("measures", "The measures"),
    "title": ("title", "The goal"),
    "description": ("description", "The description"),
    "modalities": ("modality", "For whom"),
    "levels": ("level.0", "The levels"),
}


async def goals(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """The eight kinds with their settings, and the templates."""
    clinic = await visit.clinic()
    kinds, offered, retired = await parts(
        visit.api.get("goals", f"/v1/clinics/{clinic.clinic_id}/kinds"),
        visit.api.every("goals", "/v1/templates", clinic_id=clinic.clinic_id),
        visit.api.every("goals", "/v1/templates", clinic_id=clinic.clinic_id, retired="true"),
    )
    return visit.page(
        "lead/goals.html",
        status=status,
        title="Goals",
        clinic=clinic,
        now=wall(visit.now, clinic.zone),
        fresh=read_now("Goals", visit.now),
        form=form or Form({"method": "gbo", "modality": "individual"}),
        kinds=kinds,
        offered=offered,
        retired=retired,
        kind_choices=list(words.KINDS.items()),
    )


async def kind(visit: Visit, name: str, form: Form | None = None, status: int = 200) -> Response:
    """One kind of goal: how it is rated and measured, when it is reviewed, what movement counts."""
    clinic = await visit.clinic()
    known = await visit.api.get("goals", f"/v1/clinics/{clinic.clinic_id}/kinds")
    held = next((each for each in known["items"] if each["kind"] == name), None)
    if held is None:
        raise NotThere
    offered = await part(visit.api.get("goals", "/v1/measures", clinic_id=clinic.clinic_id))
    return visit.page(
        "lead/kind.html",
        status=status,
        title=words.said(words.KINDS, name),
        clinic=clinic,
        now=wall(visit.now, clinic.zone),
        fresh=read_now("Goals", visit.now),
        form=form or filled(held),
        held=held,
        offered=offered.items,
    )


def filled(held: dict[str, Any]) -> Form:
    """The form as it stands for what holds now."""
    return Form(
        {
            "version": str(held["version"]),
            "method": held["method"],
            "review_weeks": str(held["review_weeks"]),
            "reliable_change": str(held["reliable_change"]),
            **{f"measure.{code}": "yes" for code in held["measures"]},
        }
    )


async def change_kind(visit: Visit, name: str) -> Response:
    """Save the next version of a kind's settings."""
    form, clinic = await visit.form(), await visit.clinic()
    weeks, points = form.number("review_weeks"), form.number("reliable_change")
    if weeks is None or not 1 <= weeks <= LONGEST:
        form.wrong("review_weeks", f"The rhythm must be 1 to {LONGEST} weeks")
    if points is None or not 1 <= points <= MOST:
        form.wrong("reliable_change", f"Reliable movement must be 1 to {MOST} points")
    if form.errors:
        return await kind(visit, name, form, 422)
    body = {
        "version": form.number("version"),
        "method": form.get("method"),
        "measures": [field.removeprefix("measure.") for field in form if field[:8] == "measure."],
        "review_weeks": weeks,
        "reliable_change": points,
    }
    path = f"/v1/clinics/{clinic.clinic_id}/kinds/{name}"
    try:
        await visit.api.act("goals", path, body, form.key, method="PUT")
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        if refused.status == 409:
            form.errors = [("", "Somebody changed this a moment ago. Theirs stands below")]
            return await kind(visit, name, None, 409)
        return await kind(visit, name, form, refused.status)
    return visit.done("/lead/goals", "settings")


async def add_template(visit: Visit) -> Response:
    """Add a goal of the clinic's own to its library."""
    form, clinic = await visit.form(), await visit.clinic()
    for field, message in (
        ("title", "Write the goal in plain words"),
        ("description", "Write how one would notice it"),
        ("kind", "Choose the kind of goal"),
    ):
        if not form.get(field):
            form.wrong(field, message)
    gas = form.get("method") == "gas"
    levels = levels_of(form) if gas else None
    if form.errors:
        return await goals(visit, form, 422)
    body = {
        "clinic_id": clinic.clinic_id,
        "kind": form["kind"],
        "title": form["title"],
        "description": form["description"],
        "modalities": [form.get("modality", "individual")],
        "method": form.get("method", "gbo"),
        **({"levels": levels} if gas else {}),
    }
    try:
        await visit.api.act("goals", "/v1/templates", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await goals(visit, form, refused.status)
    return visit.done("/lead/goals", "template")


async def offer(visit: Visit, template_id: str, act: str) -> Response:
    """Retire a template, or offer it again."""
    if act not in ("retire", "restore"):
        raise NotThere
    form, clinic = await visit.form(), await visit.clinic()
    body = {"clinic_id": clinic.clinic_id}
    try:
        path = f"/v1/templates/{template_id}"
        done = await visit.api.act("goals", f"{path}/{act}", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await goals(visit, form, refused.status)
    other = "restore" if act == "retire" else "retire"
    undo = undoing("goals", f"{path}/{other}", body, done.answer, "done_at")
    return visit.done("/lead/goals", f"template_{act}", undo=undo)
