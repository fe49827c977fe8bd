"""A notifications database and a key service, a clinic, calls to the service."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.migrations import migrate_one
from shared.settings import Settings
from tests.kit import Issuer, client, fresh_settings
from tests.notifications.world import World
from tests.servers import PostgresServer


@pytest.fixture(scope="session")
async def notifications(postgres: PostgresServer) -> Settings:
    made = fresh_settings(postgres)
    for database in ("notifications", "keyring"):
        await migrate_one(database, made)
    return made


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def world(notifications: Settings, issuer: Issuer, tmp_path: Path) -> World:
    """A clinic whose sender finds nothing that another test left."""
    made = World(notifications, issuer, tmp_path)
    await made.rows("update message set state = 'failed' where state in ('queued', 'sending')")
    return made


@pytest.fixture
async def http(notifications: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    from services.notifications.main import service

    async with client(service, notifications, issuer) as calls:
        yield calls
