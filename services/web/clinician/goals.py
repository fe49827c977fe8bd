"""Agreeing a goal, and rating all goals in one go."""

import asyncio
from typing import Any

from fastapi import Response

from services.web.clinician.forms import ON, closed_page, first_date, frame, instant
from services.web.clinician.record import record
from services.web.problems import Refused
from services.web.visit import Form, Visit, refusals


ALL = "all"
LABELS = {
    "title": ("title", "The goal"),
    "description": ("description", "The description"),
    "review_on": ("review_on", "Review"),
    "rated_at": (ON, "The date"),
}
WORDS = {  # in the order in which the form asks
    "title": "Write the goal in the client’s own words",
    "kind": "Choose the kind of goal",
    "client_id": "Choose who rates this goal",
    "owner": "Choose who named this goal",
    "target": "Target must be a whole number from 0 to 10",
}


def goal_body(case_id: str, form: Form) -> dict[str, Any] | None:
    """The goal as the service takes it; None, with the form's errors, when something is missing."""
    target = form.number("target")
    for field, message in WORDS.items():
        if not form.get(field) or (field == "target" and (target is None or target > 10)):
            form.wrong(field, message)
    if form.errors:
        return None
    return {
        "case_id": case_id,
        "client_id": None if form["client_id"] == ALL else form["client_id"],
        "kind": form["kind"],
        "title": form["title"],
        "owner": form["owner"],
        "target": target,
        **({"description": form["description"]} if form.get("description") else {}),
        **({"review_on": form["review_on"]} if form.get("review_on") else {}),
    }


async def goal_form(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page on which a goal is agreed."""
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    people = [(c["client_id"], c["given_name"]) for c in found.case.clients]
    if len(people) > 1:
        people.append((ALL, "All of them"))
    filled = form or Form(
        {"owner": "client"} | ({"client_id": people[0][0]} if len(people) == 1 else {})
    )
    return visit.page(
        "clinician/goal_form.html",
        status=status,
        title=f"Add a goal, case {found.case.number}",
        form=filled,
        people=people,
        **frame(visit, found),
    )


async def set_goal(visit: Visit, case_id: str) -> Response:
    """Save a goal, and back to the case."""
    form = await visit.form()
    body = goal_body(case_id, form)
    if body is None:
        return await goal_form(visit, case_id, form, 422)
    try:
        done = await visit.api.act("goals", "/v1/goals", body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await goal_form(visit, case_id, form, refused.status)
    return visit.done(f"/clinician/cases/{case_id}", "goal", done.event)


async def rate_form(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page on which all goals are rated; earlier values are behind a summary, not to anchor."""
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    points = {g["goal_id"]: g["points"] for g in (found.shown or {"goals": []})["goals"]}
    goals = [
        {
            **goal,
            "points": points.get(goal["goal_id"], []),
            "whose": found.client(goal["client_id"]),
        }
        for goal in found.goals.items
        if goal["status"] == "active"
    ]
    return visit.page(
        "clinician/rate_form.html",
        status=status,
        title=f"Rate goals, case {found.case.number}",
        form=form or Form({"rated_by": "client"} | first_date(visit, found)),
        goals=goals,
        **frame(visit, found),
    )


async def rate(visit: Visit, case_id: str) -> Response:
    """Save the ratings that were given; each has its own key, so that none is saved twice."""
    form = await visit.form()
    given = ratings_in(form)
    if not given:
        form.wrong("", "Rate at least one goal: a whole number from 0 to 10")
    at = await instant(visit, case_id, form, "rated_at")
    if form.errors:
        return await rate_form(visit, case_id, form, 422)
    results = await asyncio.gather(
        *(_rate(visit, form, goal, value, at) for goal, value in given.items())
    )
    refused = [each for each in results if isinstance(each, Refused)]
    if refused:
        form.errors = list(dict.fromkeys(e for each in refused for e in refusals(each, LABELS)))
        return await rate_form(visit, case_id, form, refused[0].status)
    events = [each for each in results if isinstance(each, str)]
    return visit.done(f"/clinician/cases/{case_id}", "rated", events[-1] if events else None)


def ratings_in(form: Form) -> dict[str, int]:
    """Goal id to value, of all radios that were chosen."""
    values = {k.removeprefix("rating."): form.number(k) for k in form if k.startswith("rating.")}
    return {goal: value for goal, value in values.items() if value is not None and value <= 10}


async def _rate(
    visit: Visit, form: Form, goal_id: str, value: int, at: dict[str, str]
) -> str | Refused | None:
    client = form.get(f"client.{goal_id}")
    body = {"value": value, "rated_by": form.get("rated_by", "client"), **at}
    body |= {"client_id": client} if client else {}
    key = f"{form.key}.{goal_id}" if form.key else None
    try:
        return (await visit.api.act("goals", f"/v1/goals/{goal_id}/ratings", body, key)).event
    except Refused as refused:
        return refused
