"""How a clinic works with each kind of goal: defaults, its own settings, who may change them."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.events.measures.pairs import PAIRS
from shared.events.words import GoalKind, Role
from tests.goals.world import CANARY, World, fields


CHANGE = {
    "version": 0,
    "method": "gas",
    "measures": ["brs", "who-5"],
    "review_weeks": 3,
    "reliable_change": 4,
}


async def kinds(world: World) -> dict[str, Any]:
    """What holds at the clinic, by kind."""
    path = f"/v1/clinics/{world.clinic_id}/kinds"
    answer = await world.calls.get(path, headers=world.headers())
    assert answer.status_code == 200, answer.text
    return {one["kind"]: one for one in answer.json()["items"]}


async def puts(world: World, headers: dict[str, str] | None = None, **given: Any) -> httpx.Response:
    """The lead, or somebody else, changes what holds for resilience."""
    return await world.calls.put(
        f"/v1/clinics/{world.clinic_id}/kinds/{given.pop('kind', 'resilience')}",
        json=CHANGE | given,
        headers=headers or world.headers(Role.CLINICAL_LEAD),
    )


async def test_all_eight_kinds_have_their_defaults(world: World) -> None:
    held = await kinds(world)
    assert list(held) == [kind.value for kind in GoalKind]
    for kind, one in held.items():
        pair = PAIRS[GoalKind(kind)]
        assert (one["version"], one["method"]) == (0, pair.method)
        assert (one["measures"], one["optional"]) == (list(pair.measures), list(pair.optional))
        assert one["reliable_change"] == 3
        assert "own choice" in one["review_source"]
        assert one["movement"].endswith("first rating.")
        assert one["movement_source"]
        assert one["effective_from"] is None


async def test_a_clinic_settles_its_own(world: World) -> None:
    answer = await puts(world)
    assert answer.status_code == 200, answer.text
    held = (await kinds(world))["resilience"]
    assert held == answer.json()
    assert {name: held[name] for name in CHANGE} == CHANGE | {"version": 1}
    assert held["optional"] == []
    assert "4 or more" in held["movement"]
    assert (held["review_source"], held["movement_source"][-18:]) == (
        "Set by the clinic.",
        "Set by the clinic.",
    )


async def test_what_counts_as_movement_is_how_a_goal_was_agreed(world: World) -> None:
    case = await world.opens_case()
    before = await world.sets_goal(case)
    await puts(world)
    after = await world.sets_goal(case)
    assert (before["reliable_change"], after["reliable_change"]) == (3, 4)
    told = [json.loads(row.data) for row in await world.published()]
    assert [each["reliable_change"] for each in told if "owner" in each] == [3, 4]


async def test_the_rhythm_makes_the_review_day_of_new_goals(world: World) -> None:
    case = await world.opens_case()
    await puts(world)
    today = datetime.now(UTC).date()
    goal = await world.sets_goal(case)
    assert goal["review_on"] == str(today + timedelta(weeks=3))
    other = await world.sets_goal(case, kind="insight")
    assert other["review_on"] == str(today + timedelta(weeks=8))


async def test_without_a_number_of_its_own_the_published_one_holds(world: World) -> None:
    await puts(world)
    answer = await puts(world, version=1, reliable_change=None, method="gbo")
    assert (answer.json()["version"], answer.json()["reliable_change"]) == (2, 3)
    assert "nhsengland" in answer.json()["movement_source"]


async def test_of_two_changes_at_once_one_wins(world: World) -> None:
    answers = await asyncio.gather(*(puts(world, review_weeks=n) for n in (1, 2, 3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    late = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (late["version"], late["seen"]) == (1, 0)
    assert (await kinds(world))["resilience"]["version"] == 1


async def test_the_same_again_is_nothing_new(world: World) -> None:
    await puts(world)
    answer = await puts(world, version=1)
    assert (answer.status_code, answer.json()["version"]) == (200, 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"version": "0"}, "version"),
        ({"method": CANARY}, "method"),
        ({"measures": [CANARY]}, "measures.0"),
        ({"measures": ["brs", "brs"]}, "measures"),
        ({"measures": ["brs"] * 11}, "measures"),
        ({"review_weeks": 0}, "review_weeks"),
        ({"review_weeks": 53}, "review_weeks"),
        ({"reliable_change": 0}, "reliable_change"),
        ({"reliable_change": 11}, "reliable_change"),
        ({"reliable_change": 2.5}, "reliable_change"),
        ({"label": CANARY}, "label"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_stored(
    world: World, wrong: dict[str, Any], field: str
) -> None:
    assert fields(await puts(world, **wrong)) == [field]
    assert await world.count("kind_setting") == 0
    assert await world.published() == []


async def test_a_kind_that_there_is_not_is_named(world: World) -> None:
    assert fields(await puts(world, kind="wealth")) == ["kind"]


async def test_only_a_lead_of_this_clinic_changes_them(world: World) -> None:
    for role in (Role.CLINICIAN, Role.FRONT_DESK, Role.OPERATIONS):
        assert (await puts(world, world.headers(role))).status_code == 403
    stranger = world.headers(Role.CLINICAL_LEAD, clinic=uuid4())
    assert (await puts(world, stranger)).status_code == 404
    path = f"/v1/clinics/{world.clinic_id}/kinds"
    assert (await world.calls.get(path, headers=stranger)).status_code == 404
    desk = await world.calls.get(path, headers=world.headers(Role.FRONT_DESK))
    assert desk.status_code == 403
