"""Closing a case says of its open goals that nobody has said how they ended; then somebody can."""

import json
from typing import Any

import pytest

from shared.events import derived_id
from shared.events.words import Role
from tests.goals.world import World, fields


async def closings(world: World) -> list[Any]:
    return [json.loads(e.data) for e in await world.published() if e.type == "goals.goal_closed"]


async def status_of(world: World, goal: Any) -> str:
    said: str = (await world.get(f"goals/{goal['goal_id']}")).json()["status"]
    return said


async def ends(world: World, goal: Any, outcome: str, act: str = "close") -> Any:
    return await world.post(f"goals/{goal['goal_id']}/{act}", {"outcome": outcome})


async def test_goals_that_are_worked_on_are_open_at_closing(world: World) -> None:
    case, other = await world.opens_case(), await world.opens_case()
    active, paused, ended = [await world.sets_goal(case) for _ in range(3)]
    proposed = await world.sets_goal(case, status="proposed")
    elsewhere = await world.sets_goal(other)
    await world.post(f"goals/{paused['goal_id']}/pause", None)
    await ends(world, ended, "achieved")
    closed = world.closed(case)
    await world.hears(closed)
    every = (active, paused, ended, proposed, elsewhere)
    assert [await status_of(world, one) for one in every] == [
        "open_at_closing", "open_at_closing", "achieved", "proposed", "active",
    ]  # fmt: skip
    told = [event for event in await closings(world) if event["outcome"] == "open_at_closing"]
    assert {event["goal_id"] for event in told} == {active["goal_id"], paused["goal_id"]}
    ids = {row.id for row in await world.published() if row.type == "goals.goal_closed"}
    assert derived_id(closed.event_id, f"goal {active['goal_id']}") in ids
    whole = (await world.get(f"goals/{active['goal_id']}", Role.CLINICAL_LEAD)).json()
    assert (whole["acts"][0]["act"], whole["acts"][0]["by"]) == ("close", None)
    assert whole["ended_at"] == closed.closed_at.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("outcome", ["achieved", "not_achieved", "withdrawn"])
async def test_how_one_ended_may_be_said_after_the_closing(world: World, outcome: str) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    await world.closes(case)
    before = (await world.get(f"goals/{goal['goal_id']}")).json()["ended_at"]
    answer = await ends(world, goal, outcome)
    assert (answer.status_code, answer.json()["status"]) == (200, outcome)
    assert answer.json()["ended_at"] == before  # it ended with its case, said late
    assert [event["outcome"] for event in await closings(world)] == ["open_at_closing", outcome]
    again = await ends(world, goal, outcome)
    assert (again.status_code, len(await closings(world))) == (200, 2)


async def test_nothing_else_goes_on_after_the_closing(world: World) -> None:
    case = await world.opens_case()
    goal, told = await world.sets_goal(case), await world.sets_goal(case)
    await ends(world, told, "achieved")
    await world.closes(case)
    for act in ("pause", "resume", "reopen"):
        assert (await world.post(f"goals/{goal['goal_id']}/{act}", None)).status_code == 409
    assert (await ends(world, told, "not_achieved")).status_code == 409
    assert (
        await world.post(f"goals/{goal['goal_id']}/ratings", {"value": 5, "rated_by": "client"})
    ).status_code == 409


async def test_nobody_says_open_at_closing_by_hand(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    assert fields(await ends(world, goal, "open_at_closing")) == ["outcome"]
