"""A clinics service with two clinics, for the tests of this folder."""

from collections.abc import AsyncIterator

import pytest

from shared import migrate
from shared.keyring import MIGRATIONS
from shared.settings import Settings
from tests.clinics.house import House, calling
from tests.kit import Issuer, fresh_settings, service_database
from tests.servers import PostgresServer


@pytest.fixture(scope="package")
async def settings(postgres: PostgresServer) -> Settings:
    """A clinics database and a keyring; each test has its own clinics in it."""
    made = fresh_settings(postgres)
    await service_database(made, "clinics")
    await migrate.prepare(postgres.admin_url, "keyring", made)
    await migrate.migrate(made.database("keyring", "owner"), "keyring", MIGRATIONS)
    return made


@pytest.fixture(scope="package")
def issuer() -> Issuer:
    """Whose tokens are believed."""
    return Issuer()


@pytest.fixture
async def house(settings: Settings, issuer: Issuer) -> AsyncIterator[House]:
    """Two clinics that nobody else uses."""
    async with calling(settings, issuer) as http:
        made = House(settings, issuer, http)
        await made.open()
        yield made
