"""The demo is told through the services' own commands: killed half-way or twice, it is the same."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from deploy.migrations import migrate_one
from deploy.seed.__main__ import tell
from deploy.seed.acts import Acts
from deploy.seed.plan import Stage, Story, stories
from services.goals.main import service as goals
from services.intake.main import service as intake
from services.scheduling.main import service as scheduling
from shared.settings import Settings
from tests.harness import Harness
from tests.kit import fresh_settings
from tests.servers import PostgresServer


TABLES = {
    "clinics": ("clinic", "room", "staff", "outbox"),
    "intake": ("referral", "client", "case_record", "outbox"),
    "scheduling": ("appointment", "booking", "attendance", "outbox"),
    "goals": ("goal", "rating", "response", "pack", "outbox"),
}


@pytest.fixture(scope="module")
async def settings(postgres: PostgresServer) -> Settings:
    made = fresh_settings(postgres)
    for database in (*TABLES, "keyring"):
        await migrate_one(database, made)
    return made


def some() -> list[Story]:
    """One case of each stage; of those treated, the one with every kind of goal."""
    told = stories()
    return [next(story for story in told if story.stage is stage) for stage in Stage]


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """Relays and readers that go on moving, as they do in a running system."""
    readers = {"intake": intake.reader, "scheduling": scheduling.reader, "goals": goals.reader}
    async with Harness(settings).over(clinics=None, **readers) as harness:

        async def move() -> None:
            while True:
                await harness.settles()
                await asyncio.sleep(0)

        moving = asyncio.create_task(move())
        try:
            yield
        finally:
            moving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await moving


async def counts(settings: Settings) -> dict[str, int]:
    """How many rows there are of everything."""
    found = {}
    for database, tables in TABLES.items():
        connection = await asyncpg.connect(settings.database(database, "owner"))
        try:
            for table in tables:
                count = await connection.fetchval(f"select count(*) from {table}")
                found[f"{database}.{table}"] = count
        finally:
            await connection.close()
    return found


async def seed(settings: Settings) -> None:
    """What `python -m deploy.seed` does, for some of the cases."""
    acts = Acts(settings)
    try:
        await tell(acts, some())
    finally:
        await acts.close()


async def test_killed_half_way_and_told_again_it_is_told_once(settings: Settings) -> None:
    async with running(settings):
        telling = asyncio.create_task(seed(settings))
        while (await counts(settings))["goals.rating"] < 5:
            assert not telling.done()
        telling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await telling
        half = await counts(settings)
        await seed(settings)
        whole = await counts(settings)
        await seed(settings)
        assert await counts(settings) == whole
    assert half["goals.rating"] < whole["goals.rating"]
    assert (whole["clinics.clinic"], whole["clinics.staff"]) == (2, 8)
    assert (whole["intake.referral"], whole["intake.case_record"]) == (4, 2)
    assert whole["scheduling.booking"] == 3 * whole["scheduling.appointment"]
    assert whole["goals.goal"] == 10
