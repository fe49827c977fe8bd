"""Ending a case, the same from both front ends that may: the question first, and no way back."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import Case
from services.web.clients import part
from services.web.clinician.record import case_seen, record
from services.web.closing.ended import ended, ended_of
from services.web.closing.standing import Booked, Clinical, booked_of, clinical_of, diary_of
from services.web.closing.words import ENDINGS, groups
from services.web.diary import sessions_of
from services.web.directory import Clinic
from services.web.freshness import RISK_LIMIT, Freshness, freshness, read_now
from services.web.problems import Refused
from services.web.safeguarding.raising import back_of
from services.web.shell.fronts import CLINICIAN
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


CODE = "end_code"
LABELS = {CODE: (CODE, "How it ended")}


@dataclass(frozen=True)
class Open:
    """What the question shows of a case: to the front desk its sessions, and nothing clinical."""

    case: Case
    clinic: Clinic
    booked: Booked
    fresh: Freshness
    clinical: Clinical | None = None
    away: dict[str, bool] = field(default_factory=dict)  # parts that cannot be shown


async def end_form(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """What closing does, what is still open, how it ended; of a closed case how that was said."""
    found = await (_record(visit, case_id) if visit.front == CLINICIAN else _diary(visit, case_id))
    gone = await ended(visit, found.case, found.clinic)
    return visit.page(
        "closing/end.html",
        status=409 if gone and status == 200 else status,
        title=f"End case {found.case.number}",
        form=form or Form(),
        case=found.case,
        clinic=found.clinic,
        now=wall(visit.now, found.clinic.zone),
        fresh=found.fresh,
        back=back_of(visit, found.case.case_id),
        open=found,
        closing=gone,
        groups=groups(found.booked.treated),
        days=visit.state.settings.link_days_after_closing,
    )


async def _record(visit: Visit, case_id: str) -> Open:
    found = await record(visit, case_id)
    return Open(
        found.case,
        found.clinic,
        diary_of(found, wall(visit.now, found.clinic.zone)),
        freshness("Goals, scores and flags", found.shown, visit.now, RISK_LIMIT),
        clinical_of(found),
        {"diary": found.diary.away, "goals": found.goals.away, "flags": found.progress.away},
    )


async def _diary(visit: Visit, case_id: str) -> Open:
    case = await case_seen(visit, case_id)
    clinic = await visit.clinic_of(case.clinic_id)
    diary = await part(visit.api.every("scheduling", "/v1/appointments", case_id=case_id))
    sessions = sessions_of(diary.items, {case_id: case}, clinic)
    booked = booked_of(sessions, not diary.away, wall(visit.now, clinic.zone))
    fresh = read_now("Record", visit.now)
    return Open(case, clinic, booked, fresh, away={"diary": diary.away})


async def end(visit: Visit, case_id: str) -> Response:
    """Close it, and back to its page; refused, the question again with what was chosen."""
    form = await visit.form()
    if form.get(CODE) not in ENDINGS:
        form.wrong(CODE, "Choose how it ended")
    if form.get("confirmed") != "yes":
        form.wrong("confirmed", "Confirm that this case is to be closed")
    if form.errors:
        return await end_form(visit, case_id, form, 422)
    path, body = f"/v1/cases/{case_id}/close", {CODE: form[CODE]}
    case = await case_seen(visit, case_id)
    try:
        done = await visit.api.act("intake", path, body, form.key)
    except Refused as refused:
        form.errors = _why(refused, form, await visit.clinic_of(case.clinic_id), visit)
        return await end_form(visit, case_id, form, refused.status)
    return visit.done(back_of(visit, case.case_id), "case_closed", done.event)


def _why(refused: Refused, form: Form, clinic: Clinic, visit: Visit) -> list[tuple[str, str]]:
    """What is wrong; where somebody was faster: who closed it, when and how, and what is lost."""
    said: dict[str, Any] = refused.problem
    if refused.status != 409 or not said.get("at"):
        return refusals(refused, LABELS)
    own = said.get("by") == visit.staff_id
    form.overtaken(own)
    first = ended_of(said["at"], said | {"closed_by": said.get("by")}, clinic)
    who, how = "You" if own else first.who or "Somebody", f": {first.how}" if first.how else ""
    at = words.moment(wall(said["at"], clinic.zone), wall(visit.now, clinic.zone))
    lost = f"Your choice was not saved: “{ENDINGS[form[CODE]]}”"
    return [("", f"{who} closed this case first ({at}){how}. {lost}")]
