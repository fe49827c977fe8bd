"""A real PostgreSQL and a real Apache Kafka for tests, started once a session and process.

Fixtures (tests/conftest.py, session scope):

    postgres: PostgresServer   .admin_url                      superuser's address of the server
                               await .create_database("goals") superuser's address of a fresh, empty
                                                               database (name made unique)
                               await .drop_database(url)       and away with it
    kafka: KafkaServer         .address                        host:port
                               await .create_topics("goals", …, partitions=12)
                               await .recreate_topics(…)       empty topics under the same names

They are the embedded servers, or containers with TIDEMARK_TEST_ON=docker, or, to save time while
working, servers that run already: `python -m deploy.embedded --folder DIR --port-base N`, then
TIDEMARK_TEST_POSTGRES=<admin address> and TIDEMARK_TEST_KAFKA=<host:port>. Tests that run at the
same time (--numprocesses) have servers of their own each: topics bear the same names.
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.embedded import Kafka, Leash, Postgres
from deploy.environment import LOCAL, downloads, given
from deploy.ports import free_ports
from shared import watermarks


@dataclass(frozen=True)
class PostgresServer:
    """A running PostgreSQL of which we are the superuser."""

    admin_url: str

    async def create_database(self, name: str = "test") -> str:
        """The superuser's address of a fresh, empty database."""
        unique = f"{name}_{secrets.token_hex(4)}"
        await self.execute(f'CREATE DATABASE "{unique}"')
        return self.url_of(unique)

    async def drop_database(self, url: str) -> None:
        """Drop the database of this address, whoever is connected."""
        name = urlsplit(url).path.lstrip("/")
        await self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url_of(self, database: str) -> str:
        """The superuser's address of a database of this server."""
        return urlunsplit(urlsplit(self.admin_url)._replace(path=f"/{database}"))

    async def execute(self, statement: str) -> None:
        """Run one statement as superuser, outside any transaction."""
        connection = await asyncpg.connect(self.admin_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@dataclass(frozen=True)
class KafkaServer:
    """A running broker."""

    address: str

    async def create_topics(self, *names: str, partitions: int = 12) -> None:
        """Create topics kept for ever, and return when the broker knows each in full.

        Those that exist stay as they are.
        """
        # That of the watermarks has one, whoever makes it: the system asks for it as it is.
        sizes = dict.fromkeys(names, partitions) | {watermarks.TOPIC: 1}
        async with self._admin() as admin:
            present = set(await admin.list_topics())
            fresh = [
                NewTopic(name, sizes[name], 1, topic_configs={"retention.ms": "-1"})
                for name in names
                if name not in present
            ]
            if fresh:
                await admin.create_topics(fresh)
            # The controller has made them; the broker that is asked hears of it a moment later.
            while any(topic["error_code"] for topic in await admin.describe_topics(list(names))):
                await asyncio.sleep(0.05)

    async def recreate_topics(self, *names: str, partitions: int = 12) -> None:
        """Topics of these names, empty, whatever was there before."""
        async with self._admin() as admin:
            doomed = sorted(set(names) & set(await admin.list_topics()))
            if doomed:
                await admin.delete_topics(doomed)
            while set(doomed) & set(await admin.list_topics()):
                await asyncio.sleep(0.05)
        await self.create_topics(*names, partitions=partitions)

    @asynccontextmanager
    async def _admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        admin = AIOKafkaAdminClient(bootstrap_servers=self.address)
        await admin.start()
        try:
            yield admin
        finally:
            await admin.close()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL as the settings of the test run say, for the time of the context."""
    address = given("TIDEMARK_TEST_POSTGRES")
    if address:
        yield PostgresServer(address)
    elif given("TIDEMARK_TEST_ON") == "docker":
        from tests.containers import postgres_container

        with postgres_container() as admin_url:
            yield PostgresServer(admin_url)
    else:
        with _embedded_postgres() as admin_url:
            yield PostgresServer(admin_url)


@contextmanager
def running_kafka() -> Iterator[KafkaServer]:
    """A broker as the settings of the test run say, for the time of the context."""
    address = given("TIDEMARK_TEST_KAFKA")
    if address:
        yield KafkaServer(address)
    elif given("TIDEMARK_TEST_ON") == "docker":
        from tests.containers import kafka_container

        with kafka_container() as address:
            yield KafkaServer(address)
    else:
        with _embedded_kafka() as address:
            yield KafkaServer(address)


@contextmanager
def _embedded_postgres() -> Iterator[str]:
    with _folder("postgres") as folder, Leash() as leash:
        [port] = free_ports(1)
        server = Postgres(folder / "data", port, folder / "postgres.log", quick=True)
        try:
            leash.hold(server.start().pid)
            yield server.admin_url
        finally:
            server.stop()
            server.erase()


@contextmanager
def _embedded_kafka() -> Iterator[str]:
    with _folder("kafka") as folder, Leash() as leash:
        port, controller = free_ports(2)
        server = Kafka(folder / "data", port, controller, folder / "kafka.log", downloads())
        try:
            leash.hold(server.start().pid)
            yield server.address
        finally:
            server.stop()


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    """A folder under .local for one server of one test run."""
    parent = LOCAL / "test"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f"{name}-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
