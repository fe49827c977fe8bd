"""Rating all goals in one go: each of the people who rates a goal has a line of its own."""

from typing import Any, NamedTuple

from fastapi import Response

from services.web import words
from services.web.clinician.agreeing import LABELS
from services.web.clinician.forms import closed_page, first_date, frame, instant
from services.web.clinician.record import Record, record
from services.web.problems import Refused
from services.web.visit import Form, Visit, refusals


RATABLE = ("active", "on_hold")
SIGNED = {str(level): level for level in words.LEVELS}


class Line(NamedTuple):
    """One person's rating of one goal as the form asks for it."""

    field: str
    who: str
    earlier: list[dict[str, Any]]


async def rate_form(
    visit: Visit, case_id: str, form: Form | None = None, status: int = 200
) -> Response:
    """The page on which all goals are rated; earlier values are behind a summary, not to anchor."""
    found = await record(visit, case_id)
    if found.case.closed:
        return closed_page(visit, found)
    points = {g["goal_id"]: g["points"] for g in (found.shown or {"goals": []})["goals"]}
    goals = [
        {**goal, "lines": lines(goal, points.get(goal["goal_id"], []), found)}
        for goal in found.goals.items
        if goal["status"] in RATABLE
    ]
    return visit.page(
        "clinician/rate_form.html",
        status=status,
        title=f"Rate goals, case {found.case.number}",
        form=form or Form({"rated_by": "client"} | first_date(visit, found)),
        goals=goals,
        **frame(visit, found),
    )


def lines(goal: dict[str, Any], points: list[dict[str, Any]], found: Record) -> list[Line]:
    """Who rates a goal: the client whose it is, or each of them when it is shared."""
    told = [point for point in points if not point.get("voided")]
    every = [client["client_id"] for client in found.case.clients]
    whose = [goal["client_id"]] if goal["client_id"] else every
    several = len(found.case.clients) > 1
    return [
        Line(
            f"rating.{goal['goal_id']}.{client}",
            found.client(client) if several else "",
            [p for p in told if p.get("client_id") in (client, None)] if several else told,
        )
        for client in whose
    ]


def ratings_in(form: Form) -> dict[tuple[str, str], int]:
    """(goal id, client id) to value, of all radios that were chosen."""
    chosen: dict[tuple[str, str], int] = {}
    for field in form:
        parts = field.split(".")
        if len(parts) == 3 and parts[0] == "rating":
            value = SIGNED.get(form[field], form.number(field))
            if value is not None and value <= 10:
                chosen[parts[1], parts[2]] = value
    return chosen


async def rate(visit: Visit, case_id: str) -> Response:
    """Save the ratings that were given; each has its own key, so that none is saved twice.

    One after the other: a page that shows the last one then shows them all.
    """
    form = await visit.form()
    given = ratings_in(form)
    if not given:
        form.wrong("", "Rate at least one goal")
    at = await instant(visit, case_id, form, "rated_at")
    if form.errors:
        return await rate_form(visit, case_id, form, 422)
    results = [
        await _rate(visit, form, goal, client, value, at) for (goal, client), value in given.items()
    ]
    refused = [each for each in results if isinstance(each, Refused)]
    if refused:
        form.errors = list(dict.fromkeys(e for each in refused for e in refusals(each, LABELS)))
        return await rate_form(visit, case_id, form, refused[0].status)
    events = [each for each in results if isinstance(each, str)]
    return visit.done(f"/clinician/cases/{case_id}", "rated", events[-1] if events else None)


async def _rate(
    visit: Visit, form: Form, goal_id: str, client_id: str, value: int, at: dict[str, str]
) -> str | Refused | None:
    by = form.get("rated_by", "client")
    body = {"value": value, "rated_by": by, "client_id": client_id, **at}
    key = f"{form.key}.{goal_id}.{client_id}" if form.key else None
    try:
        return (await visit.api.act("goals", f"/v1/goals/{goal_id}/ratings", body, key)).event
    except Refused as refused:
        return refused
