"""Questionnaires that a case's clients are given: the list, giving one, giving it no longer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.web import words
from services.web.clients import Part, part
from services.web.clinician.figures import name_of_measure
from services.web.clinician.forms import closed_page, frame
from services.web.clinician.record import Record, record
from services.web.problems import Refused
from services.web.shell.fronts import CLINICIAN
from services.web.visit import Form, Visit, refusals, visiting
from services.web.walltime import wall


router = APIRouter(prefix="/cases/{case_id}", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting(CLINICIAN))]

RHYTHMS = {
    "once": "Once, now",
    "each_session": "At each session, from a day before it",
    "every_weeks": "Every so many weeks, from now on",
    "start_and_end": "Now, and in the week after the case is closed",
}
AT_THE_END = "start_and_end"  # the one rhythm of which something is left once a case is closed
BARE = "short headings only"  # what a client sees of one whose wording nobody imported
WAYS = {"yes": "By a message to the client", "no": "I hand the link over"}


@dataclass(frozen=True)
class Given:
    """One questionnaire that a client is given, in words."""

    assignment_id: str
    name: str
    who: str
    rhythm: str
    running: bool
    acts: bool  # whether anything may still be done with it
    may_open: bool  # a link, now
    link_id: str  # of a link that is open
    standing: str
    crisis: str


def given_of(asked: Part, found: Record, visit: Visit) -> list[Given]:
    """What is given now, and what was given and waits for an answer; the newest first."""
    shown = [_given(each, found, visit) for each in reversed(asked.items)]
    return [each for each in shown if each.running or each.link_id or each.crisis]


def _given(each: dict[str, Any], found: Record, visit: Visit) -> Given:
    link = each["link"]
    who = found.client(each["client_id"])
    return Given(
        assignment_id=each["assignment_id"],
        name=name_of_measure(each["measure"]),
        who=who if len(found.case.clients) > 1 else "",
        rhythm=_rhythm(each),
        running=each["ended_at"] is None,
        acts=not found.case.closed or each["rhythm"] == AT_THE_END,
        may_open=each["ended_at"] is None and _may_open(each, found, visit),
        link_id=link["link_id"] if link and link["state"] == "open" else "",
        standing=_standing(link, found, visit),
        crisis=f"Crisis text was shown to {who}" if link and link["crisis_shown_at"] else "",
    )


def _may_open(each: dict[str, Any], found: Record, visit: Visit) -> bool:
    """In a closed case only the measure of the end is asked, and only for some days."""
    closed_at = found.case.closed_at
    if not found.case.closed or closed_at is None:
        return not found.case.closed
    days = timedelta(days=visit.state.settings.link_days_after_closing)
    in_time = visit.now < datetime.fromisoformat(closed_at) + days
    return in_time and each["rhythm"] == AT_THE_END


def _rhythm(each: dict[str, Any]) -> str:
    said = {
        "once": "once",
        "each_session": "at each session",
        "every_weeks": "every week" if each["weeks"] == 1 else f"every {each['weeks']} weeks",
        "start_and_end": "at start and end",
    }[each["rhythm"]]
    return f"{said}, {'by message' if each['send'] else 'handed over'}"


def _standing(link: dict[str, Any] | None, found: Record, visit: Visit) -> str:
    if link is None:
        return "no link yet"
    now = wall(visit.now, found.clinic.zone)
    field = "expires_at" if link["state"] in ("open", "expired") else "ended_at"
    at = words.moment(wall(link[field], found.clinic.zone), now)
    said = {
        "open": "link open until",
        "used": "answered",
        "expired": "not answered, ended",
        "withdrawn": "link withdrawn",
    }
    return f"{said[link['state']]} {at}"


@router.get("/assignments/new")
async def give_form(visit: Here, case_id: UUID) -> Response:
    """Give a questionnaire."""
    return await _form(visit, str(case_id), None)


async def _form(visit: Visit, case_id: str, form: Form | None, status: int = 200) -> Response:
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    clinic = found.case.clinic_id
    offered = await part(visit.api.get("goals", "/v1/measures", clinic_id=clinic))
    people = [(c["client_id"], c["given_name"]) for c in found.case.clients]
    first = {"rhythm": "once", "send": "no"}
    first |= {"client_id": people[0][0]} if len(people) == 1 else {}
    return visit.page(
        "clinician/assignment_form.html",
        status=status,
        title=f"Give a questionnaire, case {found.case.number}",
        form=form or Form(first),
        offered=offered,
        measures=[choice_of(each) for each in offered.items if each["pack"]["on"]],
        unworded=any(each["pack"]["on"] and not each["pack"]["wording"] for each in offered.items),
        bare=BARE,
        people=people,
        rhythms=list(RHYTHMS.items()),
        ways=list(WAYS.items()),
        **frame(visit, found),
    )


def choice_of(measure: dict[str, Any]) -> tuple[str, str]:
    """A questionnaire to choose, and whether its clients would see its questions at all."""
    name = measure["name"]
    return measure["code"], name if measure["pack"]["wording"] else f"{name} ({BARE})"


@router.post("/assignments")
async def give(visit: Here, case_id: UUID) -> Response:
    """Save what is given."""
    form = await visit.form()
    body = _body(form, str(case_id))
    if form.errors:
        return await _form(visit, str(case_id), form, 422)
    try:
        done = await visit.api.act("goals", "/v1/assignments", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, {"weeks": ("weeks", "The number of weeks")})
        return await _form(visit, str(case_id), form, refused.status)
    return visit.done(f"/clinician/cases/{case_id}", "given", done.event)


def _body(form: Form, case_id: str) -> dict[str, Any]:
    for field, message in (
        ("client_id", "Choose who is asked"),
        ("measure", "Choose a questionnaire"),
        ("rhythm", "Choose how often"),
        ("send", "Choose how the link gets there"),
    ):
        if not form.get(field):
            form.wrong(field, message)
    weekly = form.get("rhythm") == "every_weeks"
    weeks = form.number("weeks") if weekly else None
    if weekly and weeks is None:
        form.wrong("weeks", "Write every how many weeks, from 1 to 52")
    chosen = {name: form.get(name) for name in ("client_id", "measure", "rhythm")}
    return {**chosen, "case_id": case_id, "weeks": weeks, "send": form.get("send") == "yes"}


@router.post("/assignments/{assignment_id}/end")
async def end(visit: Here, case_id: UUID, assignment_id: UUID) -> Response:
    """Give it no longer."""
    done = await visit.api.act("goals", f"/v1/assignments/{assignment_id}/end", None)
    return visit.done(f"/clinician/cases/{case_id}", "given-no-more", done.event)
