"""The flag rules of a clinic: numbers in their ranges, tried on the past, then switched on."""

import time
from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import by_id
from services.web.clients import parts
from services.web.directory import Clinic
from services.web.flagging.history import measured
from services.web.freshness import read_now
from services.web.lead.rule_clocks import clocks_words
from services.web.lead.thresholds import (
    Change,
    as_tried,
    changed,
    choices,
    entries,
    field_of,
    filled,
    tried_words,
    version_words,
)
from services.web.lead.trials import BY_RULE, PERIODS, shown, since_of
from services.web.problems import Refused
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


FASTER = (
    "Somebody changed the rules a moment ago. Theirs hold, yours are kept in the form. Try them "
    "and switch them on again to make yours the next version, or leave this page for theirs"
)
TRYING = 10.0  # seconds that one call of a trial may take
PATIENCE = 8.0  # seconds of a trial that a page waits for before it says how far it is
OTHERS = (
    "Numbers were changed after the trial, so what it found is of others. Nothing was switched on:"
    " try these first"
)
NOTHING = "Nothing differs from what holds now. Change a number, or switch a rule on or off"


async def rules(
    visit: Visit, form: Form | None = None, status: int = 200, trial: dict[str, Any] | None = None
) -> Response:
    """The page of rules, with what a trial found if there was one."""
    clinic = await visit.clinic()
    known, calendar, cases = await parts(
        visit.api.get("clinics", f"/v1/clinics/{clinic.clinic_id}/rules"),
        visit.api.get("clinics", f"/v1/clinics/{clinic.clinic_id}/calendar"),
        visit.api.every("intake", "/v1/cases", clinic_id=clinic.clinic_id if trial else None),
    )
    now = wall(visit.now, clinic.zone)
    return visit.page(
        "lead/rules.html",
        status=status,
        title="Rules",
        clinic=clinic,
        now=now,
        fresh=read_now("Rules", visit.now),
        known=known,
        form=form or (filled(known.value) if known.value else Form()),
        trial=trial and shown(trial, by_id(cases.items), clinic.zone, now),
        by_rule=BY_RULE,
        choices=choices,
        calendar=calendar.value,
        clocks_words=clocks_words,
        periods=PERIODS,
        measured=measured,
        field_of=field_of,
        tried=tried_words(form.get("tried", ""), known.value["rules"])
        if form and known.value
        else "",
        history=_history(known.value, clinic, now) if known.value else [],
    )


def _history(known: dict[str, Any], clinic: Clinic, now: Any) -> list[tuple[str, ...]]:
    """Every version: since when, by whom, what it sets."""
    return [
        (
            str(each["version"]),
            words.moment(wall(each["effective_from"], clinic.zone), now),
            clinic.who(each["set_by"]),
            version_words(each["values_set"], known["rules"]),
        )
        for each in known["history"]
    ]


async def change(visit: Visit) -> Response:
    """Try what the form says on the clinic's past, go on with that or stop, or switch it on."""
    form, clinic = await visit.form(), await visit.clinic()
    known = await visit.api.get("clinics", f"/v1/clinics/{clinic.clinic_id}/rules")
    wanted = entries(form, known["rules"])
    if form.errors:
        return await rules(visit, form, 422)
    different = changed(wanted, known["rules"])
    if not different:
        form.wrong("", NOTHING)
        return await rules(visit, form, 422)
    if form.get("act") != "switch":
        return await _try(visit, clinic, form, different)
    if form.get("tried", "") not in ("", as_tried(different)):
        form.wrong("", OTHERS)
        return await rules(visit, form, 422)
    return await _switch(visit, clinic, form, wanted)


async def _try(visit: Visit, clinic: Clinic, form: Form, different: list[Change]) -> Response:
    path = f"/v1/clinics/{clinic.clinic_id}/rules/try"
    body: dict[str, Any] = {"rules": [each.as_json() for each in different]}
    if since := since_of(form.get("period"), visit.now):
        body["since"] = since
    act, trial_id = form.get("act"), form.get("trial")
    try:
        if act == "stop" and trial_id:
            found = await _ask(visit, f"{path}/{trial_id}/cancel", {})
        elif act == "go_on" and trial_id:
            found = await _until_done(visit, f"{path}/{trial_id}", {})
        else:
            form["tried"] = as_tried(different)
            found = await _until_done(visit, path, body, form.key)
    except Refused as refused:
        form.errors = refusals(refused, {})
        return await rules(visit, form, refused.status)
    return await rules(visit, form, trial=found)


async def _ask(visit: Visit, path: str, body: Any, key: str | None = None) -> dict[str, Any]:
    done = await visit.api.act("progress", path, body, key, within=TRYING)
    found: dict[str, Any] = done.answer
    return found


async def _until_done(visit: Visit, path: str, body: Any, key: str | None = None) -> dict[str, Any]:
    """A trial as far as it comes while a person waits; the page offers to go on."""
    found = await _ask(visit, path, body, key)
    begun = time.monotonic()
    while found["state"] == "running" and time.monotonic() - begun < PATIENCE:
        trial = f"/v1/clinics/{found['clinic_id']}/rules/try/{found['trial_id']}"
        found = await _ask(visit, trial, {})
    return found


async def _switch(visit: Visit, clinic: Clinic, form: Form, wanted: list[Change]) -> Response:
    path = f"/v1/clinics/{clinic.clinic_id}/rules"
    set_here = [each.as_json() for each in wanted if each.value != each.usual]
    body = {"version": form.number("version"), "values": set_here}
    try:
        done = await visit.api.act("clinics", path, body, form.key, method="PUT")
    except Refused as refused:
        form.errors = refusals(refused, {})
        if refused.status == 409:
            newest = await visit.api.get("clinics", path)
            form["version"] = str(newest["version"])
            form.errors = [("", FASTER)]
        return await rules(visit, form, refused.status)
    return visit.done("/lead/rules", "rules", done.event)
