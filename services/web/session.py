"""Who is at the browser: the sealed cookie with the token set. No session is kept."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from secrets import token_bytes
from typing import Any

import jwt
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastapi import Request, Response

from services.web.problems import SignedOut
from shared.settings import Settings


COOKIE = "tidemark"
NONCE = 12
EARLY = 5  # seconds: a token about to expire would be refused on its way


@dataclass(frozen=True)
class Person:
    """The signed-in member of staff; `token` speaks for them at the services."""

    sub: str
    name: str
    roles: frozenset[str]
    clinics: tuple[str, ...]
    token: str
    until: float


def seal(secret: str, purpose: str, value: dict[str, Any]) -> str:
    """`value` readable only by `opened` with the same secret and purpose."""
    nonce = token_bytes(NONCE)
    sealed = _cipher(secret).encrypt(nonce, json.dumps(value).encode(), purpose.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def opened(secret: str, purpose: str, text: str | None) -> dict[str, Any] | None:
    """What was sealed; None for anything that was not sealed by us for this purpose."""
    try:
        raw = base64.urlsafe_b64decode((text or "").encode())
        plain = _cipher(secret).decrypt(raw[:NONCE], raw[NONCE:], purpose.encode())
    except (ValueError, InvalidTag):
        return None
    value: dict[str, Any] = json.loads(plain)
    return value


def _cipher(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"tidemark cookie " + secret.encode()).digest())


def person_of(tokens: dict[str, Any]) -> Person:
    """The person a token set speaks for.

    The tokens came straight from the issuer's token endpoint, and the services check the signature
    at each call; here they are only read.
    """
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    return Person(
        sub=claims["sub"],
        name=tokens.get("name") or claims.get("name") or "Signed in",
        roles=frozenset(claims.get("roles", ())),
        clinics=tuple(claims.get("clinics", ())),
        token=tokens["access_token"],
        until=float(claims["exp"]),
    )


def remember(response: Response, settings: Settings, tokens: dict[str, Any]) -> None:
    """Put the token set into the browser's cookie."""
    kept = {"access_token": tokens["access_token"], "name": _name(tokens)}
    response.set_cookie(
        COOKIE,
        seal(settings.cookie_secret.get_secret_value(), COOKIE, kept),
        httponly=True,
        samesite="lax",
        secure=settings.web_url.startswith("https:"),
    )


def _name(tokens: dict[str, Any]) -> str | None:
    identity = tokens.get("id_token")
    if not identity:
        return None
    name: str | None = jwt.decode(identity, options={"verify_signature": False}).get("name")
    return name


def forget(response: Response) -> None:
    """Sign out at this browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")


def person(request: Request) -> Person:
    """The person at the browser; SignedOut when there is none, or no longer."""
    settings: Settings = request.app.state.settings
    secret = settings.cookie_secret.get_secret_value()
    tokens = opened(secret, COOKIE, request.cookies.get(COOKIE))
    if tokens is None:
        raise SignedOut
    found = person_of(tokens)
    if found.until - EARLY < time.time():
        raise SignedOut
    return found
