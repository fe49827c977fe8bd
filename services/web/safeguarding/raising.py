"""Raising a concern: one form, the same for everybody who works here."""

from typing import Any

from fastapi import Response

from services.web.cases import Case
from services.web.clinician.record import case_seen
from services.web.freshness import read_now
from services.web.problems import Away, Refused
from services.web.shell.fronts import DESK, SAFEGUARDING
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


LABELS = {
    "note": ("note", "The concern"),
    "urgent": ("urgent", "How soon"),
    "client_id": ("client_id", "Of whom"),
}
AWAY = (
    "It was not passed on: a part of the system does not answer. What you wrote is still here. Send"
    " it again in a moment; if that fails, ring the safeguarding lead."
)
# Only a form that came back with its key can meet this: what was sent first was only not answered.
ARRIVED = "What you sent first did arrive. Send this too if it says more: it goes on beside it"


async def concern_form(visit: Visit, case_id: str) -> Response:
    """The form; who has sent it sees nothing more of it unless they are named."""
    return await _shown(visit, await case_seen(visit, case_id), case_id, Form(), 200)


async def _shown(
    visit: Visit, case: Case | None, case_id: str, form: Form, status: int
) -> Response:
    """The form as it was filled in, also while nobody can say whose case it is."""
    clinic = await (visit.clinic_of(case.clinic_id) if case else visit.clinic())
    people = case.clients if case else []
    return visit.page(
        "safeguarding/raise.html",
        status=status,
        title=f"Raise a concern, case {case.number}" if case else "Raise a concern",
        clinic=clinic,
        now=wall(visit.now, clinic.zone),
        fresh=read_now("The case", visit.now) if case else None,
        form=form,
        case=case,
        back=back_of(visit, case_id),
        whom=[(c["client_id"], f"{c['given_name']} {c['family_name']}") for c in people],
        key=form.key if status == Away.status else None,
    )


def back_of(visit: Visit, case_id: str) -> str:
    """The page from which the form was opened."""
    if visit.front == SAFEGUARDING:
        return SAFEGUARDING.home
    folder = "clients" if visit.front == DESK else "cases"
    return f"{visit.front.home}/{folder}/{case_id}"


async def raise_concern(visit: Visit, case_id: str) -> Response:
    """Pass it on, and back to where it came from; whatever is away, nothing typed is lost.

    Whose case it is need not be known for that: who may raise it is the service's to say.
    """
    form = await visit.form()
    try:
        case = await case_seen(visit, case_id)
    except Away:
        case = None
    if not form.get("note"):
        form.wrong("note", "Write what worries you: what was seen or said, by whom, when")
    if form.get("urgent") not in ("yes", "no"):
        form.wrong("urgent", "Choose whether somebody is in danger now")
    if form.errors:
        return await _shown(visit, case, case_id, form, 422)
    try:
        await visit.api.act("progress", "/v1/concerns", _said(form, case_id), form.key)
    except Refused as refused:
        twice = any(field == "Idempotency-Key" for field, _ in refused.errors)
        form.errors = [("", ARRIVED)] if twice else refusals(refused, LABELS)
        return await _shown(visit, case, case_id, form, refused.status)
    except Away:
        form.wrong("", AWAY)
        return await _shown(visit, case, case_id, form, Away.status)
    return visit.done(back_of(visit, case_id), "concern")


def _said(form: Form, case_id: str) -> dict[str, Any]:
    said = {"case_id": case_id, "note": form["note"], "urgent": form["urgent"] == "yes"}
    return said | ({"client_id": form["client_id"]} if form.get("client_id") else {})
