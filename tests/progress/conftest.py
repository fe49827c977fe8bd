"""A database of progress, emptied for each test; the four publishers' logs written by hand."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest

from services.progress.main import service
from shared.settings import Settings
from tests.kit import Issuer, client, fresh_settings, service_database
from tests.progress.desk import Clinic
from tests.progress.histories import Story
from tests.progress.world import EMPTY, World
from tests.servers import PostgresServer


@pytest.fixture(scope="package")
async def prepared(postgres: PostgresServer) -> Settings:
    """The database, made once."""
    settings = fresh_settings(postgres)
    await service_database(settings, "progress")
    return settings


@pytest.fixture
async def settings(prepared: Settings) -> Settings:
    """The database, empty."""
    connection = await asyncpg.connect(prepared.database("progress", "owner"))
    await connection.execute(EMPTY)
    await connection.close()
    return prepared


@pytest.fixture
async def world(settings: Settings) -> AsyncIterator[World]:
    """Logs and one reader of them that has begun."""
    made = await World(settings).begin()
    yield made
    await made.close()


@pytest.fixture(scope="package")
def issuer() -> Issuer:
    """Who signs the tokens."""
    return Issuer()


@pytest.fixture(scope="package")
async def calls(prepared: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """Calls to the service."""
    async with client(service, prepared, issuer) as http:
        yield http


@pytest.fixture
async def clinic(world: World, calls: httpx.AsyncClient, issuer: Issuer) -> Clinic:
    """A clinic with one open case."""
    made = Clinic(world, calls, issuer, Story())
    await world.opened(made.story.clinic_id, "Pacific/Auckland")
    await world.happens(made.story.opened())
    return made
