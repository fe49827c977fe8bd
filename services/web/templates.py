"""Templates: strict about what is undefined, escaped, and rendered with what every page needs."""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.web import words
from services.web.charts.words import count, signed
from services.web.charts.yardstick import LEVELS
from services.web.clinician.figures import name_of_measure
from services.web.flagging.clocks import clock_of
from services.web.sealed import opened, seal
from services.web.sources import cited
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
    "wanted": "",
    "live": "",
}
KEY = re.compile(r'name="idempotency_key" value="[^"]*"|<p class="tm-stale" data-stale.*?</p>')


def environment() -> Environment:
    """The one Jinja environment; macros stand in `ui`, words in `words`."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(words=words, new_key=lambda: str(uuid4()), when=_when)
    env.globals.update(clock_of=clock_of)
    env.globals.update(numbers=_numbers, levels=_levels, level=LEVELS.value)
    env.filters.update(count=count, signed=signed, cited=cited)
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


def render(
    request: Request, template: str, *, title: str, status: int = 200, **context: Any
) -> HTMLResponse:
    """A whole page; htmx picks its part out of it, so that there is one truth."""
    said = request.cookies.get(SAID_COOKIE)
    env: Environment = request.app.state.templates
    frame = FRAME | _about(request) | {"title": title, "banner": banner(request, said)}
    page = env.get_template(template).render(frame | context)
    mark = mark_of(page)
    response = HTMLResponse(
        page.replace(MARK, mark, 1), status_code=status, headers=HEADERS | {"Tidemark-Mark": mark}
    )
    if said is not None:
        response.delete_cookie(SAID_COOKIE, httponly=True, samesite="lax")
    return response


def say(request: Request, response: Response, said: str, whom: str) -> None:
    """Let the next page say what was done, and for whom; a name is never readable in a cookie."""
    named = f".{seal(_secret(request), SAID_COOKIE, {'whom': whom})}" if whom else ""
    response.set_cookie(SAID_COOKIE, said + named, max_age=60, httponly=True, samesite="lax")


def banner(request: Request, said: str | None) -> str | None:
    """What a page says of the act that led to it: `Ines Ueda: attended.`"""
    code, _, named = (said or "").partition(".")
    kept = opened(_secret(request), SAID_COOKIE, named) if named else None
    words_ = SAID.get(code)
    if not words_ or not kept:
        return words_
    return f"{kept['whom']}: {words_[0].lower()}{words_[1:]}"


def _secret(request: Request) -> str:
    secret: str = request.app.state.settings.cookie_secret.get_secret_value()
    return secret


def _about(request: Request) -> dict[str, Any]:
    """What the frame of a page says of its own address."""
    query = f"?{request.url.query}" if request.url.query else ""
    path = request.url.path
    return {"here": path, "reload": path + query, "asset": request.app.state.assets.url}


def mark_of(page: str) -> str:
    """What tells whether a page would look the same now: its content without keys and ages."""
    content = page.partition(CONTENT)[2]
    return hashlib.sha256(KEY.sub("", content).encode()).hexdigest()[:16]


SAID = {
    "acknowledged": "Acknowledged. The lead sees that you have it.",
    "flag_review": "Review started. It is yours to look into.",
    "flag_assign": "Handed over. Whoever has it now is told.",
    "flag_action": "Action recorded.",
    "flag_close": "Closed. New evidence raises it again.",
    "discussed": "Recorded as discussed.",
    "flag_reopen": "Reopened. It is in review again.",
    "accepted": "Referral accepted. The case is open.",
    "rejected": "Referral rejected. Tidemark does not tell the sender: do so yourself.",
    **{code: f"{text}." for code, text in words.OUTCOMES.items()},
    "booked": "Session booked. The confirmation stands under Messages once it is written.",
    "cancelled": "Session cancelled.",
    "moved": "Session moved.",
    "unmoved": "Nothing changed: the session is at that time already.",
    "recorded": "Attendance recorded.",
    "goal": "Goal saved. Take the first rating as its start.",
    "revised": "Changed. What was agreed before stands below.",
    "goal_agree": "Agreed. Work on this goal begins.",
    "goal_decline": "Declined. The reason is kept.",
    "goal_pause": "On hold.",
    "goal_resume": "Worked on again.",
    "goal_close": "This goal has ended.",
    "goal_reopen": "Reopened. Work on this goal goes on.",
    "corrected": "Corrected. What was there before is kept.",
    "voided": "Voided. It counts for nothing any more; what it was is kept.",
    "rated": "Ratings saved.",
    "disclosed": "Recorded. The flag stands below in a moment.",
    "reviewed": "Reviewed. The next review date stands below.",
    "scored": "Answers saved.",
    "given": "Questionnaire given. Where its link stands is shown below.",
    "given-no-more": "It is given no longer. A link that is open can still be used.",
    "link-withdrawn": "The link is withdrawn. Nobody can answer on it.",
    "settings": "Settings saved as the newest version, which says from when it holds.",
    "switched_on": "Switched on.",
    "switched_off": "Switched off. What was answered stays.",
    "wording": "Wording taken over. Clients see it from now on.",
    "withdrawn": "Withdrawn. Clients see the short labels.",
    "template": "Added to the library.",
    "template_retire": "Hidden. It can be offered again below.",
    "template_restore": "Offered again.",
    "pausing": "Pause asked for. The reader stops within a second.",
    "resuming": "Resume asked for. The reader goes on within a second.",
    "previewing": "Preview asked for. What it would do stands beside the event in a moment.",
    "concern": "Passed on to the safeguarding lead. Nobody else sees it.",
    "concern_acknowledge": "Acknowledged. The clock for the referral runs on.",
    "concern_refer": "Referral to the authority recorded.",
    "concern_tell": "Recorded who was told.",
    "concern_name": "Named. They can see this concern from now on.",
    "concern_close": "Closed. It stays on record.",
    "rebuilding": "Rebuild asked for. The worker begins within a second.",
    "switching": "Switch asked for. This page shows when it is done.",
    "switching_back": "Switch back asked for. This page shows when it is done.",
    "repairing": "Repair asked for. The case leaves this list when it is as the log says.",
    "rules": "Rules changed. They hold for what comes from now on.",
    "calendar": "Calendar changed. Clocks that run are counted by it from now on.",
    "redriving": "Redrive asked for. Its outcome stands beside the event in a moment.",
    "signed-out": "You are signed out.",
}
