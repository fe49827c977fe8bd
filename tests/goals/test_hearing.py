"""The service on the bus: what it hears makes calls possible, what it does is heard by others."""

from collections.abc import AsyncIterator

import pytest

from services.goals import consumers
from services.goals.main import service
from shared import record
from shared.bus import Partition
from shared.db import Database
from shared.events import Event
from shared.events.clinics import ClinicOpened
from shared.events.goals import GoalRated, GoalSet
from shared.headers import GENESIS
from tests.goals.world import World, goal_body
from tests.harness import Harness
from tests.kit import Issuer, client, fresh_settings, service_database
from tests.servers import PostgresServer


@pytest.fixture
async def harness(postgres: PostgresServer) -> AsyncIterator[Harness]:
    settings = fresh_settings(postgres)
    await service_database(settings, "goals")
    async with Harness(settings).over(goals=consumers.reader) as harness:
        yield harness


@pytest.fixture
async def world(harness: Harness, issuer: Issuer) -> AsyncIterator[World]:
    worker = Database(harness.settings.database("goals", "worker"), 2)
    async with client(service, harness.settings, issuer) as calls:
        yield World(calls, issuer, worker)
    await worker.close()


async def log_of(harness: Harness) -> list[Event]:
    """Every event of this service in the log, in each partition's order."""
    reader = await harness.bus.reader()
    count = await harness.bus.partitions("goals")
    reader.assign({Partition("goals", number): 0 for number in range(count)})
    records = [r for some in (await reader.fetch(0, 1000)).values() for r in some]
    await reader.close()
    return [record.event(r, 900_000) for r in records if record.kind(r) != GENESIS]


async def test_a_case_is_unknown_until_it_was_heard_of(harness: Harness, world: World) -> None:
    case = world.opened()
    early = await world.post("goals", goal_body(case))
    assert (early.status_code, early.headers["retry-after"]) == (404, "1")
    await harness.publish(case)
    assert (await world.post("goals", goal_body(case))).status_code == 201
    await harness.publish(world.closed(case))
    assert (await world.post("goals", goal_body(case))).status_code == 409


async def test_a_clinic_may_be_heard_of_after_its_cases(harness: Harness, world: World) -> None:
    case = world.opened()
    await harness.publish(case)
    opened = ClinicOpened(
        occurred_at=case.occurred_at, clinic_id=world.clinic_id, zone="Europe/London"
    )
    await harness.publish(opened)
    await world.sets_goal(case)


async def test_ratings_are_in_the_log_in_the_order_of_their_answers(
    harness: Harness, world: World
) -> None:
    case = world.opened()
    await harness.publish(case)
    goal = await world.sets_goal(case)
    for value in (2, 4, 7):
        body = {"value": value, "rated_by": "client"}
        await world.post(f"goals/{goal['goal_id']}/ratings", body)
    await harness.settles()
    events = await log_of(harness)
    assert [type(event) for event in events] == [GoalSet] + [GoalRated] * 3
    assert [e.value for e in events if isinstance(e, GoalRated)] == [2, 4, 7]
