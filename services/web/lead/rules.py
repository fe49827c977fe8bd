"""The flag rules of a clinic: numbers in their ranges, tried on the past, then switched on."""

from typing import Any

from fastapi import Response

from services.web import words
from services.web.cases import by_id, name_in
from services.web.clients import parts
from services.web.directory import Clinic
from services.web.flagging.history import measured
from services.web.freshness import read_now
from services.web.lead.thresholds import (
    Change,
    changed,
    entries,
    field_of,
    filled,
    trial_words,
    version_words,
)
from services.web.problems import Refused
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


FASTER = (
    "Somebody changed the rules a moment ago. Theirs hold, yours are kept in the form. Try them "
    "and switch them on again to make yours the next version, or leave this page for theirs"
)
TRYING = 60.0  # seconds that a clinic's whole past may take
NOTHING = "Nothing differs from what holds now. Change a number, or switch a rule on or off"


async def rules(
    visit: Visit, form: Form | None = None, status: int = 200, trial: dict[str, Any] | None = None
) -> Response:
    """The page of rules, with what a trial found if there was one."""
    clinic = await visit.clinic()
    known, cases = await parts(
        visit.api.get("clinics", f"/v1/clinics/{clinic.clinic_id}/rules"),
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
        trial=trial and _shown(trial, by_id(cases.items)),
        trial_words=trial and trial_words(trial),
        measured=measured,
        field_of=field_of,
        history=_history(known.value, clinic, now) if known.value else [],
    )


def _shown(trial: dict[str, Any], cases: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    """The flags that there would be more and fewer, each with its person."""
    found = []
    for change, heading in (("more", "More"), ("fewer", "Fewer")):
        those = [
            (each, words.said(words.RULES, each["rule"]), name_in(cases, each["case_id"]))
            for each in trial["differences"]
            if each["change"] == change
        ]
        found.append((heading, those))
    return found


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
    """Try what the form says on the clinic's past, or switch it on."""
    form, clinic = await visit.form(), await visit.clinic()
    known = await visit.api.get("clinics", f"/v1/clinics/{clinic.clinic_id}/rules")
    wanted = entries(form, known["rules"])
    if form.errors:
        return await rules(visit, form, 422)
    different = changed(wanted, known["rules"])
    if not different:
        form.wrong("", NOTHING)
        return await rules(visit, form, 422)
    if form.get("act") == "switch":
        return await _switch(visit, clinic, form, wanted)
    return await _try(visit, clinic, form, different)


async def _try(visit: Visit, clinic: Clinic, form: Form, different: list[Change]) -> Response:
    path = f"/v1/clinics/{clinic.clinic_id}/rules/try"
    body = {"rules": [each.as_json() for each in different]}
    try:
        done = await visit.api.act("progress", path, body, form.key, within=TRYING)
    except Refused as refused:
        form.errors = refusals(refused, {})
        return await rules(visit, form, refused.status)
    form["tried"] = "yes"
    return await rules(visit, form, trial=done.answer)


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
