"""Taking an act back: within some seconds, by its counter-act, in the person's own name."""

import time
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.web.clients import Caller
from services.web.problems import Late
from services.web.said import kept_undo, say
from services.web.session import Person, person
from services.web.visit import with_after


router = APIRouter(include_in_schema=False)
Who = Annotated[Person, Depends(person)]


@router.post("/undo")
async def undo(request: Request, who: Who) -> Response:
    """Take back what the page before offered to; too late is said, and changes nothing."""
    form = await request.form()
    sealed, key = form.get("undo"), form.get("idempotency_key")
    kept = kept_undo(request, sealed if isinstance(sealed, str) else None)
    if kept is None or kept["sub"] != who.sub or kept["until"] < time.time():
        raise Late
    caller = Caller(request.app.state.services, who.token)
    once = key if isinstance(key, str) and key else None
    done = await caller.act(kept["service"], kept["path"], kept["body"], once)
    response = RedirectResponse(with_after(kept["back"], done.event), 303)
    say(request, response, "undone", "")
    return response
