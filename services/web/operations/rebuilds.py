"""Rebuilds: how far each is, what the comparison found, switching; and cases to be repaired."""

import re
from datetime import datetime, timedelta
from typing import Any

from fastapi import Response

from services.web.charts.words import count
from services.web.clients import parts
from services.web.freshness import read_now
from services.web.operations.differing import beside, matters, why_words
from services.web.operations.incidents import Differing, by_case
from services.web.operations.names import case_id_of, names
from services.web.operations.rebuilding import (
    NOTHING_DONE,
    back_at,
    bar,
    before_words,
    live_words,
    progress_words,
    result_words,
    state_words,
)
from services.web.operations.runbook import RUNBOOK
from services.web.problems import Problem, Refused
from services.web.visit import Form, Visit, refusals


NEEDS_REASON = "Write the reason; it is kept with your name"
MANY, NEWEST = 200, 10  # incidents and repairs that are asked for
NEWS = timedelta(minutes=10)  # in which whoever asked for a repair looks for what came of it
LABELS = {"reason": ("reason", "The reason")}
CASE_NUMBER = re.compile(r"tm-\d{1,12}", re.IGNORECASE)
TURNS = {"switch": "switching", "switch-back": "switching_back"}


async def rebuilds(visit: Visit, form: Form | None = None, status: int = 200) -> Response:
    """Every rebuild, and the cases that are not what the log comes to."""
    known, incidents, repairs = await parts(
        visit.api.get("progress", "/v1/rebuilds"),
        visit.api.get("progress", "/v1/incidents", limit=MANY),
        visit.api.get("progress", "/v1/repairs", limit=NEWEST),
    )
    open_ = by_case([each for each in incidents.items if each["repaired_at"] is None])
    about = [each["case_id"] for each in [*repairs.items, *incidents.items]]
    return visit.page(
        "operations/rebuilds.html",
        status=status,
        title="Rebuilds",
        fresh=read_now("Rebuilds", visit.now),
        form=form or Form(),
        known=known,
        incidents=incidents,
        open=open_,
        repaired=by_case([each for each in incidents.items if each["repaired_at"]]),
        repairs=repairs,
        refused=refused_of(repairs.items),
        waiting=any(each["done_at"] is None for each in repairs.items),
        just_now=any(
            visit.now - datetime.fromisoformat(each["at"]) < NEWS for each in repairs.items
        ),
        summary=summary(known.items, open_),
        undecided=undecided_of(known.items),
        names=await names(visit, about),
        **_words(),
    )


