"""Acknowledging a flag, the same from every front end; when somebody was faster: who, and when."""

from collections.abc import Awaitable, Callable

from fastapi import Response

from services.web import words
from services.web.clients import part
from services.web.flagging.acting import act
from services.web.flagging.naming import named
from services.web.flagging.returning import is_page_of
from services.web.problems import Refused
from services.web.signin import safe_next
from services.web.visit import Form, Visit
from services.web.walltime import wall


Page = Callable[[Visit, Form, int], Awaitable[Response]]


async def take(visit: Visit, flag_id: str, page: Page) -> Response:
    """Acknowledge a flag, and back; refused, the page of flags with what was typed."""
    form = await visit.form()
    if is_page_of(visit, flag_id, form.get("back", "")):
        return await act(visit, flag_id, "acknowledge")
    path, body = (
        f"/v1/flags/{flag_id}/acknowledge",
        {"note": form["note"]} if form.get("note") else {},
    )
    try:
        done = await visit.api.act("progress", path, body, form.key)
    except Refused as refused:
        form["flag_id"] = flag_id
        form.errors = [await _why(visit, form, refused)]
        return await page(visit, form, refused.status)
    back, about = safe_next(form.get("back") or visit.front.home), await named(visit, done.answer)
    return visit.done(back, "acknowledged", about=about)


async def _why(visit: Visit, form: Form, refused: Refused) -> tuple[str, str]:
    """The field and the words: which flag, and who saw it already, in the clinic's time."""
    first = refused.problem.get("acknowledged")
    if not first:
        return "", refused.detail
    form.overtaken(first["by"] == visit.staff_id)
    clinic = await visit.clinic()
    at = words.clock_time(wall(first["at"], clinic.zone), wall(visit.now, clinic.zone))
    lost = ". Your note was not saved; it stands at the flag" if form.get("note") else ""
    which, who = await _which(visit, form["flag_id"]), visit.who(clinic, first["by"])
    return f"flag-{form['flag_id']}", f"{who} acknowledged {which} {at}{lost}"


async def _which(visit: Visit, flag_id: str) -> str:
    """As `named`; where that is away, `this flag`."""
    told = (await part(visit.api.get("progress", f"/v1/flags/{flag_id}"))).value or {}
    return await named(visit, told) or "this flag"
