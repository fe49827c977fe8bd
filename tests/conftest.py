"""Fixtures that every test may ask for; see tests/servers.py for what they can do."""

from collections.abc import Iterator

import pytest

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