def refused_of(repairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cases of which the newest repair changed nothing: what it said stands in the open."""
    newest: dict[str, dict[str, Any]] = {}
    for each in repairs:
        newest.setdefault(each["case_id"], each)
    said = {case_id: each["outcome"] or "" for case_id, each in newest.items()}
    return [newest[case_id] for case_id, told in said.items() if told.startswith(NOTHING_DONE)]


def _words() -> dict[str, Any]:
    return {
        "state_words": state_words,
        "result_words": result_words,
        "before_words": before_words,
        "live_words": live_words,
        "back_at": back_at,
        "progress_words": progress_words,
        "bar": bar,
        "why_words": why_words,
        "matters": matters,
    }


def summary(known: list[dict[str, Any]], differing: list[Differing]) -> str:
    """Whether something is under way or waits for somebody, and whether a case differs."""
    said = f"{_under_way(known)}."
    if not differing:
        return f"{said} No case differs from the log."
    verb = "differs" if len(differing) == 1 else "differ"
    return f"{said} {count(len(differing), 'case')} {verb} from the log."


def _under_way(known: list[dict[str, Any]]) -> str:
    busy = next((each for each in known if each["state"] in ("asked", "building")), None)
    if busy:
        return f"Rebuild {busy['number']} is under way"
    if turning := next((each for each in known if each.get("turning")), None):
        way = "switch back" if turning["turning"] == "switch_back" else "switch"
        return f"The {way} of rebuild {turning['number']} is under way"
    if undecided := undecided_of(known):
        return f"No rebuild is under way, but rebuild {undecided} waits for somebody’s decision"
    return "No rebuild is under way"


def undecided_of(known: list[dict[str, Any]]) -> int | None:
    """The rebuild that is compared and that nobody has switched to yet; a later one ends it."""
    waiting = (each for each in known if each["state"] == "compared" and not each["automatic"])
    return next((each["number"] for each in waiting if not each.get("turning")), None)


async def rebuild(
    visit: Visit, number: int, form: Form | None = None, status: int = 200
) -> Response:
    """One rebuild with its differences by reason."""
    told = await visit.api.get("progress", f"/v1/rebuilds/{number}", patient=True)
    return visit.page(
        "operations/rebuild.html",
        status=status,
        title=f"Rebuild {number}",
        fresh=read_now("The rebuild", visit.now),
        form=form or Form(),
        told=told,
        groups=[
            (each, [beside(d) for d in told["differences"] if d["reason"] == each["reason"]])
            for each in told["by_reason"]
        ],
        busy=any(each["done_at"] is None for each in told["acts"]),
        names=await names(visit, [each["case_id"] for each in told["differences"]]),
        **_words(),
    )


async def ask(visit: Visit) -> Response:
    """Begin a rebuild."""
    form = await visit.form()
    if not form.get("reason"):
        form.wrong("reason", NEEDS_REASON)
        return await rebuilds(visit, form, 422)
    try:
        done = await visit.api.act("progress", "/v1/rebuilds", {"reason": form["reason"]}, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await rebuilds(visit, form, refused.status)
    return visit.done(f"/operations/rebuilds/{done.answer['number']}", "rebuilding")


async def turn(visit: Visit, number: int, act: str) -> Response:
    """Switch to the rebuilt version or back: only with its number typed, and a reason."""
    form = await visit.form()
    told = await visit.api.get("progress", f"/v1/rebuilds/{number}")
    wanted = told["version"] if act == "switch" else told["previous"]
    if form.get("version") != str(wanted):
        form.wrong("version", f"Type {wanted}, the number of the version that all are to read")
    if not form.get("reason"):
        form.wrong("reason", NEEDS_REASON)
    if form.errors:
        return await rebuild(visit, number, form, 422)
    path, body = f"/v1/rebuilds/{number}/{act}", {"reason": form["reason"]}
    try:
        await visit.api.act("progress", path, body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, LABELS)
        return await rebuild(visit, number, form, refused.status)
    return visit.done(f"/operations/rebuilds/{number}", TURNS[act])


async def repair_typed(visit: Visit) -> Response:
    """Fold the case anew that somebody named by number or id: the tables may have lost it."""
    form = await visit.form()
    typed = form.get("case_id", "").strip()
    try:
        case_id = await case_id_of(visit, typed)
    except Problem:
        form.wrong("case_id", "Case numbers cannot be looked up now: type the case’s id instead")
        return await rebuilds(visit, form, 503)
    if case_id:
        return await repair(visit, case_id, "one")
    form.wrong("case_id", _no_case(typed))
    return await rebuilds(visit, form, 422)


def _no_case(typed: str) -> str:
    if CASE_NUMBER.fullmatch(typed):
        return f"Your clinics have no case {typed.upper()}: check the number, or type the case’s id"
    return "Type the case’s number, such as TM-1005, or its id of 36 letters, digits and hyphens"


async def repair(visit: Visit, case_id: str, place: str = "") -> Response:
    """Fold one case anew from the log. `place`: which of the page's forms was sent."""
    form = await visit.form()
    if not form.get("reason"):
        form.wrong(f"reason-{place or case_id}", NEEDS_REASON)
        return await rebuilds(visit, form, 422)
    path, body = f"/v1/cases/{case_id}/repair", {"reason": form["reason"]}
    try:
        await visit.api.act("progress", path, body, form.key)
    except Refused as refused:
        form.errors = [("", refused.detail)]
        return await rebuilds(visit, form, refused.status)
    return visit.done("/operations/rebuilds", "repairing")


async def runbook(visit: Visit) -> Response:
    """What to do when something broke."""
    return visit.page(
        "operations/runbook.html",
        title="When something broke",
        fresh=read_now("This page", visit.now),
        troubles=RUNBOOK,
    )
