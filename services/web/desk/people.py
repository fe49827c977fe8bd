"""Clients: all cases of the clinic; one case with contacts, sessions, messages."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from services.web import words
from services.web.cases import Case, case_of, person_of, writable
from services.web.clients import part, parts
from services.web.clinician.letters import letters_of
from services.web.closing.ended import ended
from services.web.desk.times import checked, offers, refusal, twice
from services.web.diary import Session, sessions_of
from services.web.directory import Clinic
from services.web.freshness import freshness, read_now
from services.web.problems import NotThere, Refused
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


async def people(visit: Visit) -> Response:
    """All cases of the clinic by name."""
    clinic = await visit.clinic()
    listed = await part(visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id))
    return visit.page(
        "desk/people.html",
        title="Clients",
        clinic=clinic,
        fresh=read_now("Clients", visit.now),
        listed=listed,
        cases=sorted((case_of(item) for item in listed.items), key=lambda case: case.name),
        live="cases",
    )


async def person(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """One case: who they are, how to reach them, their sessions, what they were told."""
    found = await visit.api.get("intake", "/v1/cases", ids=case_id)
    if not found["items"]:
        raise NotThere
    case = case_of(found["items"][0])
    clinic = await visit.clinic_of(case.clinic_id)
    known = await _known(visit, case, clinic)
    gone = await ended(visit, case, clinic)
    asked = form or Form(dict(visit.request.query_params))
    return visit.page(
        "desk/person.html",
        status=status,
        title=f"Case {case.number}",
        clinic=clinic,
        fresh=read_now("Record", visit.now),
        told_to=freshness("Messages", known["messages"].value, visit.now),
        form=form or Form(),
        forms={s.appointment_id: form_of(s, asked) for s in known["coming"]},
        twice=twice(asked, clinic.zone),
        offers=await _offers(visit, asked, clinic) if status == 409 else [],
        case=case,
        closing=gone,
        live="diary,messages",
        **known,
    )


def form_of(session: Session, asked: Form) -> Form:
    """The form that moves a session: as it stands, or as somebody filled it.

    Who wanted to call it off filled neither day nor time.
    """
    as_it_stands = {"date": session.day.isoformat(), "time": f"{session.starts:%H:%M}"}
    if asked.get("appointment_id") != session.appointment_id:
        return Form(as_it_stands)
    for field, value in as_it_stands.items():
        asked.setdefault(field, value)
    return asked


async def _offers(visit: Visit, form: Form, clinic: Clinic) -> list[tuple[str, str]]:
    """Free hours of the day that was wished for, each with the address that fills the form."""
    free = await offers(visit, form, clinic, wall(visit.now, clinic.zone))
    kept = {field: form.get(field, "") for field in ("appointment_id", "date")}
    return [
        (f"{hour:%H:%M}", _here(form, f"?{urlencode(kept | {'time': f'{hour:%H:%M}'})}"))
        for hour in free
    ]


def _here(form: Form, query: str = "") -> str:
    """The page of the case that a form is about."""
    return f"/desk/clients/{form.get('case_id', '')}{query}"


async def _known(visit: Visit, case: Case, clinic: Clinic) -> dict[str, Any]:
    """Contacts, sessions and messages of a case, each of which may be away."""
    clients, diary, messages = await parts(
        _clients(visit, [client["client_id"] for client in case.clients]),
        visit.api.every("scheduling", "/v1/appointments", case_id=case.case_id),
        visit.api.every("notifications", "/v1/messages", case_id=case.case_id),
    )
    now = wall(visit.now, clinic.zone)
    sessions = sessions_of(diary.items, {case.case_id: case}, clinic)
    held = [
        words.names([each]) for each in clients.items if not writable(each.get("contacts") or [])
    ]
    return {
        "clients": clients,
        "unwritten": words.listed(held) if held else "",
        "diary": diary,
        "messages": messages,
        "people": [person_of(each, now.date()) for each in clients.items],
        "coming": [s for s in sessions if s.status == "booked" and not s.past(now)],
        "called_off": [s for s in sessions if s.status != "booked" and s.ends > now],
        "past": [s for s in reversed(sessions) if s.past(now)],
        "letters": letters_of(messages.items),
    }


async def _clients(visit: Visit, ids: list[str]) -> dict[str, Any]:
    """Each client with contacts, which no list gives away."""
    asked = (visit.api.get("intake", f"/v1/clients/{each}") for each in ids)
    return {"items": list(await asyncio.gather(*asked))}


async def cancel(visit: Visit, appointment_id: str) -> Response:
    """Call a session off."""
    form = await _form(visit, appointment_id)
    if not form.get("by"):
        form.errors = [(f"by-{appointment_id}", "Say who calls it off: the client or we")]
        return await person(visit, form.get("case_id", ""), form, 422)
    path = f"/v1/appointments/{appointment_id}/cancel"
    body = {"by": form["by"]} | ({"reason": form["reason"]} if form.get("reason") else {})
    try:
        done = await visit.api.act("scheduling", path, body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, {"reason": (f"why-{appointment_id}", "The reason")})
        return await person(visit, form.get("case_id", ""), form, refused.status)
    return visit.done(_here(form), "cancelled", done.event, form.get("whom", ""))


async def move(visit: Visit, appointment_id: str) -> Response:
    """Give a session another time, in the words of the booking form."""
    form = await _form(visit, appointment_id)
    clinic = await visit.clinic()
    starts = checked(form, clinic.zone, wall(visit.now, clinic.zone))
    if starts is None or form.errors:
        return await _again(visit, form, 422)
    body = {"starts": starts.isoformat(timespec="minutes")}
    body |= {"fold": form["fold"]} if form.get("fold") else {}
    path = f"/v1/appointments/{appointment_id}/reschedule"
    try:
        done = await visit.api.act("scheduling", path, body, form.key)
    except Refused as refused:
        form.errors = refusal(form, refused, clinic)
        return await _again(visit, form, refused.status)
    if done.event is None:
        return visit.done(_here(form), "unmoved")
    return visit.done(_here(form), "moved", done.event, form.get("whom", ""))


async def _form(visit: Visit, appointment_id: str) -> Form:
    form = await visit.form()
    form["appointment_id"] = appointment_id
    return form


async def _again(visit: Visit, form: Form, status: int) -> Response:
    """The case's page with the session's form open; there is one for each session."""
    place = form["appointment_id"]
    form.errors = [(field and f"{field}-{place}", message) for field, message in form.errors]
    return await person(visit, form.get("case_id", ""), form, status)
