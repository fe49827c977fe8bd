"""What tests of a service's calls need: databases, an issuer, a client on the application."""

import json
import secrets
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi import FastAPI
from pydantic import SecretStr

from shared import migrate
from shared.auth import Authenticator
from shared.errors import Unauthenticated
from shared.events.words import Role
from shared.settings import Settings
from tests.servers import PostgresServer


if TYPE_CHECKING:
    from shared.service import Service


ISSUER = "http://issuer.test"


class Issuer:
    """Signs tokens as the sign-in service does; also the keys with which they are checked."""

    def __init__(self) -> None:
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        self._key = jwt.PyJWK.from_dict(public | {"kid": "test", "alg": "RS256"})

    async def find(self, kid: str) -> jwt.PyJWK:
        """The key that a token names."""
        if kid != "test":
            raise Unauthenticated()
        return self._key

    def token(
        self, sub: object, roles: Iterable[Role], clinics: Iterable[UUID], /, **claims: object
    ) -> str:
        """A token for somebody with these roles in these clinics; `claims` replace what it says."""
        said: dict[str, object] = {
            "iss": ISSUER,
            "aud": "tidemark",
            "sub": str(sub),
            "exp": int(time.time()) + 600,
            "roles": [role.value for role in roles],
            "clinics": [str(clinic) for clinic in clinics],
        }
        # Not jwt.encode: it refuses to sign some of the claims that a test wants refused.
        payload = json.dumps(said | claims).encode()
        return jwt.api_jws.encode(payload, self.private, "RS256", headers={"kid": "test"})

    def headers(self, sub: object, role: Role, *clinics: UUID) -> dict[str, str]:
        """The Authorization header of somebody with one role."""
        return {"Authorization": f"Bearer {self.token(sub, [role], clinics)}"}


def fresh_settings(postgres: PostgresServer, **given: object) -> Settings:
    """Settings whose databases nobody else uses."""
    place = urlsplit(postgres.admin_url)
    address = f"postgresql://{{role}}:{{password}}@{place.hostname}:{place.port}/{{database}}"
    chosen = {
        "database_url": address,
        "database_prefix": f"t{secrets.token_hex(4)}_",
        "admin_url": SecretStr(postgres.admin_url),
        "issuer_url": ISSUER,
    }
    return Settings(**(chosen | given))  # type: ignore[arg-type]


async def service_database(settings: Settings, service: str) -> None:
    """Make and migrate a service's database."""
    await migrate.prepare(settings.admin_url.get_secret_value(), service, settings)
    await migrate.migrate(settings.database(service, "owner"), service)


def application(service: "Service", settings: Settings, issuer: Issuer) -> FastAPI:
    """A service's HTTP application that believes this issuer's tokens."""
    app = service.api(settings)
    app.state.authenticator = Authenticator(ISSUER, settings.audience, issuer)
    return app


@asynccontextmanager
async def client(
    service: "Service", settings: Settings, issuer: Issuer
) -> AsyncIterator[httpx.AsyncClient]:
    """Calls to a service's application in this process; an unexpected error is a 500."""
    app = application(service, settings, issuer)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as http:
        yield http
    if keyring := getattr(app.state, "keyring", None):
        await keyring.close()
    await app.state.database.close()


@asynccontextmanager
async def only_read(settings: Settings, service: str) -> AsyncIterator[None]:
    """A service's database takes nothing that is written, from the next connection on.

    So it is where another one has taken its place and nobody told us: those who are connected are
    sent away.
    """
    connection = await asyncpg.connect(settings.database(service, "owner"))
    try:
        name = await connection.fetchval("select current_database()")
        change = f'alter database "{name}" {{}} default_transaction_read_only'
        await connection.execute(change.format("set") + " = on")
        await _sent_away(settings, service)
        yield
        await connection.execute(change.format("reset"))
    finally:
        await connection.close()


async def _sent_away(settings: Settings, service: str) -> None:
    for role in ("api", "worker"):
        connection = await asyncpg.connect(settings.database(service, role))
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user"
            " and datname = current_database() and pid <> pg_backend_pid()"
        )
        await connection.close()
