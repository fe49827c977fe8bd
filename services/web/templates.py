"""Templates: strict about what is undefined, escaped, and rendered with what every page needs."""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.web import words
from services.web.charts.words import count, signed
from services.web.walltime import wall


HEADERS = {"Cache-Control": "no-store", "Vary": "HX-Request, Cookie"}
SAID_COOKIE = "tidemark_said"
CONTENT = "<!-- content -->"  # what stands after it is what a page shows
MARK = "mark-of-this-page"
FRAME: dict[str, Any] = {  # what every page may be given; a page that gives none has none
    "front": None,
    "person": None,
    "fresh": None,
    "now": None,
    "counts": {},
    "live": "",
}
KEY = re.compile(r'name="idempotency_key" value="[^"]*"')


def environment() -> Environment:
    """The one Jinja environment; macros stand in `ui`, words in `words`."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(words=words, new_key=lambda: str(uuid4()), when=_when, numbers=_numbers)
    env.filters.update(count=count, signed=signed)
    env.globals["ui"] = env.get_template("shell/ui.html").module
    return env


def _numbers(highest: int) -> list[tuple[int, str]]:
    """The choices of a row of radios from 0 up."""
    return [(n, str(n)) for n in range(highest + 1)]


def _when(instant: str, now: datetime, zone: str) -> str:
    """A service's time in the clinic's wall time, seen from its now."""
    return words.moment(wall(instant, zone), now)


def render(
    request: Request, template: str, *, title: str, status: int = 200, **context: Any
) -> HTMLResponse:
    """A whole page; htmx picks its part out of it, so that there is one truth."""
    code = request.cookies.get(SAID_COOKIE)
    env: Environment = request.app.state.templates
    frame = FRAME | _about(request) | {"title": title, "banner": SAID.get(code or "")}
    page = env.get_template(template).render(frame | context)
    mark = mark_of(page)
    response = HTMLResponse(
        page.replace(MARK, mark, 1), status_code=status, headers=HEADERS | {"Tidemark-Mark": mark}
    )
    if code is not None:
        response.delete_cookie(SAID_COOKIE, httponly=True, samesite="lax")
    return response


def _about(request: Request) -> dict[str, Any]:
    """What the frame of a page says of its own address."""
    query = f"?{request.url.query}" if request.url.query else ""
    path = request.url.path
    return {"here": path, "reload": path + query, "asset": request.app.state.assets.url}


def mark_of(page: str) -> str:
    """What tells whether a page would look the same now: its content without the forms' keys."""
    content = page.partition(CONTENT)[2]
    return hashlib.sha256(KEY.sub("", content).encode()).hexdigest()[:16]


SAID = {
    "acknowledged": "Acknowledged. The lead sees that you have it.",
    "accepted": "Referral accepted. The case is open.",
    "rejected": "Referral rejected. The sender’s receipt says so.",
    "booked": "Session booked. The confirmation is on its way.",
    "cancelled": "Session cancelled.",
    "moved": "Session moved.",
    "recorded": "Attendance recorded.",
    "goal": "Goal saved. Take the first rating as its start.",
    "rated": "Ratings saved.",
    "scored": "Answers saved.",
    "settings": "Settings saved. They hold from the date that you gave.",
    "pausing": "Pause asked for. The reader stops within a second.",
    "resuming": "Resume asked for. The reader goes on within a second.",
    "previewing": "Preview asked for. What it would do stands beside the event in a moment.",
    "redriving": "Redrive asked for. Its outcome stands beside the event in a moment.",
    "signed-out": "You are signed out.",
}
