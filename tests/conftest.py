"""Fixtures that every test may ask for; see tests/servers.py for what they can do."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from tests.browsers import axe_source, running_browser
from tests.servers import KafkaServer, PostgresServer, running_kafka, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL for the whole session."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def kafka() -> Iterator[KafkaServer]:
    """A real broker for the whole session."""
    with running_kafka() as server:
        yield server


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium for the whole session."""
    async with running_browser() as running:
        yield running


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's source: evaluate it in a page, then `axe.run()`."""
    return axe_source()
