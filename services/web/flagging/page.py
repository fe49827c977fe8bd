"""One flag: why it is there, its clock, who has been told, what was done, and what can be done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import Response

from services.web.cases import Flag, by_id, flags_of
from services.web.clients import parts
from services.web.directory import Clinic
from services.web.flagging.clocks import clock_of
from services.web.flagging.ended import why_cleared
from services.web.flagging.evidence import Telling, evidence, goals_named, titles_of
from services.web.flagging.hands import colleagues, standing
from services.web.flagging.history import (
    history,
    parameter_words,
    sources_of,
)
from services.web.flagging.informed import informed, looking, messages_about
from services.web.flagging.returning import ways
from services.web.flagging.words import ACTIONS, CLOSE_REASONS, REOPEN_REASONS
from services.web.freshness import RISK_LIMIT, freshness
from services.web.problems import NoFlag, NotThere
from services.web.still.standing import still_of
from services.web.visit import Form, Visit
from services.web.walltime import wall


# What can be done from where a flag stands (the service decides).
ACTS: dict[str, tuple[str, ...]] = {
    "raised": ("acknowledge", "assign"),
    "acknowledged": ("review", "action", "assign", "close"),
    "in_review": ("action", "assign", "close"),
    "actioned": ("review", "action", "assign", "close"),
    "closed": ("reopen",),
    "cleared": (),
}
# What is most often done about a flag of a rule stands first in the list.
USUAL = {
    "SI_ITEM": ("safety_assessed", "safety_plan_made", "client_contacted"),
    "DETERIORATION": ("clinical_support_tool_used", "discussed_in_supervision"),
    "NOT_ON_TRACK": ("clinical_support_tool_used", "discussed_in_supervision"),
    "GOAL_STALLED": ("goal_renegotiated",),
    "RECOVERED_READY": ("ending_planned",),
    "DNA_1": ("contact_attempted", "client_contacted"),
    "DNA_2": ("contact_attempted", "client_contacted"),
    "DISENGAGED": ("contact_attempted", "client_contacted", "ending_planned"),
    "WAIT_BREACH": ("re_triaged",),
    "LONG_GAP": ("re_triaged",),
    "OUTCOME_MISSING": ("score_taken",),
}


async def flag_page(
    visit: Visit, flag_id: str, form: Form | None = None, status: int = 200, asking: bool = False
) -> Response:
    """The page of one flag; `asking` shows the question before it is closed, and nothing else."""
    try:
        told = await visit.api.get("progress", f"/v1/flags/{flag_id}", patient=True)
    except NotThere:
        raise NoFlag from None
    clinic = await visit.clinic_of(told["clinic_id"])
    cases, goals, messages = await parts(
        visit.api.get("intake", "/v1/cases", ids=told["case_id"]),
        goals_named(visit, told),
        messages_about(visit, told),
    )
    named = by_id(cases.items)
    flag = flags_of([told], named)[0]
    case = named.get(flag.case_id)
    now = wall(visit.now, clinic.zone)
    cleared = await why_cleared(visit, told, clinic, now)
    telling = Telling(clinic, now, visit.front, flag.case_id, titles_of(goals))
    alone = asking or (form is not None and form.get("act") == "close" and told["safety"])
    return visit.page(
        "flagging/close.html" if alone and may_close(visit, told) else "flagging/flag.html",
        status=status,
        title=f"Flag, case {case.number}" if case else "Flag",
        clinic=clinic,
        now=now,
        fresh=freshness("Flags", told, visit.now, RISK_LIMIT),
        form=form or Form(),
        **ways(visit, flag_id, form),
        field=_fields(form or Form()),
        flag=flag,
        told=told,
        case=case,
        live=f"flags&case_id={flag.case_id}",
        **why(told, clinic, now),
        cleared=cleared,
        informed=informed(told, messages, looking(visit, clinic, now, case)),
        **evidence(told, telling),
        **choices(visit, told, clinic, flag),
        standing=standing(flag, told["acts"], clinic),
        colleagues=colleagues(
            visit.staff_id, clinic, flag.assigned_to, case.clinician_id if case else None
        ),
    )


def _fields(form: Form) -> Callable[[str], Form]:
    """Several forms stand on the page: what was typed into one, and its errors, stay with it."""

    def field(act: str) -> Form:
        return form if form.get("act") == act else Form()

    return field


def why(told: dict[str, Any], clinic: Clinic, now: datetime) -> dict[str, Any]:
    """Its rule, its clock, what was done."""
    return {
        "clock": clock_of(told["clock"], clinic.zone, now),
        "numbers": [parameter_words(each) for each in told["parameters_in_words"]],
        "sources": sources_of(told["parameters_in_words"]),
        "acts": history(told, clinic, now),
        "still": still_of(told["still"], clinic, now),
    }


def choices(visit: Visit, told: dict[str, Any], clinic: Clinic, flag: Flag) -> dict[str, Any]:
    """What this person can do about it, and with which words."""
    possible = ACTS.get(told["state"], ())
    return {
        "possible": possible,
        "may_close": may_close(visit, told),
        "actions": actions_for(flag.rule),
        "reasons": [(code, CLOSE_REASONS.get(code, code)) for code in told["may_close_with"]],
        "reopen_reasons": list(REOPEN_REASONS.items()),
    }


def may_close(visit: Visit, told: dict[str, Any]) -> bool:
    """A safety flag is closed only by a clinician; the others by whoever may see them."""
    return not told["safety"] or "clinician" in visit.person.roles


def actions_for(rule: str) -> list[tuple[str, str]]:
    """All codes of what can be done, those that suit the rule first."""
    usual = USUAL.get(rule, ())
    return [(code, ACTIONS[code]) for code in (*usual, *(c for c in ACTIONS if c not in usual))]
