"""Pages and problem documents for what went wrong, in the frame of the page it went wrong on."""

from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from services.web.clients import Caller
from services.web.problems import (
    Away,
    Failed,
    NoFrontEnd,
    NotFromHere,
    NotTaken,
    NotThere,
    Problem,
    Refused,
    SignedOut,
    Unreadable,
)
from services.web.session import Person, reader
from services.web.shell.fronts import Front, fronts_for
from services.web.templates import render
from services.web.to_case import elsewhere
from services.web.visit import Visit
from shared.clock import utcnow
from shared.log import log


# Acts whose form is no page above them.
FORMS = (
    ("/desk/appointments", "/desk/book"),
    ("/ratings", "/rate"),
    ("/goals", "/goals/new"),
    ("/assignments", "/assignments/new"),
)


def problem_json(status: int, title: str, detail: str) -> Response:
    """RFC 9457, with nothing in it that differs between two failures of one kind."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": []}
    headers = {"Retry-After": "1"} if status in (404, 503) else {}
    return JSONResponse(
        body, status_code=status, headers=headers, media_type="application/problem+json"
    )


def problem_response(request: Request, problem: Problem) -> Response:
    """JSON under /api, a page elsewhere."""
    if _of_an_api(request):
        return problem_json(problem.status, problem.title, problem.words)
    # Nothing is asked in the person's name for what did not come from our pages.
    shown = render if isinstance(problem, NotFromHere) else _page
    return shown(
        request,
        "shell/problem.html",
        status=problem.status,
        title=problem.title,
        heading=problem.title,
        words=problem.words,
    )


def _page(request: Request, template: str, **context: Any) -> Response:
    """In the frame of the front end that it happened in, for somebody who is signed in."""
    who = reader(request)
    front = _front(request.url.path, who) if who else None
    if who is None or front is None:
        return render(request, template, person=who, **context)
    caller = Caller(request.app.state.services, who.token)
    return Visit(request, who, front, caller, utcnow()).page(template, **context)


def _front(path: str, who: Person) -> Front | None:
    """The front end of an address where that is open to the person, else their first one."""
    mine = fronts_for(who.roles)
    here = [front for front in mine if f"{path}/".startswith(f"{front.home}/")]
    return next(iter(here or mine), None)


async def on_problem(request: Request, error: Exception) -> Response:
    """The answer to an expected failure."""
    problem = error if isinstance(error, Problem) else Away()
    if isinstance(problem, SignedOut) and not _of_an_api(request):
        return await _signed_out(request)
    if isinstance(problem, NoFrontEnd) and request.method in ("GET", "HEAD"):
        who = reader(request)
        if who and (case := elsewhere(request.url.path, fronts_for(who.roles))):
            return RedirectResponse(case, 303)
    if isinstance(problem, Away) and request.method == "POST" and not _of_an_api(request):
        return await _not_saved(request)
    return problem_response(request, problem)


def _of_an_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


async def _signed_out(request: Request) -> Response:
    """Sign in and come back; what was typed into a form stays on the page, ready to send again."""
    if request.method in ("GET", "HEAD"):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?{urlencode({'next': target})}", 303)
    return render(
        request,
        "shell/signed_out.html",
        status=401,
        title=SignedOut.title,
        fields=await _typed(request),
        again=request.url.path,
    )


async def _not_saved(request: Request) -> Response:
    """An act that nobody took: never "nothing was lost", and whatever was typed is kept."""
    fields = await _typed(request)
    return _page(
        request,
        "shell/not_saved.html",
        status=Away.status,
        title="Not saved yet",
        fields=fields,
        written=[value for _, value in fields if " " in value.strip()],
        again=request.url.path,
    )


async def _typed(request: Request) -> list[tuple[str, str]]:
    """The sent form's fields, as they came."""
    form = await request.form()
    return [(key, value) for key, value in form.multi_items() if isinstance(value, str)]


async def on_http(request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405, in our look; who opens an act's address is led to its page."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return problem_response(request, NotThere())
    if status == 400:
        return problem_response(request, Unreadable())
    if status != 405:
        return problem_response(request, Failed())
    page = None if _of_an_api(request) else page_above(request)
    if page and request.method in ("GET", "HEAD"):
        return RedirectResponse(page, 303)
    return problem_response(request, NotTaken())


def page_above(request: Request) -> str | None:
    """The form of an act's address where it has a page of its own, else the nearest page above."""
    path = request.url.path.rstrip("/")
    candidates = [path.removesuffix(act) + form for act, form in FORMS if path.endswith(act)]
    while path:
        path = path.rpartition("/")[0]
        candidates.append(path or "/")
    return next((each for each in candidates if _is_page(request, each)), None)


def _is_page(request: Request, path: str) -> bool:
    asked = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    routes = request.app.router.routes
    return any(route.matches(asked)[0] is Match.FULL for route in routes)


async def on_invalid(request: Request, error: Exception) -> Response:
    """An address whose id is no id: nothing is there."""
    assert isinstance(error, RequestValidationError)
    return problem_response(request, NotThere())


async def on_refused(request: Request, error: Exception) -> Response:
    """A refusal that the page had no place for."""
    assert isinstance(error, Refused)
    return _page(
        request,
        "shell/problem.html",
        status=error.status,
        title="It was refused",
        heading="This could not be done",
        words=error.detail,
    )


async def on_bug(request: Request, error: Exception) -> Response:
    """A mistake of ours: said without details, logged by type and place."""
    log.error("request_failed", method=request.method, exc_info=error)
    return problem_response(request, Failed())


def add_handlers(app: FastAPI) -> None:
    """Every expected failure gets its page."""
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(Refused, on_refused)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_bug)
