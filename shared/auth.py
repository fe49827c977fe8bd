"""Who is calling: bearer tokens of an OIDC provider, checked here and nowhere else."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Protocol
from uuid import UUID

import httpx
import jwt
from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.events.words import Role
from shared.settings import Settings


ALGORITHMS = ["RS256", "ES256"]
LEEWAY = 30  # seconds by which clocks may differ
COOL_DOWN = (
    30  # seconds between two fetches of the keys: a flood of unknown kids must not cause more
)


@dataclass(frozen=True)
class Actor:
    """A caller: staff id or partner id, roles, and the clinics whose rows exist for it.

    `until`, in seconds since 1970, is when its token holds no longer: what stays open ends then.
    """

    sub: str
    roles: frozenset[Role]
    clinics: frozenset[UUID]
    until: float = math.inf

    def is_any(self, *roles: Role) -> bool:
        """Whether the caller has one of these roles."""
        return bool(self.roles.intersection(roles))

    def only(self, role: Role) -> bool:
        """Whether this is the only one of the caller's roles that looks at cases."""
        seeing = {Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD} & self.roles
        return seeing == {role}

    @property
    def id(self) -> UUID:
        """The staff id; Forbidden for a caller that is not staff."""
        try:
            return UUID(self.sub)
        except ValueError:
            raise Forbidden("Only staff may do this.") from None


class Keys:
    """The provider's public keys, fetched for an unknown one, at most every 30 seconds."""

    def __init__(self, discovery: str) -> None:
        self._discovery = discovery
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked = -COOL_DOWN * 2.0
        self._lock = asyncio.Lock()

    async def find(self, kid: str) -> jwt.PyJWK:
        """The key named `kid`. Unauthenticated if there is none, Unavailable if nobody can say."""
        async with self._lock:
            if kid not in self._keys and time.monotonic() - self._asked > self._patience():
                await self._fetch()
        if kid in self._keys:
            return self._keys[kid]
        if not self._keys:
            raise Unavailable("The sign-in service cannot be reached. Nothing was done.")
        raise Unauthenticated()

    def _patience(self) -> float:
        return COOL_DOWN if self._keys else 1.0

    async def _fetch(self) -> None:
        self._asked = time.monotonic()
        try:
            async with httpx.AsyncClient(timeout=3) as http:
                found = (await http.get(self._discovery)).json()
                keys = (await http.get(found["jwks_uri"])).json()["keys"]
        except (httpx.HTTPError, ValueError, KeyError):
            return  # the keys that are known go on holding
        usable = [
            key
            for key in keys
            if key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC")
        ]
        self._keys = {key["kid"]: jwt.PyJWK.from_dict(key) for key in usable}


class KeyFinder(Protocol):
    """Whoever knows the public keys."""

    async def find(self, kid: str) -> jwt.PyJWK:
        """The key of this name, or Unauthenticated."""
        ...


class Authenticator:
    """Turns an Authorization header into an Actor."""

    def __init__(self, issuer: str, audience: str, keys: KeyFinder) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys

    @classmethod
    def of(cls, settings: Settings) -> "Authenticator":
        """The one that these settings describe."""
        keys = Keys(settings.discovery_url)
        return cls(settings.issuer_url, settings.audience, keys)

    async def actor(self, header: str | None) -> Actor:
        """The caller that a header names. Unauthenticated, and never why, when it does not hold."""
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated()
        try:
            return _actor(await self._claims(token))
        except (jwt.PyJWTError, ValueError, KeyError, TypeError):
            raise Unauthenticated() from None

    async def _claims(self, token: str) -> dict[str, Any]:
        head = jwt.get_unverified_header(token)
        if (
            "crit" in head
            or head.get("alg") not in ALGORITHMS
            or not isinstance(head.get("kid"), str)
        ):
            raise Unauthenticated()
        key = await self._keys.find(head["kid"])
        return jwt.decode(
            token,
            key.key,
            algorithms=[key.algorithm_name],
            issuer=self._issuer,
            audience=self._audience,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )


def _actor(claims: dict[str, Any]) -> Actor:
    known = {role.value for role in Role}
    sub = str(claims["sub"])
    if not sub.isprintable():  # NUL, half a character: no row could say who that was
        raise ValueError("sub")
    return Actor(
        sub=sub,
        roles=frozenset(Role(role) for role in claims.get("roles", []) if role in known),
        clinics=frozenset(UUID(str(clinic)) for clinic in claims.get("clinics", [])),
        until=float(claims["exp"]) + LEEWAY,
    )


# Only for the API page, so that it offers to send a token; the route itself has checked it.
_Token = Annotated[object, Depends(HTTPBearer(auto_error=False))]


# Dependencies are async though they wait for nothing: FastAPI runs the others in threads.
async def _caller(request: Request, _: _Token) -> Actor:
    actor: Actor = request.state.actor
    return actor


Caller = Annotated[Actor, Depends(_caller)]


def require(*roles: Role) -> Callable[[Actor], Awaitable[Actor]]:
    """A dependency: the caller, who has one of these roles. Forbidden (403) otherwise."""

    async def check(actor: Caller) -> Actor:
        if not actor.is_any(*roles):
            raise Forbidden()
        return actor

    return check
