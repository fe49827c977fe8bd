"""A fact and its event are one: both there, or neither; once; in order."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.goals.commands import goals as commands
from services.goals.models.goals import GoalCreate
from shared.auth import Actor
from shared.db import Database
from shared.events import decode
from shared.events.goals import GoalRated, GoalSet, MeasureCompleted
from shared.events.words import Role
from shared.settings import Settings
from tests.goals.world import ANSWERS, CANARY, World, answers_body, goal_body


async def test_each_act_publishes_its_fact_under_the_cases_key(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case, description=f"{CANARY} too")
    rated = await world.post(f"goals/{goal['goal_id']}/ratings", {"value": 7, "rated_by": "client"})
    answered = await world.post(
        "measures/phq-9/responses", answers_body(case, items=ANSWERS | {"9": 2})
    )
    rows = await world.published()
    events = [decode(row.type, row.data, row.id, datetime.now(UTC)) for row in rows]
    assert [type(event) for event in events] == [GoalSet, GoalRated, MeasureCompleted]
    assert {row.key for row in rows} == {str(case.case_id)}
    assert answered.headers["tidemark-event"] == str(rows[2].id)
    assert json.loads(rows[1].data) == {
        "clinic_id": str(world.clinic_id),
        "rating_id": rated.json()["rating_id"],
        "goal_id": goal["goal_id"],
        "case_id": str(case.case_id),
        "client_id": str(case.client_ids[0]),
        "value": 7,
        "rated_by": "client",
        "rated_at": rated.json()["rated_at"],
        "appointment_id": None,
    }
    assert isinstance(events[2], MeasureCompleted)
    assert (events[2].measure, events[2].version, events[2].total) == ("phq-9", "1", 2)
    assert events[2].items == ANSWERS | {"9": 2}


async def test_no_word_of_the_client_gets_into_an_event(world: World) -> None:
    case = await world.opens_case()
    await world.sets_goal(case, description=f"{CANARY} too")
    [row] = await world.published()
    assert CANARY.encode() not in row.data


async def test_a_transaction_that_fails_leaves_neither_fact_nor_event(
    world: World, settings: Settings
) -> None:
    case = await world.opens_case()
    actor = Actor(str(world.clinician), frozenset([Role.CLINICIAN]), frozenset([world.clinic_id]))
    new = GoalCreate.model_validate(goal_body(case))
    api = Database(settings.database("goals", "api"), 1)

    async def fails_after_the_act() -> None:
        async with api.session(actor.clinics) as session:
            await commands.set_goal(session, actor, new, datetime.now(UTC))
            assert await session.scalar(text("select count(*) from goal")) == 1
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await fails_after_the_act()
    await api.close()
    assert await world.count("goal") == 0
    assert await world.published() == []


async def test_the_same_key_gives_the_same_bytes_and_one_fact(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    path, key = f"goals/{goal['goal_id']}/ratings", {"Idempotency-Key": str(uuid4())}
    first = await world.post(path, {"value": 7, "rated_by": "client"}, **key)
    again = await world.post(path, {"value": 7, "rated_by": "client"}, **key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["tidemark-event"] == first.headers["tidemark-event"]
    other = await world.post(path, {"value": 8, "rated_by": "client"}, **key)
    assert other.status_code == 422
    assert await world.count("rating") == 1
    assert len(await world.published()) == 2


async def test_the_same_key_at_once_makes_one_fact(world: World) -> None:
    case, key = await world.opens_case(), {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(world.post("goals", goal_body(case), **key) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert await world.count("goal") == 1


async def test_a_refused_call_is_not_kept_under_its_key(world: World) -> None:
    case, key = await world.opens_case(), {"Idempotency-Key": str(uuid4())}
    unknown = goal_body(case, case_id=str(uuid4()))
    assert (await world.post("goals", unknown, **key)).status_code == 404
    assert (await world.post("goals", goal_body(case), **key)).status_code == 201


async def test_ratings_at_once_are_all_there_each_with_its_event(world: World) -> None:
    case = await world.opens_case()
    goals = [await world.sets_goal(case) for _ in range(2)]
    answers = await asyncio.gather(
        *(
            world.post(
                f"goals/{goals[n % 2]['goal_id']}/ratings", {"value": n, "rated_by": "client"}
            )
            for n in range(10)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    published = [UUID(json.loads(row.data)["rating_id"]) for row in (await world.published())[2:]]
    assert sorted(published) == sorted(UUID(answer.json()["rating_id"]) for answer in answers)


async def test_a_second_act_in_a_case_waits_until_the_first_is_committed(
    world: World, settings: Settings
) -> None:
    """Or the second's event could stand before the first's, though it rests on it."""
    case = await world.opens_case()
    actor = Actor(str(world.clinician), frozenset([Role.CLINICIAN]), frozenset([world.clinic_id]))
    api = Database(settings.database("goals", "api"), 1)
    async with api.session(actor.clinics) as session:
        new = GoalCreate.model_validate(goal_body(case))
        first = await commands.set_goal(session, actor, new, datetime.now(UTC))
        second = asyncio.create_task(world.post("goals", goal_body(case)))
        await _until_somebody_waits(world)
        assert not second.done()
    assert (await second).status_code == 201
    await api.close()
    rows = await world.published()
    assert [json.loads(row.data)["goal_id"] for row in rows] == [
        str(first.goal_id),
        (await second).json()["goal_id"],
    ]


async def _until_somebody_waits(world: World) -> None:
    asked = text("select count(*) from pg_locks where locktype = 'advisory' and not granted")
    async with asyncio.timeout(30), world.worker.session() as session:
        while not await session.scalar(asked):
            await asyncio.sleep(0.01)
