"""Referrals: what came in, and taking it on for a clinician or turning it down with a reason."""

from fastapi import Response

from services.web import words
from services.web.cases import case_of, person_of
from services.web.clients import part
from services.web.directory import Clinic
from services.web.freshness import read_now
from services.web.problems import Refused
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


LABELS = {"clinician_id": ("clinician_id", "The clinician"), "reason": ("reason", "The reason")}
STATES = ("received", "accepted", "rejected")


async def referrals(visit: Visit) -> Response:
    """The list: what waits first, newest on top."""
    clinic = await visit.clinic()
    wish = visit.request.query_params.get("status", "received")
    state = wish if wish in STATES else "received"
    listed = await part(
        visit.api.every("intake", "/v1/referrals", clinic_id=clinic.clinic_id, status=state)
    )
    items = sorted(listed.items, key=lambda item: item["received_at"], reverse=True)
    if state == "received":  # urgent ones do not wait behind the newest
        items.sort(key=lambda item: item["urgency"] != "urgent")
    return visit.page(
        "desk/referrals.html",
        title="Referrals",
        clinic=clinic,
        fresh=read_now("Referrals", visit.now),
        listed=listed,
        items=items,
        state=state,
        picks=[
            (words.REFERRAL_STATES[each], f"/desk/referrals?status={each}", each == state)
            for each in STATES
        ],
        counts={"referrals": len(items)} if state == "received" and not listed.away else {},
        live="referrals,cases",
    )


async def referral(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """One referral, with what can be done about it."""
    item = await visit.api.get("intake", f"/v1/referrals/{case_id}", patient=bool(visit.after))
    clinic = await visit.clinic_of(item["clinic_id"])
    known = await part(visit.api.get("intake", "/v1/cases", ids=case_id))
    return visit.page(
        "desk/referral.html",
        status=status,
        title=f"Referral {item['case_number']}",
        clinic=clinic,
        fresh=read_now("Referral", visit.now),
        form=form or Form(),
        item=item,
        names=words.names(item["clients"]),
        people=[person_of(each, wall(visit.now, clinic.zone).date()) for each in item["clients"]],
        clinicians=clinicians_of(clinic),
        closed=any(case_of(each).closed for each in known.items),
        received=wall(item["received_at"], clinic.zone),
    )


def clinicians_of(clinic: Clinic) -> list[tuple[str, str]]:
    """Who may take a case, by name."""
    return clinic.offered(clinic.clinicians)


async def accept(visit: Visit, case_id: str) -> Response:
    """Take a referral on for a clinician: a client and a case exist then."""
    form = await visit.form()
    if not form.get("clinician_id"):
        form.wrong("clinician_id", "Choose the clinician who takes this case")
        return await referral(visit, case_id, form, 422)
    body = {"clinician_id": form["clinician_id"]}
    return await _decide(visit, case_id, "accept", body, form, "accepted")


async def reject(visit: Visit, case_id: str) -> Response:
    """Turn a referral down."""
    form = await visit.form()
    if not form.get("reason"):
        form.wrong("reason", "Write the reason; it is kept with the referral")
        return await referral(visit, case_id, form, 422)
    return await _decide(visit, case_id, "reject", {"reason": form["reason"]}, form, "rejected")


async def _decide(
    visit: Visit, case_id: str, verb: str, body: dict[str, str], form: Form, said: str
) -> Response:
    try:
        done = await visit.api.act("intake", f"/v1/referrals/{case_id}/{verb}", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await referral(visit, case_id, form, refused.status)
    return visit.done(f"/desk/referrals/{case_id}", said, done.event)
