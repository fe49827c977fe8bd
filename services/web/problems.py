"""What can go wrong on a page, and the page or the problem document that says so."""

from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from services.web.templates import render
from shared.log import log


class Problem(Exception):
    """An expected failure of a page: its status, heading and one paragraph."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"
    words: ClassVar[str] = "Nothing was lost. Try again in a moment."


class SignedOut(Problem):
    """Nobody is signed in, or no longer."""

    status = 401
    title = "You were signed out"
    words = "Sign in again; then you come back to the same page."


class NotThere(Problem):
    """Unknown, another clinic's, or not heard of yet: the same page for all three."""

    status = 404
    title = "Page not found"
    words = "There is no such record, or not yet. If you were sent here by a link, try again."


class NoFrontEnd(Problem):
    """The person's role lacks this front end."""

    status = 403
    title = "You do not have this front end"
    words = "Your role does not open it. Choose one of your own, or ask your clinic."


class NotFromHere(Problem):
    """A change that did not come from one of our own pages."""

    status = 403
    title = "This was not sent from Tidemark"
    words = "Nothing was changed. Open the page in Tidemark and send it from there."


class Away(Problem):
    """A service that the page cannot do without does not answer."""

    status = 503
    title = "This cannot be shown just now"
    words = "A part of the system does not answer. Nothing was lost. Try again."

    def __init__(self, since: float | None = None) -> None:
        super().__init__()
        self.since = since  # seconds since it last answered, where that is known


class Failed(Problem):
    """A mistake of ours."""


class TooMuch(Problem):
    """A body over the limit."""

    status = 413
    title = "Too large"
    words = "What you sent is larger than one megabyte."


@dataclass
class Refused(Exception):
    """A service said no to an act: 409, 422 and their like, with its problem document."""

    status: int
    problem: dict[str, Any]

    @property
    def detail(self) -> str:
        """What the service says, for a person."""
        return str(self.problem.get("detail") or self.problem.get("title") or "It was refused.")

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(field, message) pairs."""
        return [(e["field"], e["message"]) for e in self.problem.get("errors") or []]


def problem_json(status: int, title: str, detail: str) -> Response:
    """RFC 9457, with nothing in it that differs between two failures of one kind."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": []}
    headers = {"Retry-After": "1"} if status in (404, 503) else {}
    return JSONResponse(
        body, status_code=status, headers=headers, media_type="application/problem+json"
    )


def problem_response(request: Request, problem: Problem) -> Response:
    """JSON under /api, a page elsewhere."""
    if request.url.path.startswith("/api/"):
        return problem_json(problem.status, problem.title, problem.words)
    return render(
        request,
        "shell/problem.html",
        status=problem.status,
        title=problem.title,
        heading=problem.title,
        words=problem.words,
    )


async def on_problem(request: Request, error: Exception) -> Response:
    """The answer to an expected failure."""
    problem = error if isinstance(error, Problem) else Away()
    if isinstance(problem, SignedOut) and not request.url.path.startswith("/api/"):
        return await _signed_out(request)
    return problem_response(request, problem)


async def _signed_out(request: Request) -> Response:
    """Sign in and come back; what was typed into a form stays on the page, ready to send again."""
    if request.method in ("GET", "HEAD"):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?{urlencode({'next': target})}", 303)
    form = await request.form()
    fields = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    return render(
        request,
        "shell/signed_out.html",
        status=401,
        title=SignedOut.title,
        fields=fields,
        again=request.url.path,
    )


async def on_http(request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405, in our look."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return problem_response(request, NotThere())
    if request.url.path.startswith("/api/"):
        return problem_json(status, "Not allowed", "This address does not take that.")
    return render(
        request,
        "shell/problem.html",
        status=status,
        title="Not allowed",
        heading="This address does not take that",
        words="Nothing was changed.",
    )


async def on_invalid(request: Request, error: Exception) -> Response:
    """An address whose id is no id: nothing is there."""
    assert isinstance(error, RequestValidationError)
    return problem_response(request, NotThere())


async def on_refused(request: Request, error: Exception) -> Response:
    """A refusal that the page had no place for."""
    assert isinstance(error, Refused)
    return render(
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
