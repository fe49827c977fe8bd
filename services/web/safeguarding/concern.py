"""The safeguarding lead's list, and one concern: referral, who was told or may see it, closing."""

from typing import Any

from fastapi import Response

from services.web.cases import by_id
from services.web.clients import part, parts
from services.web.flagging.acting import faster
from services.web.flagging.words import CLOSE_REASONS
from services.web.freshness import read_now
from services.web.problems import NotThere, Refused
from services.web.safeguarding.told import ACTS, concern_of, summary
from services.web.shell.fronts import SAFEGUARDING
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


REASONS = (
    "referred_to_authority",
    "threshold_not_met",
    "action_taken",
    "no_action_needed",
    "entered_wrongly",
    "case_ended",
)
ASKED = {  # what an act must say, and what is said where it does not
    "acknowledge": (),
    "refer": (("note", "Write to whom it was referred, when, and how"),),
    "tell": (("note", "Write who was told, and what"),),
    "name": (("staff_id", "Choose who is to see it"),),
    "close": (("reason", "Choose why it is done with"), ("note", "Write why it is done with")),
}
LABELS = {
    "note": ("note", "The note"),
    "reason": ("reason", "The reason"),
    "staff_id": ("staff_id", "The person"),
}


async def concerns_page(visit: Visit) -> Response:
    """Every concern of the clinic, open ones first: urgent ones, then by their clocks."""
    clinic = await visit.clinic()
    told, cases = await parts(
        visit.api.every("progress", "/v1/concerns", clinic_id=clinic.clinic_id),
        visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id),
    )
    now, named = wall(visit.now, clinic.zone), by_id(cases.items)
    found = [concern_of(item, named, clinic, now) for item in told.items]
    return visit.page(
        "safeguarding/concerns.html",
        title="Concerns",
        clinic=clinic,
        now=now,
        fresh=read_now("Concerns", visit.now),
        live="concerns",
        told=told,
        summary="" if told.away else summary(found),
        open=sorted((each for each in found if each.open), key=lambda each: not each.urgent),
        closed=[each for each in found if not each.open],
        counts={} if told.away else {"concerns": sum(each.open for each in found)},
    )


async def concern_page(
    visit: Visit, concern_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """One concern; NotThere, as for one that never was, for whoever may not see it."""
    told = await visit.api.get("progress", f"/v1/concerns/{concern_id}")
    clinic = await visit.clinic_of(told["clinic_id"])
    cases = await part(visit.api.get("intake", "/v1/cases", ids=told["case_id"]))
    now = wall(visit.now, clinic.zone)
    form = form or Form()
    known = {*told["named"], visit.staff_id}
    return visit.page(
        "safeguarding/concern.html",
        status=status,
        title="A concern",
        clinic=clinic,
        now=now,
        fresh=read_now("The concern", visit.now),
        live="concerns",
        form=form,
        field=lambda act: form if form.get("act") == act else Form(),
        concern=concern_of(told, by_id(cases.items), clinic, now),
        possible=ACTS.get(told["state"], ()),
        people=clinic.offered(id_ for id_ in clinic.concerned if id_ not in known),
        reasons=[(code, CLOSE_REASONS[code]) for code in REASONS],
        own=visit.front == SAFEGUARDING,
    )


async def act(visit: Visit, concern_id: str, name: str) -> Response:
    """One act about a concern, and back to its page."""
    if name not in ASKED:
        raise NotThere
    form = await visit.form()
    form["act"] = name
    for field, message in ASKED[name]:
        if not form.get(field):
            form.wrong(field, message)
    if form.errors:
        return await concern_page(visit, concern_id, form, 422)
    body: dict[str, Any] = {f: form[f] for f in ("note", "reason", "staff_id") if form.get(f)}
    try:
        path = f"/v1/concerns/{concern_id}/{name}"
        await visit.api.act("progress", path, body, form.key)
    except Refused as refused:
        if refused.status == 409:  # somebody was first: who, and when
            form.errors = faster(refused, form, await visit.clinic(), visit)
        else:
            form.errors = refusals(refused, LABELS)
        return await concern_page(visit, concern_id, form, refused.status)
    return visit.done(f"{visit.front.home}/concerns/{concern_id}", f"concern_{name}")
