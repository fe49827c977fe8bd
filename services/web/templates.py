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
from services.web.charts.words import count, every, others, signed
from services.web.charts.yardstick import LEVELS
from services.web.clinician.figures import name_of_measure
from services.web.flagging.clocks import clock_of
from services.web.flagging.hands import hands
from services.web.said import SAID_COOKIE, UNDO_COOKIE, banner, offered, reasons
from services.web.sources import cited
from services.web.walltime import wall


HEADERS = {"Cache-Control": "no-store", "Vary": "HX-Request, Cookie"}
CONTENT = "<!-- content -->"  # what stands after it is what a page shows
MARK = "mark-of-this-page"
FRAME: dict[str, Any] = {  # what every page may be given; a page that gives none has none
    "front": None,
    "person": None,
    "fresh": None,
    "now": None,
    "counts": {},
    "wanted": "",
    "live": "",
    "undo": None,
    "no_undo": "",
}
# What is another at each look though nothing changed: keys, ages, and where the clock stands.
PASSING = re.compile(
    r'name="idempotency_key" value="[^"]*"|<p class="tm-stale" data-stale.*?</p>'
    r"|<(\w+)[^<>]* data-now[^<>]*>[^<]*</\1>"
)


def environment() -> Environment:
    """The one Jinja environment; macros stand in `ui`, words in `words`."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(words=words, new_key=lambda: str(uuid4()), when=_when, day_of=_day)
    env.globals.update(within=_within)
    env.globals.update(clock_of=clock_of, hands=hands)
    env.globals.update(numbers=_numbers, levels=_levels, level=LEVELS.value)
    env.filters.update(count=count, every=every, others=others, signed=signed, cited=cited)
    env.filters.update(measure_name=name_of_measure, modality=_modality)
    env.globals["ui"] = env.get_template("shell/ui.html").module
    return env


def _numbers(highest: int) -> list[tuple[int, str]]:
    """The choices of a row of radios from 0 up."""
    return [(n, str(n)) for n in range(highest + 1)]


def _modality(code: str) -> str:
    """For whom a goal of the library is: `couple`."""
    return words.said(words.MODALITIES, code)


def _levels(described: list[str]) -> list[tuple[int, str]]:
    """The choices of a goal's described levels, lowest first."""
    pairs = zip(words.LEVELS, described, strict=True)
    return [(level, f"{LEVELS.value(level)}: {text}") for level, text in pairs]


def _when(instant: str, now: datetime, zone: str) -> str:
    """A service's time in the clinic's wall time, seen from its now."""
    return words.moment(wall(instant, zone), now)


def _within(instant: str, now: datetime, zone: str) -> str:
    """The same within a sentence."""
    return words.within(wall(instant, zone), now)


def _day(instant: str, now: datetime, zone: str) -> str:
    """The same without the hour, where that says nothing."""
    return words.day(wall(instant, zone).date(), now.date())


def render(
    request: Request, template: str, *, title: str, status: int = 200, **context: Any
) -> HTMLResponse:
    """A whole page; htmx picks its part out of it, so that there is one truth."""
    said = request.cookies.get(SAID_COOKIE)
    env: Environment = request.app.state.templates
    frame = FRAME | _about(request) | {"title": title, "banner": banner(request, said)}
    if frame["banner"]:
        frame |= {"undo": offered(request), "no_undo": reasons(said)}
    page = env.get_template(template).render(frame | context)
    # What answers a form is nobody's to be asked for again, and compared with: it has no mark.
    mark = mark_of(page) if status < 400 else ""
    response = HTMLResponse(
        page.replace(MARK, mark, 1), status_code=status, headers=HEADERS | {"Tidemark-Mark": mark}
    )
    for kept in (SAID_COOKIE, UNDO_COOKIE):
        if kept in request.cookies:
            response.delete_cookie(kept, httponly=True, samesite="lax")
    return response


def _about(request: Request) -> dict[str, Any]:
    """What the frame of a page says of its own address."""
    query = f"?{request.url.query}" if request.url.query else ""
    path = request.url.path
    return {"here": path, "reload": path + query, "asset": request.app.state.assets.url}


def mark_of(page: str) -> str:
    """What tells whether a page would look the same now: its content without what passes."""
    content = page.partition(CONTENT)[2]
    return hashlib.sha256(PASSING.sub("", content).encode()).hexdigest()[:16]
