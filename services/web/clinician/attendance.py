"""Recording what became of a session, from the case's page."""

from fastapi import Response

from services.web import words
from services.web.clinician.case import case_page
from services.web.problems import Refused
from services.web.visit import Form, Visit, refusals


def _chosen(form: Form) -> str:
    return f"“{words.said(words.OUTCOMES, form.get('outcome'))}”"


async def record_attendance(visit: Visit, case_id: str, appointment_id: str) -> Response:
    """Save it, and back to the case."""
    form = await visit.form()
    path = f"/v1/appointments/{appointment_id}/attendance"
    try:
        done = await visit.api.act("scheduling", path, {"outcome": form.get("outcome")}, form.key)
    except Refused as refused:
        form["appointment_id"] = appointment_id
        form.errors = refusals(refused, {"outcome": (f"outcome-{appointment_id}", _chosen(form))})
        return await case_page(visit, case_id, form, refused.status)
    return visit.done(f"/clinician/cases/{case_id}", "recorded", done.event)
