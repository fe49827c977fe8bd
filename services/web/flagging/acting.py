"""Acts about a flag, the same from every front end; when somebody was faster: who, and when."""

from typing import Any

from fastapi import Response

from services.web import words
from services.web.clients import Done
from services.web.directory import Clinic
from services.web.flagging.naming import named
from services.web.flagging.page import flag_page
from services.web.flagging.returning import is_page_of, page_of
from services.web.flagging.words import FASTER
from services.web.problems import NotThere, Refused
from services.web.said import Undo, undoing
from services.web.signin import safe_next
from services.web.visit import Form, Visit, refusals
from services.web.walltime import wall


MISTAKE = {"reason": "closed_by_mistake"}
NOT_SAVED = "What you typed was not saved; it stands below"
# What an act must say, and what is said where it does not.
ASKED = {
    "assign": (("to", "Choose who is to look into it"),),
    "action": (("action", "Choose what was done"), ("note", "Write what was done, and why")),
    "close": (("reason", "Choose why it is done with"),),
    "reopen": (("reason", "Choose why it is opened again"),),
}
WHY = ("note", "Write why it is done with, in your words")
LABELS = {
    "to": ("to", "The person"),
    "note": ("note", "The note"),
    "action": ("action", "What was done"),
    "reason": ("reason", "The reason"),
}
SAYS = {
    "acknowledge": "acknowledged",
    "review": "flag_review",
    "assign": "flag_assign",
    "action": "flag_action",
    "close": "flag_close",
    "reopen": "flag_reopen",
}


async def act(visit: Visit, flag_id: str, name: str) -> Response:
    """Carry out one act of a flag's life; refused, its page with what was typed.

    No page waits for such an act: it stands where flags are read as soon as it is answered.
    """
    if name not in SAYS:
        raise NotThere
    form = await visit.form()
    form["act"] = name
    for field, message in _asked(form):
        if not form.get(field):
            form.wrong(field, message)
    if form.errors:
        return await flag_page(visit, flag_id, form, 422)
    try:
        done = await visit.api.act("progress", f"/v1/flags/{flag_id}/{name}", body(form), form.key)
    except Refused as refused:
        form.errors = faster(refused, form, await visit.clinic(), visit)
        return await flag_page(visit, flag_id, form, refused.status)
    back = _back(visit, form, flag_id)
    return visit.done(
        back,
        said_of(form, visit, done),
        undo=undo_of(form, visit, flag_id, done),
        # The flag's own page says in its heading which one it is.
        about="" if is_page_of(visit, flag_id, back) else await named(visit, done.answer),
    )


def said_of(form: Form, visit: Visit, done: Done) -> str:
    """What the next page says; whoever takes a flag, or reviews another's, has other words."""
    name, me = form["act"], visit.staff_id
    if name == "assign" and form["to"] == me:
        return "flag_take"
    if name == "review" and done.answer.get("assigned_to", me) != me:
        return "flag_review_others"
    return SAYS[name]


def _asked(form: Form) -> tuple[tuple[str, str], ...]:
    """What the act must say. The page that closes a safety flag says that it is one."""
    asked = ASKED.get(form["act"], ())
    return (*asked, WHY) if form["act"] == "close" and form.get("safety") else asked


def undo_of(form: Form, visit: Visit, flag_id: str, done: Done) -> Undo | None:
    """A closing is taken back by reopening; a lead gives back what somebody else had before."""
    path = f"/v1/flags/{flag_id}"
    if form["act"] == "close":
        return undoing("progress", f"{path}/reopen", MISTAKE, done.answer, "last_act")
    if form["act"] == "assign" and form.get("held") and "clinical_lead" in visit.person.roles:
        return undoing("progress", f"{path}/assign", {"to": form["held"]}, done.answer, "last_act")
    return None


def body(form: Form) -> dict[str, Any]:
    """What the service is told of an act."""
    wanted = {
        "acknowledge": ("note",),
        "review": ("note",),
        "assign": ("to",),
        "action": ("action", "note"),
        "close": ("reason", "note"),
        "reopen": ("reason",),
    }[form["act"]]
    return {field: form[field] for field in wanted if form.get(field)}


def _back(visit: Visit, form: Form, flag_id: str) -> str:
    """Where the act came from; its own page unless that is named."""
    return safe_next(form.get("back") or page_of(visit, flag_id))


def faster(refused: Refused, form: Form, clinic: Clinic, visit: Visit) -> list[tuple[str, str]]:
    """What is wrong, in words: for two at once who was first and when, never an id."""
    problem = refused.problem
    first = problem.get("acknowledged") or problem
    lost = f". {NOT_SAVED}" if form.get("note") else ""
    if refused.status != 409:
        return refusals(refused, LABELS)
    if first.get("by") and first.get("at"):
        form.overtaken(first["by"] == visit.staff_id)
        did = FASTER.get(problem.get("state", "acknowledged"), "was first to act on this")
        at = words.clock_time(wall(first["at"], clinic.zone), wall(visit.now, clinic.zone))
        return [("", f"{visit.who(clinic, first['by'])} {did} {at}{lost}")]
    if problem.get("assigned_to"):
        form.overtaken()
        return [("", f"{clinic.who(problem['assigned_to'])} has taken this already{lost}")]
    return [("", f"{refused.detail.rstrip('.')}{lost}")]


async def close_page(visit: Visit, flag_id: str) -> Response:
    """The question before a safety flag is closed: what, and what follows."""
    return await flag_page(visit, flag_id, Form({"act": "close"}), asking=True)
