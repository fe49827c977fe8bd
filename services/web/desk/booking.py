"""Booking a session: in the clinic's wall time; what stands in the way is said in words."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from services.web.cases import Case, case_of
from services.web.clients import part
from services.web.desk.referrals import clinicians_of
from services.web.desk.times import checked, offers, refusal, twice
from services.web.diary import SEEN
from services.web.freshness import read_now
from services.web.problems import Refused
from services.web.signin import safe_next
from services.web.visit import Form, Visit
from services.web.walltime import wall


NO_ROOM = "none"
FIELDS = ("case_id", "clinician_id", "room_id", "date", "time", "minutes", "kind", "mode", "back")
ORDER = ("case_id", "clinician_id", "room_id", "date", "time", "minutes", "fold", "kind", "mode")
NEEDED = {
    "case_id": "Choose who comes",
    "clinician_id": "Choose the clinician",
    "kind": "Choose assessment or treatment",
    "mode": "Choose how they meet",
}


async def booking_form(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """The page on which a session is booked."""
    clinic = await visit.clinic()
    now = wall(visit.now, clinic.zone)
    listed = await visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id)
    cases = sorted((case_of(item) for item in listed["items"]), key=lambda case: case.name)
    asked = dict(visit.request.query_params)
    filled = form or _first(asked, cases, await _likely(visit, asked.get("case_id")))
    free = await offers(visit, filled, clinic, now) if status == 409 else []
    return visit.page(
        "desk/booking.html",
        status=status,
        title="Book a session",
        clinic=clinic,
        now=now,
        fresh=read_now("Diary", visit.now),
        form=filled,
        cases=[(c.case_id, f"{c.name}, {c.number}") for c in cases if c.status != "closed"],
        clinicians=clinicians_of(clinic),
        rooms=[*sorted(clinic.rooms.items(), key=lambda pair: pair[1]), (NO_ROOM, "No room")],
        back=safe_next(filled.get("back") or visit.front.home),
        twice=twice(filled, clinic.zone),
        offers=[(f"{hour:%H:%M}", _filled_with(filled, hour)) for hour in free],
    )


async def _likely(visit: Visit, case_id: str | None) -> dict[str, str]:
    """What a case's next session is most likely for, and how they are most likely to meet."""
    usual = {"kind": "treatment", "mode": "in_person"}
    if not case_id:
        return usual
    known = await part(visit.api.every("scheduling", "/v1/appointments", case_id=case_id))
    return usual if known.away else likely(known.items)


def likely(appointments: list[dict[str, Any]]) -> dict[str, str]:
    """As the last session was booked; assessment until somebody was seen."""
    held = [each for each in appointments if each["status"] == "booked"]
    last = max(held, key=lambda each: str(each["starts_at"]), default={"mode": "in_person"})
    return {"kind": likely_kind(appointments), "mode": last["mode"]}


def likely_kind(appointments: list[dict[str, Any]]) -> str:
    """Assessment, until one was attended or a treatment is booked."""
    held = [each for each in appointments if each["status"] == "booked"]
    begun = any(each["kind"] == "treatment" or each.get("outcome") in SEEN for each in held)
    return "treatment" if begun else "assessment"


def _first(asked: dict[str, str], cases: list[Case], usual: dict[str, str]) -> Form:
    """The form as it is opened: as the address asks for it, with the case's own clinician."""
    form = Form({"minutes": "50"} | usual)
    chosen = next((case for case in cases if case.case_id == asked.get("case_id")), None)
    if chosen:
        form |= {"clinician_id": chosen.clinician_id or ""}
    form |= {field: asked[field] for field in FIELDS if field in asked}
    return form


def _filled_with(form: Form, hour: datetime) -> str:
    """The address of this form with another hour in it."""
    kept = {field: form[field] for field in FIELDS if form.get(field)}
    return f"/desk/book?{urlencode(kept | {'time': f'{hour:%H:%M}'})}"


def booking_body(form: Form, zone: str, now: datetime) -> dict[str, Any] | None:
    """The booking as the service takes it; None, with the form's errors, when it is not whole."""
    starts, minutes = checked(form, zone, now), form.number("minutes")
    if minutes is None:
        form.wrong("minutes", "Minutes must be a whole number")
    for field, message in NEEDED.items():
        if not form.get(field):
            form.wrong(field, message)
    if form.get("mode") == "in_person" and not form.get("room_id"):
        form.wrong("room_id", "Choose the room, or say that they need none")
    form.errors.sort(key=lambda error: ORDER.index(error[0]))
    if form.errors or starts is None:
        return None
    body = {field: form[field] for field in NEEDED}
    optional = {field: form[field] for field in ("room_id", "fold") if form.get(field)}
    if optional.get("room_id") == NO_ROOM:
        del optional["room_id"]
    wall_time = starts.isoformat(timespec="minutes")
    return {**body, **optional, "starts": wall_time, "minutes": minutes}


async def book(visit: Visit) -> Response:
    """Book it, or say what stands in the way."""
    form, clinic = await visit.form(), await visit.clinic()
    body = booking_body(form, clinic.zone, wall(visit.now, clinic.zone))
    if body is None:
        return await booking_form(visit, form, 422)
    try:
        done = await visit.api.act("scheduling", "/v1/appointments", body, form.key)
    except Refused as refused:
        form.errors = refusal(form, refused, clinic)
        return await booking_form(visit, form, refused.status)
    return visit.done(f"/desk/clients/{form['case_id']}", "booked", done.event)
