"""An intake service for the tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from shared.settings import Settings
from tests.intake.desk import Desk, calling, prepared
from tests.kit import Issuer
from tests.servers import PostgresServer


@pytest.fixture(scope="package")
async def settings(postgres: PostgresServer) -> Settings:
    """A database of its own for the tests of this folder; each test has its own clinics in it."""
    return await prepared(postgres)


@pytest.fixture(scope="package")
def issuer() -> Issuer:
    """Whose tokens are believed."""
    return Issuer()


@pytest.fixture
async def desk(settings: Settings, issuer: Issuer) -> AsyncIterator[Desk]:
    """Two clinics that nobody else uses."""
    async with calling(settings, issuer) as http:
        made = Desk(settings, issuer, http)
        await made.hear()
        yield made
