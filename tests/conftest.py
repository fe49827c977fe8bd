"""Fixtures that every test may ask for; see tests/servers.py for what they can do."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings
from playwright.async_api import Browser
from structlog.processors import JSONRenderer
from xdist.scheduler import LoadScopeScheduling

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


# Tests that start the real processes: they share one running system, and two would crowd two cores.
WITH_PROCESSES = ("tests/campaign/", "tests/system/")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """A file's tests go to one of those that run at the same time; all with processes to one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "processes" if file.startswith(WITH_PROCESSES) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    """Who runs which tests; in the order of their files, so that the longest part begins early."""
    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser is marked as such."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
