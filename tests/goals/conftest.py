"""The goals service on a real database, called in this process."""

from collections.abc import AsyncIterator

import httpx
import pytest

from deploy.migrations import migrate_one
from services.goals.main import service
from shared.db import Database
from shared.keyring import Keyring
from shared.settings import Settings
from tests.goals.world import World
from tests.kit import Issuer, client, fresh_settings
from tests.servers import PostgresServer


@pytest.fixture(scope="package")
async def settings(postgres: PostgresServer) -> Settings:
    """Settings with a database of the goals service, and one of keys."""
    settings = fresh_settings(postgres)
    for name in ("goals", "keyring"):
        await migrate_one(name, settings)
    return settings


@pytest.fixture(scope="package")
def issuer() -> Issuer:
    """Who signs the tokens."""
    return Issuer()


@pytest.fixture(scope="package")
async def calls(settings: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """Calls to the service."""
    async with client(service, settings, issuer) as http:
        yield http


@pytest.fixture(scope="package")
async def worker(settings: Settings) -> AsyncIterator[Database]:
    """The worker's way into the database."""
    database = Database(settings.database("goals", "worker"), 2)
    yield database
    await database.close()


@pytest.fixture(scope="package")
async def maker(settings: Settings) -> AsyncIterator[Keyring]:
    """Who makes clients' keys, as intake does."""
    keyring = Keyring(settings, "api")
    yield keyring
    await keyring.close()


@pytest.fixture
def world(calls: httpx.AsyncClient, issuer: Issuer, worker: Database, maker: Keyring) -> World:
    """A clinic of this test's own."""
    return World(calls, issuer, worker, maker)
