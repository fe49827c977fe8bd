"""Recording what became of a session, from the case's page."""

from fastapi import Response

from services.web.clinician.case import case_page
from services.web.problems import Refused
from services.web.visit import Visit


async def record_attendance(visit: Visit, case_id: str, appointment_id: str) -> Response:
    """Save it, and back to the case."""
    form = await visit.form()
    path = f"/v1/appointments/{appointment_id}/attendance"
    try:
        done = await visit.api.act("scheduling", path, {"outcome": form.get("outcome")}, form.key)
    except Refused as refused:
        form.errors = [("", refused.detail)]
        return await case_page(visit, case_id, form, refused.status)
    return visit.done(f"/clinician/cases/{case_id}", "recorded", done.event)
