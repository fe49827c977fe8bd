"""Which questionnaires the clinic uses: switch them, confirm licences, bring their wording."""

import json
from typing import Any

from fastapi import Response
from starlette.datastructures import UploadFile

from services.web.clients import part
from services.web.freshness import read_now
from services.web.problems import NotThere, Refused
from services.web.shelves import shelves
from services.web.visit import Form, Labels, Visit, refusals
from services.web.walltime import wall


LABELS = {
    "licence_confirmed": ("licence_confirmed", "The licence"),
    "licence_reference": ("licence_reference", "The reference"),
    "language": ("questionnaire", "The language"),
    "item": ("questionnaire", "The file"),
    "resourceType": ("questionnaire", "The file’s resourceType"),
}
NOT_JSON = "This is not JSON. Paste the Questionnaire as it was exported"


async def measures(visit: Visit) -> Response:
    """All questionnaires by kind of goal, with their state here."""
    clinic = await visit.clinic()
    known = await part(visit.api.get("goals", "/v1/measures", clinic_id=clinic.clinic_id))
    return visit.page(
        "lead/measures.html",
        title="Measures",
        clinic=clinic,
        now=wall(visit.now, clinic.zone),
        fresh=read_now("Measures", visit.now),
        known=known,
        shelves=shelves(known.items),
    )


async def measure(visit: Visit, code: str, form: Form | None = None, status: int = 200) -> Response:
    """One questionnaire: what it is, its terms, whether it is on, its wording here."""
    clinic = await visit.clinic()
    known = await visit.api.get("goals", "/v1/measures", clinic_id=clinic.clinic_id)
    found = next((each for each in known["items"] if each["code"] == code), None)
    if found is None:
        raise NotThere
    path = f"/v1/clinics/{clinic.clinic_id}/measures/{code}/wording/versions"
    return visit.page(
        "lead/measure.html",
        status=status,
        title=found["name"],
        clinic=clinic,
        now=wall(visit.now, clinic.zone),
        fresh=read_now("Measures", visit.now),
        form=form or Form(),
        measure=found,
        wording=await part(visit.api.every("goals", path)),
    )


async def switch(visit: Visit, code: str) -> Response:
    """Switch a questionnaire on or off."""
    form, clinic = await visit.form(), await visit.clinic()
    body: dict[str, Any] = {"on": form.get("on") == "yes"}
    if form.get("licence_confirmed") == "yes":
        body["licence_confirmed"] = True
    if form.get("licence_reference"):
        body["licence_reference"] = form["licence_reference"]
    path = f"/v1/clinics/{clinic.clinic_id}/measures/{code}"
    try:
        await visit.api.act("goals", path, body, form.key, method="PUT")
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await measure(visit, code, form, refused.status)
    return visit.done(f"/lead/measures/{code}", "switched_on" if body["on"] else "switched_off")


async def bring(visit: Visit, code: str) -> Response:
    """Take over a wording; what does not match the measure is told, item by item."""
    form, clinic = await visit.form(), await visit.clinic()
    try:
        questionnaire = json.loads(await _text(visit, form))
    except (ValueError, RecursionError):  # the second: brackets in brackets, thousands deep
        questionnaire = None
    if not isinstance(questionnaire, dict):
        form.wrong("questionnaire", NOT_JSON)
        return await measure(visit, code, form, 422)
    path = f"/v1/clinics/{clinic.clinic_id}/measures/{code}/wording"
    try:
        await visit.api.act("goals", path, questionnaire, form.key)
    except Refused as refused:
        told = refusals(refused, LABELS | item_labels(refused))
        form.errors = [("questionnaire", message) for _, message in told]
        return await measure(visit, code, form, refused.status)
    return visit.done(f"/lead/measures/{code}", "wording")


def item_labels(refused: Refused) -> Labels:
    """`items.6` and `questions.2` as a reader says them."""
    named = {"items": "Item", "questions": "Question"}
    parts = [(field, *field.split(".")[:2]) for field, _ in refused.errors if "." in field]
    return {f: ("questionnaire", f"{named[k]} {n}:") for f, k, n in parts if k in named}


async def _text(visit: Visit, form: Form) -> str:
    """The Questionnaire from the file that was chosen, else as it was pasted."""
    chosen = (await visit.request.form()).get("file")
    if isinstance(chosen, UploadFile) and chosen.size:
        return (await chosen.read()).decode("utf-8")
    return form.get("questionnaire", "")


async def withdraw(visit: Visit, code: str) -> Response:
    """Show a language's wording no longer."""
    form, clinic = await visit.form(), await visit.clinic()
    path = f"/v1/clinics/{clinic.clinic_id}/measures/{code}/wording/withdraw"
    try:
        await visit.api.act("goals", path, {"language": form.get("language")}, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await measure(visit, code, form, refused.status)
    return visit.done(f"/lead/measures/{code}", "withdrawn")
