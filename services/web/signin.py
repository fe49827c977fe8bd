"""Signing in and out: OIDC code with PKCE; the state waits in a short-lived cookie."""

import hmac
from secrets import token_urlsafe
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.web import oidc, session
from services.web.oidc import NotSignedIn
from services.web.problems import SignedOut
from services.web.said import SAID_COOKIE
from services.web.sealed import opened, seal
from services.web.session import Person, person
from services.web.shell.fronts import fronts_for
from services.web.templates import render
from shared.settings import Settings


WAITING = "tidemark_signin"
TEN_MINUTES = 600

router = APIRouter(include_in_schema=False)
Who = Annotated[Person, Depends(person)]


def safe_next(target: str | None) -> str:
    """A path of our own to come back to; anything else is the front page."""
    given = target or "/"
    ours = given.startswith("/") and not given.startswith(("//", "/\\"))
    return given if ours and not urlsplit(given).netloc else "/"


@router.get("/sign-in", name="sign_in_page")
async def sign_in_page(request: Request, next: str = "/") -> Response:
    """The page that begins it, and remembers where the person wanted to go."""
    return render(
        request,
        "shell/sign_in.html",
        title="Sign in",
        begin=f"/sign-in/begin?{urlencode({'next': safe_next(next)})}",
        returning=safe_next(next) != "/",
    )


@router.get("/sign-in/begin")
async def begin(request: Request, next: str = "/") -> Response:
    """To the issuer, with a fresh state and PKCE challenge."""
    settings: Settings = request.app.state.settings
    if request.url.netloc != urlsplit(settings.web_url).netloc:  # cookies belong to one address
        return RedirectResponse(f"{settings.web_url}/sign-in/begin?{request.url.query}", 303)
    state, verifier = token_urlsafe(24), token_urlsafe(48)
    issuer = await oidc.discovered(request)
    question = urlencode(oidc.question(settings, state, verifier))
    response = RedirectResponse(f"{issuer['authorization_endpoint']}?{question}", 303)
    waiting = {"state": state, "verifier": verifier, "next": safe_next(next)}
    response.set_cookie(
        WAITING,
        seal(settings.cookie_secret.get_secret_value(), WAITING, waiting),
        max_age=TEN_MINUTES,
        path="/sign-in",
        httponly=True,
        samesite="lax",
        secure=settings.web_url.startswith("https:"),
    )
    return response


@router.get("/sign-in/callback")
async def callback(request: Request, code: str = "", state: str = "") -> Response:
    """Back from the issuer: swap the code for tokens, seal them into the cookie, go on."""
    settings: Settings = request.app.state.settings
    secret = settings.cookie_secret.get_secret_value()
    waiting = opened(secret, WAITING, request.cookies.get(WAITING))
    if waiting is None or not code or not hmac.compare_digest(waiting["state"], state):
        raise NotSignedIn
    tokens = await oidc.swapped(request, code, waiting["verifier"])
    response = RedirectResponse(waiting["next"], 303)
    session.remember(response, settings, session.kept_of(tokens))
    response.delete_cookie(WAITING, path="/sign-in", httponly=True, samesite="lax")
    return response


@router.post("/sign-in/stay")
async def stay(who: Who) -> Response:
    """Somebody is still there: the cookie is made new."""
    return Response(status_code=204, headers={"Cache-Control": "no-store"})


@router.post("/sign-out")
async def sign_out() -> Response:
    """The cookie is forgotten; the token in it dies of age."""
    response = RedirectResponse("/sign-in", 303)
    session.forget(response)
    response.set_cookie(SAID_COOKIE, "signed-out", max_age=60, httponly=True, samesite="lax")
    return response


@router.get("/")
async def front_page(request: Request) -> Response:
    """To the person's first front end."""
    try:
        fronts = fronts_for((await person(request)).roles)
    except SignedOut:
        return RedirectResponse("/sign-in", 303)
    return RedirectResponse(fronts[0].home if fronts else "/front-ends", 303)
