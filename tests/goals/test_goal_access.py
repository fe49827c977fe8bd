"""Who may act on goals and correct ratings, and what strangers learn: nothing."""

from uuid import uuid4

import httpx
import pytest

from shared.events.words import Role
from tests.goals.living import acts, rated, types
from tests.goals.world import World


async def every_call(
    world: World, goal_id: object, rating_id: object, headers: dict[str, str]
) -> list[httpx.Response]:
    """All calls about a goal and a rating: two that read, then those that change."""
    bodies: dict[str, dict[str, object]] = {
        f"goals/{goal_id}/revise": {"version": 1, "title": "anew"},
        f"goals/{goal_id}/agree": {},
        f"goals/{goal_id}/decline": {"reason": "dangerous"},
        f"goals/{goal_id}/pause": {},
        f"goals/{goal_id}/resume": {},
        f"goals/{goal_id}/close": {"outcome": "achieved"},
        f"goals/{goal_id}/reopen": {},
        f"ratings/{rating_id}/amend": {"version": 1, "value": 5, "reason": "duplicate"},
        f"ratings/{rating_id}/void": {"reason": "duplicate"},
    }
    calls = world.calls
    return [
        await calls.get(f"/v1/goals/{goal_id}", headers=headers),
        await calls.get(f"/v1/ratings/{rating_id}", headers=headers),
        *[await calls.post(f"/v1/{path}", json=bodies[path], headers=headers) for path in bodies],
    ]


async def a_goal_and_a_rating(world: World) -> tuple[str, str]:
    """The ids of a goal of this clinic's and of a rating of it."""
    goal = await world.sets_goal(await world.opens_case())
    rating = await rated(world, goal, 4)
    return goal["goal_id"], rating["rating_id"]


async def test_another_clinics_goal_is_as_unknown_as_one_that_never_was(world: World) -> None:
    theirs = await a_goal_and_a_rating(world)
    stranger = world.headers(clinic=uuid4(), sub=uuid4())
    found = await every_call(world, *theirs, stranger)
    nobodys = await every_call(world, uuid4(), uuid4(), stranger)
    for there, not_there in zip(found, nobodys, strict=True):
        assert there.status_code == not_there.status_code == 404
        assert there.content == not_there.content
    assert await types(world) == ["goal_set", "goal_rated"]


async def test_a_colleagues_case_is_as_unknown(world: World) -> None:
    theirs = await a_goal_and_a_rating(world)
    answers = await every_call(world, *theirs, world.headers(sub=uuid4()))
    assert {answer.status_code for answer in answers} == {404}


async def test_a_lead_only_reads(world: World) -> None:
    theirs = await a_goal_and_a_rating(world)
    answers = await every_call(world, *theirs, world.headers(Role.CLINICAL_LEAD))
    assert [answer.status_code for answer in answers] == [200] * 2 + [403] * 9
    assert await types(world) == ["goal_set", "goal_rated"]


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.SAFEGUARDING_LEAD, Role.OPERATIONS])
async def test_no_other_role_does_anything(world: World, role: Role) -> None:
    theirs = await a_goal_and_a_rating(world)
    answers = await every_call(world, *theirs, world.headers(role))
    assert {answer.status_code for answer in answers} == {403}


async def test_a_lead_who_is_a_clinician_too_acts_only_in_their_own_cases(world: World) -> None:
    goal_id, rating_id = await a_goal_and_a_rating(world)
    roles = [Role.CLINICIAN, Role.CLINICAL_LEAD]
    token = world.issuer.token(uuid4(), roles, [world.clinic_id])
    answers = await every_call(world, goal_id, rating_id, {"Authorization": f"Bearer {token}"})
    assert [answer.status_code for answer in answers] == [200] * 2 + [403] * 9


async def test_nothing_without_a_token(world: World) -> None:
    answers = await every_call(world, uuid4(), uuid4(), {})
    assert {answer.status_code for answer in answers} == {401}


async def test_the_cases_own_clinician_may(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    assert (await acts(world, goal, "pause")).status_code == 200
