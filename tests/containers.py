"""The same servers as containers of public images, for TIDEMARK_TEST_ON=docker."""

from collections.abc import Iterator
from contextlib import contextmanager

from testcontainers.community.kafka import KafkaContainer
from testcontainers.community.postgres import PostgresContainer


# As deploy/embedded/kafka.py and docker-compose.yml have it.
LIKE_OURS = {
    "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "2000",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_LOG_RETENTION_MS": "-1",
}


@contextmanager
def postgres_container() -> Iterator[str]:
    """The superuser's address of a PostgreSQL container."""
    server = PostgresContainer("postgres:17", username="postgres", dbname="postgres", driver=None)
    with server.with_command("postgres -c max_connections=200 -c fsync=off") as running:
        yield str(running.get_connection_url())


@contextmanager
def kafka_container() -> Iterator[str]:
    """host:port of a Kafka container."""
    server = KafkaContainer("confluentinc/cp-kafka:8.3.0").with_kraft()
    for name, value in LIKE_OURS.items():
        server = server.with_env(name, value)
    with server as running:
        yield str(running.get_bootstrap_server())
