"""Disclosures that were recorded: seen on the page of the case, taken back where wrongly recorded.

What was taken back stays to be seen, struck through, with the reason and who said so.
"""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web import words
from services.web.clients import Part
from services.web.clinician.forms import frame
from services.web.clinician.record import Record, record
from services.web.problems import NotThere, Refused
from services.web.shell.fronts import CLINICIAN
from services.web.visit import Form, Visit, refusals, visiting


router = APIRouter(prefix="/cases/{case_id}/disclosures", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(CLINICIAN))]
LABELS = {"reason": ("reason", "The reason")}


@dataclass(frozen=True)
class Disclosed:
    """One disclosure in words; the instants are the service's, people are named by the clinic."""

    disclosure_id: str
    what: str
    whose: str  # empty where the case has one client
    said_at: str
    entered_at: str
    entered_by: str
    note: str
    voided_at: str  # empty while it counts
    voided_by: str
    void_reason: str


@router.get("/{disclosure_id}/void")
async def form_page(visit: Here, case_id: UUID, disclosure_id: UUID) -> Response:
    """The question before a disclosure is taken back."""
    return await void_form(visit, str(case_id), str(disclosure_id))


@router.post("/{disclosure_id}/void")
async def save(visit: Here, case_id: UUID, disclosure_id: UUID) -> Response:
    """Take a disclosure back, and to the case, where it is struck through."""
    return await void(visit, str(case_id), str(disclosure_id))


async def disclosures(visit: Visit, case_id: str) -> dict[str, Any]:
    """What was recorded of a case, oldest first."""
    return await visit.api.every("goals", "/v1/disclosures", case_id=case_id)


def disclosed_of(told: Part, found: Record) -> list[Disclosed]:
    """A case's disclosures as its page shows them, the newest first."""
    return [_disclosed(each, found) for each in reversed(told.items)]


def _disclosed(told: dict[str, Any], found: Record) -> Disclosed:
    voided = told["voided"]
    return Disclosed(
        disclosure_id=told["disclosure_id"],
        what=words.said(words.DISCLOSURES, told["disclosure"]),
        whose=found.client(told["client_id"]) if len(found.case.clients) > 1 else "",
        said_at=told["disclosed_at"],
        entered_at=told["entered_at"],
        entered_by=found.clinic.who(told["entered_by"]),
        note=told["note"] or "",
        voided_at=voided["at"] if voided else "",
        voided_by=found.clinic.who(voided["by"]) if voided else "",
        void_reason=words.said(words.CORRECTIONS, voided["reason"]) if voided else "",
    )


async def void_form(
    visit: Visit, case_id: str, disclosure_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """What was recorded, why it is taken back, and what that does; also of a closed case."""
    found = await record(visit, case_id)
    told = disclosed_of(Part(await disclosures(visit, case_id)), found)
    one = next((each for each in told if each.disclosure_id == disclosure_id), None)
    if one is None:
        raise NotThere
    return visit.page(
        "clinician/disclosure_void.html",
        status=status,
        title=f"Take back a disclosure, case {found.case.number}",
        form=form or Form(),
        said=one,
        **frame(visit, found),
    )


async def void(visit: Visit, case_id: str, disclosure_id: str) -> Response:
    """It counts for nothing any more; a flag that rests on it alone is cleared."""
    form = await visit.form()
    if form.get("reason") not in words.CORRECTIONS:
        form.wrong("reason", "Choose why it is taken back")
        return await void_form(visit, case_id, disclosure_id, form, 422)
    path = f"/v1/disclosures/{disclosure_id}/void"
    try:
        done = await visit.api.act("goals", path, {"reason": form["reason"]}, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await void_form(visit, case_id, disclosure_id, form, refused.status)
    return visit.done(f"/clinician/cases/{case_id}", "disclosure-voided", done.event)
