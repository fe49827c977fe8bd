"""Who is at the browser: the sealed cookie with the token set. No session is kept."""

import time
from dataclasses import dataclass
from typing import Any

import jwt
from fastapi import Request, Response

from services.web import oidc
from services.web.problems import SignedOut
from services.web.sealed import Kept, opened, seal
from shared.settings import Settings


COOKIE = "tidemark"
EARLY = 60  # seconds: a token about to expire is renewed before a call can meet its end
IDLE = 1800  # seconds without an act by hand; then the cookie speaks for nobody
AGAIN = 60  # seconds after which the cookie is sealed anew with the time of the last act


@dataclass(frozen=True)
class Person:
    """The signed-in member of staff; `token` speaks for them at the services."""

    sub: str
    name: str
    roles: frozenset[str]
    clinics: tuple[str, ...]
    token: str
    until: float


def kept_of(tokens: dict[str, Any]) -> Kept:
    """What the cookie keeps of a token set, beginning now."""
    return {
        "access_token": tokens["access_token"],
        "refresh_token": tokens.get("refresh_token"),
        "name": _name(tokens),
        "seen": int(time.time()),
    }


def _name(tokens: dict[str, Any]) -> str | None:
    identity = tokens.get("id_token")
    if not identity:
        return None
    name: str | None = jwt.decode(identity, options={"verify_signature": False}).get("name")
    return name


def person_of(kept: Kept) -> Person:
    """The person a token set speaks for.

    The tokens came straight from the issuer's token endpoint, and the services check the signature
    at each call; here they are only read.
    """
    claims = jwt.decode(kept["access_token"], options={"verify_signature": False})
    return Person(
        sub=claims["sub"],
        name=kept.get("name") or claims.get("name") or "Signed in",
        roles=frozenset(claims.get("roles", ())),
        clinics=tuple(claims.get("clinics", ())),
        token=kept["access_token"],
        until=float(claims["exp"]),
    )


def remember(response: Response, settings: Settings, kept: Kept) -> None:
    """Put the token set into the browser's cookie."""
    response.set_cookie(
        COOKIE,
        seal(settings.cookie_secret.get_secret_value(), COOKIE, kept),
        httponly=True,
        samesite="lax",
        secure=settings.web_url.startswith("https:"),
    )


def forget(response: Response) -> None:
    """Sign out at this browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


async def person(request: Request) -> Person:
    """The person at the browser; SignedOut when there is none, no longer, or idle for too long.

    A token near its end is renewed. What the cookie should hold from now on is left in
    `request.state.kept`, from where security.Door sends it with the answer.
    """
    settings: Settings = request.app.state.settings
    secret = settings.cookie_secret.get_secret_value()
    kept = opened(secret, COOKIE, request.cookies.get(COOKIE))
    now = time.time()
    if kept is None or now - kept.get("seen", 0) > IDLE:
        raise SignedOut
    found = person_of(kept)
    if found.until - EARLY < now:
        kept = await _renewed(request, kept)
        found = person_of(kept)
        request.state.kept = kept
    if by_hand(request) and now - kept.get("seen", 0) > AGAIN:
        request.state.kept = kept | {"seen": int(now)}
    return found


def reader(request: Request) -> Person | None:
    """Whose name a page's frame shows: as `person`, without asking anybody for a new token."""
    settings: Settings = request.app.state.settings
    secret = settings.cookie_secret.get_secret_value()
    kept = opened(secret, COOKIE, request.cookies.get(COOKIE))
    if kept is None or time.time() - kept.get("seen", 0) > IDLE:
        return None
    return person_of(getattr(request.state, "kept", None) or kept)


async def _renewed(request: Request, kept: Kept) -> Kept:
    if not kept.get("refresh_token"):
        raise SignedOut
    try:
        tokens = await oidc.renewed(request, kept["refresh_token"])
    except oidc.NotSignedIn:
        raise SignedOut from None
    return kept | {key: value for key, value in kept_of(tokens).items() if value and key != "seen"}


def by_hand(request: Request) -> bool:
    """Whether a person did this: a page that looks again by itself keeps nobody signed in."""
    by_itself = request.url.path == "/live" or "hx-request" in request.headers
    return request.method != "GET" or not by_itself
