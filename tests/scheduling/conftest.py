"""A scheduling database, a clinic in it, calls to the service."""

from collections.abc import AsyncIterator

import httpx
import pytest

from shared.settings import Settings
from tests.kit import Issuer, client, fresh_settings, service_database
from tests.scheduling.world import World
from tests.servers import PostgresServer


@pytest.fixture(scope="session")
async def scheduling(postgres: PostgresServer) -> Settings:
    made = fresh_settings(postgres)
    await service_database(made, "scheduling")
    return made


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def world(scheduling: Settings, issuer: Issuer) -> World:
    return await World(scheduling, issuer).open()


@pytest.fixture
async def http(scheduling: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    from services.scheduling.main import service

    async with client(service, scheduling, issuer) as calls:
        yield calls
