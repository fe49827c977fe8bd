"""The same servers as containers of public images, for TIDEMARK_TEST_ON=docker."""

from collections.abc import Iterator
from contextlib import contextmanager

from testcontainers.community.kafka import KafkaContainer
from testcontainers.community.postgres import PostgresContainer


@contextmanager
def postgres_container() -> Iterator[str]:
    """The superuser's address of a PostgreSQL container."""
    server = PostgresContainer("postgres:17", username="postgres", dbname="postgres", driver=None)
    with server.with_command("postgres -c max_connections=200 -c fsync=off") as running:
        yield str(running.get_connection_url())


@contextmanager
def kafka_container() -> Iterator[str]:
    """host:port of a Kafka container."""
    with KafkaContainer("confluentinc/cp-kafka:8.3.0").with_kraft() as running:
        yield str(running.get_bootstrap_server())
