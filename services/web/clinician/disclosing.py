"""Recording what a client said in words that a safety item asks: a code, and a note that stays."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web import words
from services.web.clinician.forms import ON, closed_page, first_date, frame, instant
from services.web.clinician.record import record
from services.web.problems import Refused
from services.web.shell.fronts import CLINICIAN
from services.web.visit import Form, Visit, refusals, visiting


router = APIRouter(include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(CLINICIAN))]
LABELS = {
    "client_id": ("client_id", "Who said it"),
    "disclosure": ("disclosure", "What was said"),
    "disclosed_at": (ON, "The date"),
    "note": ("note", "The note"),
}


@router.get("/cases/{case_id}/disclosure")
async def form_page(visit: Here, case_id: UUID) -> Response:
    """The page on which a disclosure is recorded."""
    return await disclosure_form(visit, str(case_id))


@router.post("/cases/{case_id}/disclosures")
async def save(visit: Here, case_id: UUID) -> Response:
    """Record a disclosure, and back to the case, where the flag stands."""
    return await disclose(visit, str(case_id))


async def disclosure_form(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """Who said what, and when; a code travels, the note does not."""
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    people = [(c["client_id"], c["given_name"]) for c in found.case.clients]
    first = first_date(visit, found) | ({"client_id": people[0][0]} if len(people) == 1 else {})
    return visit.page(
        "clinician/disclosure.html",
        status=status,
        title=f"Record a disclosure, case {found.case.number}",
        form=form or Form(first),
        people=people,
        **frame(visit, found),
    )


async def disclose(visit: Visit, case_id: str) -> Response:
    """Save it; whoever has the case's flags is told at once."""
    form = await visit.form()
    if not form.get("client_id"):
        form.wrong("client_id", "Choose who said it")
    if form.get("disclosure") not in words.DISCLOSURES:
        form.wrong("disclosure", "Choose what was said")
    at = await instant(visit, case_id, form, "disclosed_at")
    if form.errors:
        return await disclosure_form(visit, case_id, form, 422)
    body: dict[str, Any] = {
        "case_id": case_id,
        "client_id": form["client_id"],
        "disclosure": form["disclosure"],
        **({"note": form["note"]} if form.get("note") else {}),
        **at,
    }
    try:
        done = await visit.api.act("goals", "/v1/disclosures", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await disclosure_form(visit, case_id, form, refused.status)
    return visit.done(f"/clinician/cases/{case_id}", "disclosed", done.event)
