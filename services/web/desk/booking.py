"""Booking a session: in the clinic's wall time; what stands in the way is said in words."""

from datetime import datetime, timedelta
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import case_of
from services.web.desk.free import Taken, next_hours, second_time
from services.web.desk.referrals import clinicians_of
from services.web.desk.today import of_day
from services.web.diary import Session
from services.web.directory import Clinic
from services.web.freshness import read_now
from services.web.problems import Refused
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


LABELS = {
    "starts": ("date", "The start"),
    "fold": ("date", "The start"),
    "minutes": ("minutes", "Minutes"),
    "room_id": ("room_id", "The room"),
    "clinician_id": ("clinician_id", "The clinician"),
    "case_id": ("case_id", "The case"),
}
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
    filled = form or _first(visit.request.query_params.get("case_id"), cases)
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
        rooms=sorted(clinic.rooms.items(), key=lambda pair: pair[1]),
        twice=twice(filled, clinic.zone),
        offers=await offers(visit, filled, clinic, now) if status == 409 else [],
    )


def _first(case_id: str | None, cases: list[Any]) -> Form:
    form = Form({"minutes": "50", "kind": "treatment", "mode": "in_person"})
    chosen = next((case for case in cases if case.case_id == case_id), None)
    if chosen:
        form |= {"case_id": chosen.case_id, "clinician_id": chosen.clinician_id or ""}
    return form


def starts_in(form: Form) -> datetime | None:
    """The wall time that was typed, with what is wrong with it noted in the form."""
    try:
        return datetime.fromisoformat(f"{form.get('date', '')}T{form.get('time', '')[:5]}")
    except ValueError:
        form.wrong("date", "Give a day and a time, such as 1 December 2026 at 10:00")
        return None


def booking_body(form: Form) -> dict[str, Any] | None:
    """The booking as the service takes it; None, with the form's errors, when it is not whole."""
    starts, minutes = starts_in(form), form.number("minutes")
    if minutes is None:
        form.wrong("minutes", "Minutes must be a whole number")
    for field, message in NEEDED.items():
        if not form.get(field):
            form.wrong(field, message)
    if form.errors or starts is None:
        return None
    body = {field: form[field] for field in NEEDED}
    optional = {field: form[field] for field in ("room_id", "fold") if form.get(field)}
    wall_time = starts.isoformat(timespec="minutes")
    return {**body, **optional, "starts": wall_time, "minutes": minutes}


async def book(visit: Visit) -> Response:
    """Book it, or say what stands in the way."""
    form = await visit.form()
    body = booking_body(form)
    if body is None:
        return await booking_form(visit, form, 422)
    try:
        done = await visit.api.act("scheduling", "/v1/appointments", body, form.key)
    except Refused as refused:
        form.errors = await _why(visit, form, refused)
        return await booking_form(visit, form, refused.status)
    return visit.done(f"/desk/clients/{form['case_id']}", "booked", done.event)


async def _why(visit: Visit, form: Form, refused: Refused) -> list[tuple[str, str]]:
    if refused.status == 409:
        clinic = await visit.clinic()
        return [("date", clash_words(form, refused.problem.get("clashes") or [], clinic))]
    return refusals(refused, LABELS)


def clash_words(form: Form, clashes: list[dict[str, str]], clinic: Clinic) -> str:
    """Who or what is taken, by name."""
    named = {
        "clinician": clinic.who(form.get("clinician_id")),
        "room": clinic.room(form.get("room_id")) or "the room",
        "client": "a client of this case",
    }
    taken = [named.get(clash["who"], clash["who"]) for clash in clashes] or ["This hour"]
    starts = starts_in(Form(form))
    at = f" on {words.long_day(starts.date())} at {starts:%H:%M}" if starts else ""
    unique = list(dict.fromkeys(taken))
    verb = "is" if len(unique) == 1 else "are"
    said = " and ".join(unique)
    return f"{said[0].upper()}{said[1:]} {verb} already booked{at}. Choose another hour"


def twice(form: Form, zone: str) -> list[tuple[str, str]]:
    """For a wall time that a clock change makes double: the two, to choose from."""
    starts = starts_in(Form(form))
    return second_time(starts, zone) if starts else []


async def offers(visit: Visit, form: Form, clinic: Clinic, now: datetime) -> list[datetime]:
    """The next hours of that day that fit clinician, room and client."""
    starts, minutes = starts_in(Form(form)), form.number("minutes") or 50
    if starts is None:
        return []
    _, sessions = await of_day(visit, clinic, starts.date())
    busy = [Taken(s.starts, s.ends) for s in sessions if _concerns(s, form)]
    return next_hours(busy, max(starts, now), timedelta(minutes=minutes))


def _concerns(session: Session, form: Form) -> bool:
    return (
        session.clinician_id == form.get("clinician_id")
        or session.case_id == form.get("case_id")
        or (bool(form.get("room_id")) and session.room_id == form.get("room_id"))
    )
