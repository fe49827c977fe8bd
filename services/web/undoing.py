"""Taking an act back: within some seconds, by its counter-act, in the person's own name."""

import time
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.web import words
from services.web.clients import Caller
from services.web.directory import Clinic, Directory
from services.web.problems import Late, Overtaken, Refused
from services.web.said import kept_undo, say
from services.web.session import Person, person
from services.web.visit import with_after
from services.web.walltime import wall
from shared.clock import utcnow


router = APIRouter(include_in_schema=False)
Who = Annotated[Person, Depends(person)]


@router.post("/undo")
async def undo(request: Request, who: Who) -> Response:
    """Take back what the page before offered to; too late is said, and changes nothing.

    So is that somebody has acted since: who and when, where that is known.
    """
    form = await request.form()
    sealed, key = form.get("undo"), form.get("idempotency_key")
    kept = kept_undo(request, sealed if isinstance(sealed, str) else None)
    if kept is None or kept["sub"] != who.sub or kept["until"] < time.time():
        raise Late
    caller = Caller(request.app.state.services, who.token)
    once = key if isinstance(key, str) and key else None
    try:
        done = await caller.act(kept["service"], kept["path"], kept["body"], once)
    except Refused as refused:
        if refused.status != 409:
            raise
        directory: Directory = request.app.state.directory
        clinics = await directory.clinics(caller, who.clinics)
        raise Overtaken(since(refused, clinics, who.sub, utcnow())) from refused
    # An act about a flag stands as soon as progress answers; others are heard of.
    event = None if kept["service"] == "progress" else done.event
    response = RedirectResponse(with_after(kept["back"], event), 303)
    say(request, response, "undone")
    return response


def since(refused: Refused, clinics: Iterable[Clinic], me: str, now: datetime) -> str:
    """Why nothing was taken back, in words: by a name where it is known, never by an id."""
    by, at = str(refused.problem.get("by", "")), refused.problem.get("at")
    clinic = next((each for each in clinics if by in each.staff), None)
    if not at or clinic is None:
        return refused.detail
    when = words.moment(wall(at, clinic.zone), wall(now, clinic.zone))
    name = "You have" if by == me else f"{clinic.staff[by]} has"
    return f"{name} acted on it since ({when}); nothing was taken back."
