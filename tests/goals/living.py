"""Goals of each way of rating, and what is done with them."""

from typing import Any
from uuid import UUID

import httpx

from shared.events.intake import CaseOpened
from tests.goals.world import World, goal_body


LEVELS = ["less than now", "as now", "as agreed", "somewhat more", "much more"]


def attainment_body(case: CaseOpened, **given: object) -> dict[str, object]:
    """A goal with five described levels that may be set."""
    body = goal_body(case) | {"method": "gas", "levels": LEVELS} | given
    return {name: value for name, value in body.items() if name != "target" or "target" in given}


async def scaled(world: World, case: CaseOpened, **given: object) -> Any:
    """A goal of attainment scaling that was agreed, as the service answered."""
    answer = await world.post("goals", attainment_body(case, **given))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def acts(world: World, goal: Any, act: str, **said: object) -> httpx.Response:
    """One act on a goal."""
    return await world.post(f"goals/{goal['goal_id']}/{act}", said)


async def rates(world: World, goal: Any, value: int, **given: object) -> httpx.Response:
    """A rating of the client's, unless said otherwise."""
    body = {"value": value, "rated_by": "client"} | given
    return await world.post(f"goals/{goal['goal_id']}/ratings", body)


async def rated(world: World, goal: Any, value: int, **given: object) -> Any:
    """A rating that was taken down, as the service answered."""
    answer = await rates(world, goal, value, **given)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def looked_up(world: World, path: str, which: str | UUID) -> Any:
    """What the clinician reads."""
    answer = await world.calls.get(f"/v1/{path}/{which}", headers=world.headers())
    assert answer.status_code == 200, answer.text
    return answer.json()


async def types(world: World) -> list[str]:
    """The types of what was published for this clinic, without the publisher."""
    return [row.type.removeprefix("goals.") for row in await world.published()]
