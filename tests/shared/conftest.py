"""The toy service, called by a clinical lead."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from shared.events.words import Role
from shared.settings import Settings
from tests.kit import Issuer, client, fresh_settings, service_database
from tests.servers import PostgresServer
from tests.shared import toy
from tests.shared.toy import CLINIC


@pytest.fixture(scope="module")
async def settings(postgres: PostgresServer) -> Settings:
    made = fresh_settings(postgres)
    await service_database(made, "clinics")
    return made


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def http(settings: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with client(toy.service, settings, issuer) as calls:
        calls.headers.update(issuer.headers(uuid4(), Role.CLINICAL_LEAD, CLINIC))
        yield calls
