"""A goal's scale, its review and its ratings follow from how and when it is worked on."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.goals.living import LEVELS, acts, attainment_body, rates, scaled
from tests.goals.world import CANARY, World, fields, goal_body


async def test_a_goal_with_five_levels_has_the_middle_one_as_its_target(world: World) -> None:
    goal = await scaled(world, await world.opens_case(), weight=30, baseline=-2)
    assert {name: goal[name] for name in ("method", "levels", "target", "weight", "baseline")} == {
        "method": "gas",
        "levels": LEVELS,
        "target": 0,
        "weight": 30,
        "baseline": -2,
    }
    said = json.loads((await world.published())[0].data)
    assert (said["method"], said["target"], said["weight"]) == ("gas", 0, 30)
    answer = await acts(world, goal, "revise", version=1, levels=LEVELS[::-1], weight=0)
    assert (answer.json()["levels"], answer.json()["weight"]) == (LEVELS[::-1], 0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"levels": None}, "levels"),
        ({"levels": LEVELS[:4]}, "levels"),
        ({"levels": [*LEVELS, "six"]}, "levels"),
        ({"levels": [*LEVELS[:4], ""]}, "levels.4"),
        ({"levels": [*LEVELS[:4], 5]}, "levels.4"),
        ({"levels": [*LEVELS[:4], CANARY * 50]}, "levels.4"),
        ({"target": 8}, "target"),
        ({"weight": -1}, "weight"),
        ({"weight": 101}, "weight"),
        ({"weight": 1.5}, "weight"),
        ({"weight": "1"}, "weight"),
        ({"baseline": 0}, "baseline"),
        ({"baseline": -3}, "baseline"),
        ({"method": CANARY}, "method"),
        ({"status": "achieved"}, "status"),
        ({"starts_on": "2019-01-01"}, "starts_on"),
        ({"starts_on": "9999-12-31"}, "starts_on"),
    ],
)
async def test_what_is_wrong_with_a_scale_is_named_and_not_repeated(
    world: World, wrong: dict[str, object], field: str
) -> None:
    body = attainment_body(await world.opens_case(), **wrong)
    assert fields(await world.post("goals", body)) == [field]
    assert await world.count("goal") == 0
    assert await world.published() == []


@pytest.mark.parametrize("extra", [{"levels": LEVELS}, {"weight": 1}, {"baseline": -1}])
async def test_a_goal_rated_to_ten_has_no_levels(world: World, extra: dict[str, Any]) -> None:
    body = goal_body(await world.opens_case(), **extra)
    assert fields(await world.post("goals", body)) == list(extra)


async def test_a_review_is_not_before_the_start(world: World) -> None:
    today = datetime.now(UTC).date()
    days = {"starts_on": str(today + timedelta(days=9)), "review_on": str(today)}
    body = goal_body(await world.opens_case(), **days)
    assert fields(await world.post("goals", body)) == ["review_on"]


async def test_what_is_proposed_takes_no_ratings(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case(), status="proposed")
    assert (await rates(world, goal, 5)).status_code == 409
    await acts(world, goal, "agree")
    assert (await rates(world, goal, 5)).status_code == 201
    await acts(world, goal, "pause")
    assert (await rates(world, goal, 6)).status_code == 201


async def test_what_was_said_before_the_end_may_be_entered_after_it(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    before = datetime.now(UTC) - timedelta(days=3)
    await acts(world, goal, "close", outcome="achieved")
    assert (await rates(world, goal, 9)).status_code == 409
    late = await rates(world, goal, 9, rated_at=before.isoformat())
    assert late.status_code == 201
    await acts(world, goal, "reopen")
    assert (await rates(world, goal, 7)).status_code == 201
