"""Raising a concern: one form, the same for everybody who works here."""

from typing import Any

from fastapi import Response

from services.web.cases import Case
from services.web.clinician.record import case_seen
from services.web.freshness import read_now
from services.web.problems import Refused
from services.web.shell.fronts import DESK, SAFEGUARDING
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


LABELS = {
    "note": ("note", "The concern"),
    "urgent": ("urgent", "How soon"),
    "client_id": ("client_id", "Of whom"),
}


async def concern_form(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The form; who has sent it sees nothing more of it unless they are named."""
    case = await case_seen(visit, case_id)
    clinic = await visit.clinic_of(case.clinic_id)
    return visit.page(
        "safeguarding/raise.html",
        status=status,
        title=f"Raise a concern, case {case.number}",
        clinic=clinic,
        now=wall(visit.now, clinic.zone),
        fresh=read_now("The case", visit.now),
        form=form or Form(),
        case=case,
        back=back_of(visit, case),
        whom=[(c["client_id"], f"{c['given_name']} {c['family_name']}") for c in case.clients],
    )


def back_of(visit: Visit, case: Case) -> str:
    """The page from which the form was opened."""
    if visit.front == SAFEGUARDING:
        return SAFEGUARDING.home
    folder = "clients" if visit.front == DESK else "cases"
    return f"{visit.front.home}/{folder}/{case.case_id}"


async def raise_concern(visit: Visit, case_id: str) -> Response:
    """Pass it on, and back to where it came from."""
    form = await visit.form()
    case = await case_seen(visit, case_id)
    if not form.get("note"):
        form.wrong("note", "Write what worries you: what was seen or said, by whom, when")
    if form.get("urgent") not in ("yes", "no"):
        form.wrong("urgent", "Choose whether somebody is in danger now")
    if form.errors:
        return await concern_form(visit, case_id, form, 422)
    body: dict[str, Any] = {
        "case_id": case_id,
        "note": form["note"],
        "urgent": form["urgent"] == "yes",
    }
    if form.get("client_id"):
        body["client_id"] = form["client_id"]
    try:
        await visit.api.act("progress", "/v1/concerns", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await concern_form(visit, case_id, form, refused.status)
    return visit.done(back_of(visit, case), "concern")
