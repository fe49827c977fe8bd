"""How a goal moves, as FHIR tells it."""

from typing import Any

from shared.events.intake import CaseOpened
from tests.goals.fhir_reading import resources, search
from tests.goals.world import World


async def _moved(world: World, case: CaseOpened, goal: Any) -> str:
    found = resources(await search(world, "Goal", case))[goal["goal_id"]]
    code: str = found["achievementStatus"]["coding"][0]["code"]
    return code


async def test_of_ratings_of_one_moment_the_one_that_came_first_is_the_earlier(
    world: World,
) -> None:
    case = await world.opens_case()
    at = case.referred_at.isoformat()
    for _ in range(6):  # ids are random: one goal alone could be right by chance
        goal = await world.sets_goal(case)
        for value in (2, 8):
            body = {"value": value, "rated_by": "client", "rated_at": at}
            await world.post(f"goals/{goal['goal_id']}/ratings", body)
        assert await _moved(world, case, goal) == "improving"


async def test_how_a_goal_moves_follows_its_ratings_and_their_corrections(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    said = [await _moved(world, case, goal)]
    ids = []
    for value in (6, 4, 3):
        body = {"value": value, "rated_by": "client"}
        rating = (await world.post(f"goals/{goal['goal_id']}/ratings", body)).json()
        ids.append(rating["rating_id"])
        said.append(await _moved(world, case, goal))
    for rating_id in reversed(ids):
        await world.post(f"ratings/{rating_id}/void", {"reason": "duplicate"})
        said.append(await _moved(world, case, goal))
    assert said == [
        *("in-progress", "in-progress", "no-change", "worsening"),
        *("no-change", "in-progress", "in-progress"),
    ]


async def test_a_shared_goal_has_no_movement_of_its_own(world: World) -> None:
    case = await world.opens_case(clients=2)
    goal = await world.sets_goal(case, client_id=None)
    for client_id, value in zip(case.client_ids * 2, (1, 9, 9, 1), strict=True):
        body = {"value": value, "rated_by": "client", "client_id": str(client_id)}
        assert (await world.post(f"goals/{goal['goal_id']}/ratings", body)).status_code == 201
    assert await _moved(world, case, goal) == "in-progress"
