"""Fixtures that every test may ask for; see tests/servers.py for what they can do."""

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser
from structlog.processors import JSONRenderer

from shared.log import only_safe_fields
from tests.browsers import axe_source, running_browser
from tests.servers import KafkaServer, PostgresServer, running_kafka, running_postgres


# How long an example takes says how busy the machine is: nothing timed sits in a test.
settings.register_profile("tidemark", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tidemark")


@pytest.fixture(autouse=True)
def _plain_lines() -> None:
    """Lines as a service writes them: structlog's own way to show one error may take minutes."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, only_safe_fields, JSONRenderer()]
    )


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser is marked as such."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
