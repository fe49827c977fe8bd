"""The issuer: found by its own description, asked for tokens. Web speaks as a public client."""

import base64
import hashlib
from typing import Any

import httpx
from fastapi import Request

from services.web.problems import Away, Problem
from shared.settings import Settings


SCOPE = "openid profile"


class NotSignedIn(Problem):
    """The issuer sent somebody back without an answer that we asked for."""

    status = 400
    title = "Signing in did not work"
    words = "It took too long, or was begun in another window. Sign in again."


def challenge(verifier: str) -> str:
    """The S256 code challenge of a verifier (RFC 7636)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def callback(settings: Settings) -> str:
    """Where the issuer sends people back to."""
    return f"{settings.web_url.rstrip('/')}/sign-in/callback"


def question(settings: Settings, state: str, verifier: str) -> dict[str, str]:
    """What the issuer is asked when somebody signs in."""
    return {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": callback(settings),
        "scope": SCOPE,
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }


async def discovered(request: Request) -> dict[str, Any]:
    """The issuer's own description, fetched once."""
    known: dict[str, Any] | None = request.app.state.issuer
    if known is None:
        settings: Settings = request.app.state.settings
        known = request.app.state.issuer = await _json(request, "GET", settings.discovery_url)
    return known


async def swapped(request: Request, code: str, verifier: str) -> dict[str, Any]:
    """The tokens for a code."""
    settings: Settings = request.app.state.settings
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    return await _tokens(request, form | {"redirect_uri": callback(settings)})


async def renewed(request: Request, refresh_token: str) -> dict[str, Any]:
    """New tokens when the old one is at its end."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return await _tokens(request, form)


async def _tokens(request: Request, form: dict[str, str]) -> dict[str, Any]:
    settings: Settings = request.app.state.settings
    issuer = await discovered(request)
    sent = form | {"client_id": settings.oidc_client_id}
    return await _json(request, "POST", issuer["token_endpoint"], data=sent)


async def _json(request: Request, method: str, url: str, **given: Any) -> dict[str, Any]:
    try:
        answer = await request.app.state.services.http.request(method, url, **given)
    except httpx.TransportError as error:
        raise Away from error
    if answer.status_code != 200:
        raise NotSignedIn
    found: dict[str, Any] = answer.json()
    return found
