"""Databases of a publisher and a reader, emptied for each test; the bus in memory, or Kafka."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import APIRouter

from shared.bus import Bus
from shared.events.words import Role
from shared.kafka import KafkaBus, create_topics
from shared.memory import MemoryBus
from shared.service import Service
from shared.settings import Settings
from tests.eventpath.world import CLINIC, PUBLISHER, READER, World
from tests.harness import Hand, memory_bus
from tests.kit import Issuer, client, fresh_settings, service_database
from tests.servers import KafkaServer, PostgresServer


SERVICE = Service(READER, router=APIRouter())
EFFECT = """
create table effect (
    number bigint generated always as identity, event_id uuid not null, key text not null, value int
);
grant all on effect to {service}_worker;
"""
EMPTY = """
truncate outbox, relay_identity, relay_batch, relay_wish, consumed, reading, parked, wish, audit,
    effect restart identity
"""


@pytest.fixture(scope="session")
async def prepared(postgres: PostgresServer) -> Settings:
    """Two services' databases, made once."""
    settings = fresh_settings(postgres)
    for service in (PUBLISHER, READER):
        await service_database(settings, service)
        await _execute(settings, service, EFFECT.format(service=service))
    return settings


@pytest.fixture
async def settings(prepared: Settings) -> Settings:
    """The databases, empty."""
    for service in (PUBLISHER, READER):
        await _execute(prepared, service, EMPTY)
    return prepared


@pytest.fixture
async def world(settings: Settings) -> AsyncIterator[World]:
    """A publisher and a reader over the bus in memory."""
    made = World(settings, memory_bus(settings))
    yield made
    await made.close()


@pytest.fixture
def memory(world: World) -> MemoryBus:
    """The world's bus, with its faults."""
    assert isinstance(world.bus, MemoryBus)
    return world.bus


@pytest.fixture
async def hand(memory: MemoryBus) -> Hand:
    """The publisher's log, written by hand."""
    return await Hand(memory, PUBLISHER).begin()


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    """Signs the callers' tokens."""
    return Issuer()


@pytest.fixture
async def http(world: World, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """The reader's API, called by somebody of operations."""
    async with client(SERVICE, world.settings, issuer) as calls:
        calls.headers.update(issuer.headers(uuid4(), Role.OPERATIONS, CLINIC))
        yield calls


@pytest.fixture
async def kafka_settings(settings: Settings, kafka: KafkaServer) -> Settings:
    """The same with a real broker whose topics are empty."""
    connected = settings.model_copy(update={"kafka": kafka.address})
    await kafka.recreate_topics(PUBLISHER)
    await create_topics(connected)
    return connected


@pytest.fixture
async def kafka_world(kafka_settings: Settings) -> AsyncIterator[World]:
    """A publisher and a reader over real Kafka."""
    made = World(kafka_settings, KafkaBus(kafka_settings.kafka))
    yield made
    await made.close()


@pytest.fixture(params=["memory", "kafka"])
async def bus(request: pytest.FixtureRequest, kafka: KafkaServer) -> Bus:
    """A bus with an empty topic `goals`: first the twin, then the real one."""
    if request.param == "memory":
        return MemoryBus({PUBLISHER: 12})
    await kafka.recreate_topics(PUBLISHER)
    return KafkaBus(kafka.address)


async def _execute(settings: Settings, service: str, statements: str) -> None:
    connection = await asyncpg.connect(settings.database(service, "owner"))
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
