"""Ratings: whole numbers from 0 to 10, by somebody of the case, at a time that can be."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.goals import consumers
from tests.goals.answering import booked, books, calls_off
from tests.goals.world import CANARY, World, fields


def ago(**span: float) -> str:
    """A time, as it is written in a call."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("value", [0, 5, 10])
async def test_a_rating_is_answered_as_it_was_given(world: World, value: int) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    answer = await world.post(
        f"goals/{goal['goal_id']}/ratings", {"value": value, "rated_by": "client"}
    )
    assert answer.status_code == 201
    got = answer.json()
    assert (got["goal_id"], got["value"], got["client_id"]) == (
        goal["goal_id"],
        value,
        goal["client_id"],
    )
    assert got["rated_at"].endswith("Z")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": 11}, "value"),
        ({"value": -1}, "value"),
        ({"value": "7"}, "value"),
        ({"value": True}, "value"),
        ({"value": 7.0}, "value"),
        ({"value": 7.5}, "value"),
        ({"value": None}, "value"),
        ({"value": [7]}, "value"),
        ({"value": 10**39}, "value"),
        ({"rated_by": CANARY}, "rated_by"),
        ({"rated_at": "2999-01-01T00:00:00Z"}, "rated_at"),
        ({"rated_at": "2019-01-01T00:00:00Z"}, "rated_at"),
        ({"rated_at": "2026-01-01T00:00:00"}, "rated_at"),
        ({"rated_at": "9999-12-31T23:59:59-23:00"}, "rated_at"),
        ({"rated_at": int(time.time()) - 86_400}, "rated_at"),
        ({"rated_at": CANARY}, "rated_at"),
        ({"client_id": str(uuid4())}, "client_id"),
        ({"appointment_id": CANARY}, "appointment_id"),
        ({"note": CANARY}, "note"),
    ],
)
async def test_what_is_wrong_is_named_and_not_repeated(
    world: World, wrong: dict[str, object], field: str
) -> None:
    goal = await world.sets_goal(await world.opens_case())
    body = {"value": 7, "rated_by": "client"} | wrong
    assert fields(await world.post(f"goals/{goal['goal_id']}/ratings", body)) == [field]
    assert await world.count("rating") == 0
    assert len(await world.published()) == 1


@pytest.mark.parametrize("body", ['{"value": NaN, "rated_by": "client"}', '{"value": 7', "\xff"])
async def test_what_is_no_json_is_400(world: World, body: str) -> None:
    goal = await world.sets_goal(await world.opens_case())
    answer = await world.calls.post(
        f"/v1/goals/{goal['goal_id']}/ratings",
        content=body.encode("latin-1"),
        headers=world.headers() | {"Content-Type": "application/json"},
    )
    assert answer.status_code == 400


async def test_a_rating_may_come_late(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    body = {"value": 3, "rated_by": "clinician", "rated_at": ago(days=7)}
    answer = await world.post(f"goals/{goal['goal_id']}/ratings", body)
    assert answer.status_code == 201
    assert answer.json()["rated_at"] == body["rated_at"]


async def test_a_partner_does_not_rate_the_others_goal(world: World) -> None:
    case = await world.opens_case(clients=2)
    goal = await world.sets_goal(case)
    body = {"value": 3, "rated_by": "client", "client_id": str(case.client_ids[1])}
    assert fields(await world.post(f"goals/{goal['goal_id']}/ratings", body)) == ["client_id"]


async def test_who_rated_a_shared_goal_is_said(world: World) -> None:
    case = await world.opens_case(clients=2)
    goal = await world.sets_goal(case, client_id=None)
    path, body = f"goals/{goal['goal_id']}/ratings", {"value": 3, "rated_by": "client"}
    assert fields(await world.post(path, body)) == ["client_id"]
    for client in case.client_ids:
        assert (await world.post(path, body | {"client_id": str(client)})).status_code == 201
    by_clinician = await world.post(path, {"value": 3, "rated_by": "clinician"})
    assert by_clinician.json()["client_id"] is None


async def test_the_only_client_of_a_case_needs_no_naming(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case, client_id=None)
    answer = await world.post(
        f"goals/{goal['goal_id']}/ratings", {"value": 3, "rated_by": "client"}
    )
    assert answer.json()["client_id"] == str(case.client_ids[0])


async def test_a_closed_case_takes_no_rating(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    await world.closes(case)
    answer = await world.post(
        f"goals/{goal['goal_id']}/ratings", {"value": 3, "rated_by": "client"}
    )
    assert answer.status_code == 409


async def test_ratings_are_listed_by_when_they_were_given(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    path = f"goals/{goal['goal_id']}/ratings"
    for value, days in ((2, 1), (4, 3), (7, 2)):
        body = {"value": value, "rated_by": "client", "rated_at": ago(days=days)}
        assert (await world.post(path, body)).status_code == 201
    page = (await world.calls.get(f"/v1/{path}", headers=world.headers())).json()
    assert [rating["value"] for rating in page["items"]] == [4, 7, 2]
    assert page["next"] is None


async def test_a_rating_names_a_session_of_its_own_case(world: World) -> None:
    case, other = await world.opens_case(), await world.opens_case()
    goal = await world.sets_goal(case)
    path, body = f"goals/{goal['goal_id']}/ratings", {"value": 7, "rated_by": "client"}
    mine = await books(world, case, datetime.now(UTC))
    theirs = await books(world, other, datetime.now(UTC))
    refused = [
        await world.post(path, body | {"appointment_id": str(one)})
        for one in (uuid4(), theirs.appointment_id)
    ]
    assert [fields(answer) for answer in refused] == [["appointment_id"]] * 2
    assert len({answer.content for answer in refused}) == 1  # nobody learns which are there
    assert {answer.headers["Retry-After"] for answer in refused} == {"1"}
    assert await world.count("rating") == 0
    kept = await world.post(path, body | {"appointment_id": str(mine.appointment_id)})
    assert (kept.status_code, kept.json()["appointment_id"]) == (201, str(mine.appointment_id))


async def test_a_session_that_is_not_heard_of_yet_can_be_named_a_moment_later(
    world: World,
) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    event = booked(case, datetime.now(UTC))
    body = {"value": 7, "rated_by": "client", "appointment_id": str(event.appointment_id)}
    path, key = f"goals/{goal['goal_id']}/ratings", {"Idempotency-Key": str(uuid4())}
    assert fields(await world.post(path, body, **key)) == ["appointment_id"]
    async with world.worker.session() as session:
        await consumers.appointment_booked(session, event)
    assert (await world.post(path, body, **key)).status_code == 201


async def test_a_session_that_was_cancelled_takes_no_rating(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    event = await books(world, case, datetime.now(UTC))
    await calls_off(world, event)
    body = {"value": 7, "rated_by": "client", "appointment_id": str(event.appointment_id)}
    answer = await world.post(f"goals/{goal['goal_id']}/ratings", body)
    assert fields(answer) == ["appointment_id"]
    assert "cancelled" in answer.json()["detail"]
