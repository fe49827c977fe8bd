"""One goal: how it moves, what was agreed when, what can be done with it, and every rating."""

from dataclasses import dataclass
from typing import Any

from fastapi import Response

from services.web.clients import Part, part, parts
from services.web.clinician.forms import frame
from services.web.clinician.goals import goal_of
from services.web.clinician.record import Record, record
from services.web.clinician.views import GoalView, goals_of
from services.web.problems import NotThere, Refused
from services.web.said import undoing
from services.web.visit import Form, Visit, refusals


# What can be done from where a goal stands, besides changing it (the service decides).
ACTS: dict[str, tuple[str, ...]] = {
    "proposed": ("agree", "decline"),
    "active": ("pause", "close"),
    "on_hold": ("resume", "close"),
    "achieved": ("reopen",),
    "not_achieved": ("reopen",),
    "withdrawn": ("reopen",),
    "open_at_closing": ("close",),
    "declined": (),
}
LATE = "open_at_closing"  # how such a goal ended may be said although its case is closed
ASKED = {"close": "outcome", "decline": "reason"}  # what an act must say
BACK = {"pause": "resume", "resume": "pause", "close": "reopen"}  # the act that takes it back
LABELS = {
    "outcome": ("outcome", "How it ended"),
    "reason": ("reason", "The reason"),
    "note": ("note", "The note"),
}


@dataclass(frozen=True)
class Known:
    """A goal with what its page shows."""

    goal: dict[str, Any]
    view: GoalView | None
    ratings: Part
    first: dict[str, int]  # what was entered first, of those ratings that hold another value now


async def goal_page(
    visit: Visit, case_id: str, goal_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page of one goal."""
    found = await record(visit, case_id)
    known = await _known(visit, found, goal_id)
    acts = ACTS.get(known.goal["status"], ())
    if found.case.closed and known.goal["status"] != LATE:
        acts = ()
    return visit.page(
        "clinician/goal.html",
        status=status,
        title=f"A goal, case {found.case.number}",
        form=form or Form(),
        goal=known.goal,
        view=known.view,
        ratings=known.ratings,
        first=known.first,
        acts=acts,
        may_change=bool(acts) and "reopen" not in acts and not found.case.closed,
        who={c["client_id"]: c["given_name"] for c in found.case.clients},
        **frame(visit, found),
    )


async def _known(visit: Visit, found: Record, goal_id: str) -> Known:
    goal = await goal_of(visit, found, goal_id)
    ratings = await part(visit.api.every("goals", f"/v1/goals/{goal_id}/ratings"))
    views = goals_of(found, {goal_id: goal["versions"]})
    view = next((each for each in views if each.goal_id == goal_id), None)
    return Known(goal, view, ratings, await _first(visit, ratings))


async def _first(visit: Visit, ratings: Part) -> dict[str, int]:
    """By rating: the value that was entered first, where a correction changed it."""
    changed = [each for each in ratings.items if each["version"] > 1]
    told = await parts(*(visit.api.get("goals", f"/v1/ratings/{r['rating_id']}") for r in changed))
    found = {
        rating["rating_id"]: each.value["versions"][-1]["value"]
        for rating, each in zip(changed, told, strict=True)
        if each.value
    }
    now = {each["rating_id"]: each["value"] for each in changed}
    return {rating: value for rating, value in found.items() if value != now[rating]}


async def act(visit: Visit, case_id: str, goal_id: str, name: str) -> Response:
    """Carry out one act of a goal's life, and back to its page, which says so."""
    if name not in {each for acts in ACTS.values() for each in acts}:
        raise NotThere
    form = await visit.form()
    asked = ASKED.get(name)
    if asked and not form.get(asked):
        form.wrong(asked, "Choose how it ended" if name == "close" else "Choose the reason")
        return await goal_page(visit, case_id, goal_id, form, 422)
    body = {field: form[field] for field in (asked, "note") if field and form.get(field)}
    try:
        done = await visit.api.act("goals", f"/v1/goals/{goal_id}/{name}", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await goal_page(visit, case_id, goal_id, form, refused.status)
    back = BACK.get(name)
    path = f"/v1/goals/{goal_id}/{back}"
    undo = undoing("goals", path, {}, done.answer, "last_act") if back else None
    page = f"/clinician/cases/{case_id}/goals/{goal_id}"
    return visit.done(page, f"goal_{name}", done.event, undo=undo)
