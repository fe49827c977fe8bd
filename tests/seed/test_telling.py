"""The demo is told through the services' own commands: killed half-way or twice, it is the same."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from deploy.demo import demo_id
from deploy.migrations import migrate_one
from deploy.seed.__main__ import tell
from deploy.seed.acts import Acts
from deploy.seed.plan import AHEAD, Stage, Story, stories
from deploy.seed.referrals import case_id
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
BEFORE = """
with opened as (
    select key, convert_from(data, 'utf8')::json ->> 'previous_case_id' as before
    from outbox where type = 'intake.case_opened'
)
select key, before from opened where before is not null
"""


@pytest.fixture(scope="module")
async def settings(postgres: PostgresServer) -> Settings:
    made = fresh_settings(postgres)
    for database in (*TABLES, "keyring"):
        await migrate_one(database, made)
    return made


def some() -> list[Story]:
    """One of each stage, of those treated with every kind of goal; a couple; somebody again."""
    told = stories()
    couple = next(story for story in reversed(told) if story.people == 2 and story.clinician)
    again = next(story for story in told if story.before)
    each = [next(story for story in told if story.stage is stage) for stage in Stage]
    return [*each, couple, again]


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


async def asked(settings: Settings, query: str, database: str = "goals") -> set[tuple[object, ...]]:
    """What a service holds, goals unless said otherwise."""
    connection = await asyncpg.connect(settings.database(database, "owner"))
    try:
        return {tuple(row) for row in await connection.fetch(query)}
    finally:
        await connection.close()


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
    assert (whole["clinics.clinic"], whole["clinics.staff"]) == (2, 11)
    assert (whole["intake.referral"], whole["intake.case_record"]) == (6, 4)
    couple = next(story for story in some() if story.people == 2 and story.clinician)
    second = couple.sessions + AHEAD + 1  # a couple's sessions stand in two clients' diaries
    assert whole["scheduling.booking"] == 3 * whole["scheduling.appointment"] + second
    assert whole["goals.goal"] == 14
    lives = await asked(settings, "select method, status from goal")
    assert {("gbo", "active"), ("gbo", "on_hold"), ("gbo", "achieved"), ("gas", "active")} <= lives
    corrected = await asked(
        settings, "select version, reason from rating_version where version > 1"
    )
    assert corrected == {(2, "entered_wrongly")}
    lines = "select count(distinct r.client_id) from rating r join goal g using (goal_id)"
    assert await asked(settings, f"{lines} where g.client_id is null") == {(2,)}
    [again] = [story for story in some() if story.before]
    opened = await asked(settings, BEFORE, "intake")
    assert opened == {(str(case_id(again)), str(demo_id("case", again.before)))}
