"""Publishing: in the business transaction or not at all, and in the true order of each key."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared import outbox
from shared.db import Database
from shared.events.clinics import RoomOpened
from shared.settings import Settings
from tests.kit import fresh_settings, service_database
from tests.servers import PostgresServer


WHEN = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
async def settings(postgres: PostgresServer) -> Settings:
    made = fresh_settings(postgres)
    await service_database(made, "clinics")
    return made


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    made = Database(settings.database("clinics", "api"), 4)
    yield made
    await made.close()


async def rows(settings: Settings, key: UUID) -> list[UUID]:
    connection = await asyncpg.connect(settings.database("clinics", "owner"))
    try:
        found = await connection.fetch(
            "select id from outbox where key = $1 order by pos", str(key)
        )
        return [row["id"] for row in found]
    finally:
        await connection.close()


def opened(clinic: UUID) -> RoomOpened:
    return RoomOpened(occurred_at=WHEN, clinic_id=clinic, room_id=uuid4())


async def test_a_published_event_is_there_after_the_commit(
    database: Database, settings: Settings
) -> None:
    event = opened(uuid4())
    async with database.session([event.clinic_id]) as session:
        await outbox.publish(session, event)
        assert outbox.published(session) == [event.event_id]
    assert await rows(settings, event.clinic_id) == [event.event_id]


async def test_an_event_goes_with_its_transaction(database: Database, settings: Settings) -> None:
    event = opened(uuid4())

    async def publish_and_fail() -> None:
        async with database.session([event.clinic_id]) as session:
            await outbox.publish(session, event)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await publish_and_fail()
    assert await rows(settings, event.clinic_id) == []


async def test_an_event_that_is_not_of_the_contract_never_gets_in(
    database: Database, settings: Settings
) -> None:
    class Unknown(RoomOpened):
        """The same type, another class: not what the contract says."""

    event = Unknown(occurred_at=WHEN, clinic_id=uuid4(), room_id=uuid4())
    with pytest.raises(ValueError, match="may be published"):
        async with database.session([event.clinic_id]) as session:
            await outbox.publish(session, event)
    assert await rows(settings, event.clinic_id) == []
