"""Clients: all cases of the clinic; one case with contacts, sessions, messages."""

import asyncio
from datetime import date
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import Case, case_of
from services.web.clients import part, parts
from services.web.desk.booking import starts_in
from services.web.diary import sessions_of
from services.web.directory import Clinic
from services.web.freshness import read_now
from services.web.problems import NotThere, Refused
from services.web.visit import Form, Visit
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
    return visit.page(
        "desk/person.html",
        status=status,
        title=f"Case {case.number}",
        clinic=clinic,
        fresh=read_now("Record", visit.now),
        form=form or Form(),
        case=case,
        live="diary,messages",
        **await _known(visit, case, clinic),
    )


async def _known(visit: Visit, case: Case, clinic: Clinic) -> dict[str, Any]:
    """Contacts, sessions and messages of a case, each of which may be away."""
    clients, diary, messages = await parts(
        _clients(visit, [client["client_id"] for client in case.clients]),
        visit.api.every("scheduling", "/v1/appointments", case_id=case.case_id),
        visit.api.every("notifications", "/v1/messages", case_id=case.case_id),
    )
    now = wall(visit.now, clinic.zone)
    sessions = sessions_of(diary.items, {case.case_id: case}, clinic)
    return {
        "clients": clients,
        "diary": diary,
        "messages": messages,
        "people": [_person(each, now.date()) for each in clients.items],
        "coming": [s for s in sessions if s.status == "booked" and s.ends > now],
        "past": [s for s in reversed(sessions) if s.status != "booked" or s.ends <= now],
        "told": sorted(messages.items, key=lambda m: m["created_at"], reverse=True),
    }


async def _clients(visit: Visit, ids: list[str]) -> dict[str, Any]:
    """Each client with contacts, which no list gives away."""
    asked = (visit.api.get("intake", f"/v1/clients/{each}") for each in ids)
    return {"items": list(await asyncio.gather(*asked))}


def _person(item: dict[str, Any], today: date) -> dict[str, Any]:
    born = date.fromisoformat(item["date_of_birth"])
    return {
        "name": words.names([item]),
        "born": f"{born.day} {born:%B %Y} ({words.age(born, today)})",
        "contacts": item.get("contacts") or [],
    }


async def cancel(visit: Visit, appointment_id: str) -> Response:
    """Call a session off."""
    form = await visit.form()
    body = {"by": form.get("by", "client")} | (
        {"reason": form["reason"]} if form.get("reason") else {}
    )
    return await _change(visit, appointment_id, "cancel", body, form, "cancelled")


async def move(visit: Visit, appointment_id: str) -> Response:
    """Give a session another time."""
    form = await visit.form()
    starts = starts_in(form)
    if starts is None:
        return await person(visit, form.get("case_id", ""), form, 422)
    body = {"starts": starts.isoformat(timespec="minutes")}
    return await _change(visit, appointment_id, "reschedule", body, form, "moved")


async def _change(
    visit: Visit, appointment_id: str, verb: str, body: dict[str, str], form: Form, said: str
) -> Response:
    case_id = form.get("case_id", "")
    path = f"/v1/appointments/{appointment_id}/{verb}"
    try:
        done = await visit.api.act("scheduling", path, body, form.key)
    except Refused as refused:
        form.errors = [("", refused.detail)]
        return await person(visit, case_id, form, refused.status)
    return visit.done(f"/desk/clients/{case_id}", said, done.event)
