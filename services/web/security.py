"""At the door: headers on every answer, and no change that is not from our own pages."""

from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.web.problem_pages import problem_response
from services.web.problems import NotFromHere
from services.web.sealed import Kept
from services.web.session import COOKIE, remember
from shared.settings import Settings


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def from_our_pages(request: Request, web_url: str) -> bool:
    """Whether a browser says that one of our own pages sent this."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "")
    return origin == web_url.rstrip("/") or (
        bool(origin) and urlsplit(origin).netloc == request.headers.get("host")
    )


def cookie_header(settings: Settings, kept: Kept) -> str:
    """The header that makes the browser keep a renewed token set."""
    response = Response()
    remember(response, settings, kept)
    return response.headers["set-cookie"]


def needs_proof(request: Request) -> bool:
    """A change that rests on the cookie; a call with its own token does not, on a page it does."""
    own = request.url.path.startswith("/api/") and "authorization" in request.headers
    return request.method not in SAFE and COOKIE in request.cookies and not own


class Door:
    """ASGI middleware: refuses foreign changes, sets the headers."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        scope.setdefault("state", {})
        outgoing = self._with_headers(request, send)
        if needs_proof(request) and not from_our_pages(request, self.settings.web_url):
            await problem_response(request, NotFromHere())(scope, receive, outgoing)
            return
        await self.app(scope, receive, outgoing)

    def _with_headers(self, request: Request, send: Send) -> Send:
        path = request.url.path

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not path.startswith("/api/"):  # a service's API page brings its own scripts
                    headers["Content-Security-Policy"] = POLICY
                if kept := request.scope["state"].get("kept"):
                    headers.append("Set-Cookie", cookie_header(self.settings, kept))
                if self.settings.web_url.startswith("https:"):
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return sending


class Compressed:
    """ASGI middleware: pages are compressed; what is passed on or streamed is left as it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.plain = app
        self.zipped = GZipMiddleware(app, minimum_size=800, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        left = path.startswith(("/api/", "/live", "/static/", "/assets/"))
        await (self.plain if left else self.zipped)(scope, receive, send)
