"""What the forms of a case share: their frame, their date, and that a closed case has none."""

from datetime import datetime
from typing import Any

from fastapi import Response

from services.web import words
from services.web.clinician.record import Record, case_seen
from services.web.dates import fields_of, instant_on, past_day
from services.web.freshness import RISK_LIMIT, freshness, of_a_form
from services.web.visit import Form, Visit
from services.web.walltime import wall


ON = "on"  # the field in which it stands when something was rated or answered


def first_date(visit: Visit, found: Record) -> dict[str, str]:
    """The fields of the date as a fresh form has them: today."""
    return fields_of(ON, wall(visit.now, found.clinic.zone).date())


async def instant(visit: Visit, case_id: str, form: Form, field: str) -> dict[str, str]:
    """When it was, as `field` tells a service: nothing for today, which is now.

    What is wrong with the date that was typed is noted in the form.
    """
    case = await case_seen(visit, case_id)
    clinic = await visit.clinic_of(case.clinic_id)
    today = wall(visit.now, clinic.zone).date()
    day = past_day(form, ON, today)
    if day is None or day == today:
        return {}
    began = datetime.fromisoformat(case.opened_at) if case.opened_at else None
    return {field: instant_on(day, clinic.zone, began)}


def frame(visit: Visit, found: Record) -> dict[str, Any]:
    """What every form of a case shows around itself."""
    return {
        "case": found.case,
        "clinic": found.clinic,
        "record": found,
        "now": wall(visit.now, found.clinic.zone),
        "fresh": of_a_form(
            freshness("Goals, scores and flags", found.shown, visit.now, RISK_LIMIT)
        ),
        "kinds": list(words.KINDS.items()),
        "owners": list(words.OWNERS.items()),
    }


def closed_page(visit: Visit, found: Record) -> Response:
    """Instead of a form of a closed case: that it takes nothing more."""
    title = f"Case {found.case.number} is closed"
    return visit.page("clinician/closed.html", status=409, title=title, **frame(visit, found))
