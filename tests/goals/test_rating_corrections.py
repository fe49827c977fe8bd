"""Ratings that were wrong: amended or voided, with all that was ever entered still to be seen."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events.intake import CaseOpened
from tests.goals.living import acts, looked_up, rated, rates, scaled, types
from tests.goals.world import CANARY, World, fields


WRONG = "entered_wrongly"


def ago(**span: float) -> str:
    """A time, as it is written in a call."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat().replace("+00:00", "Z")


async def amends(world: World, rating: Any, **change: object) -> httpx.Response:
    """A correction of a rating that nobody else has corrected."""
    body = {"version": rating["version"], "reason": WRONG} | change
    return await world.post(f"ratings/{rating['rating_id']}/amend", body)


async def voids(world: World, rating: Any, reason: str = "duplicate") -> httpx.Response:
    """A rating does not count any more."""
    return await world.post(f"ratings/{rating['rating_id']}/void", {"reason": reason})


async def a_rating(world: World, value: int = 4) -> tuple[CaseOpened, Any, Any]:
    """A case, a goal in it, and a rating of the goal."""
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    return case, goal, await rated(world, goal, value, rated_at=ago(days=9))


async def test_an_amended_rating_shows_what_holds_and_keeps_what_was(world: World) -> None:
    _, goal, rating = await a_rating(world)
    when = ago(days=8)
    answer = await amends(world, rating, value=7, rated_by="clinician", rated_at=when)
    assert answer.status_code == 200, answer.text
    assert answer.json() == rating | {
        "value": 7,
        "rated_by": "clinician",
        "rated_at": when,
        "version": 2,
    }
    listed = await looked_up(world, "goals", f"{goal['goal_id']}/ratings")
    assert listed["items"] == [answer.json()]
    found = await looked_up(world, "ratings", rating["rating_id"])
    assert [(one["version"], one["value"], one["reason"]) for one in found["versions"]] == [
        (2, 7, WRONG),
        (1, 4, None),
    ]
    assert {one["entered_by"] for one in found["versions"]} == {str(world.clinician)}
    assert (found["voided"], found["voided_at"]) == (False, None)


async def test_an_amendment_is_published(world: World) -> None:
    case, goal, rating = await a_rating(world)
    await amends(world, rating, value=7)
    row = (await world.published())[-1]
    assert (row.type, row.key) == ("goals.rating_amended", str(case.case_id))
    assert json.loads(row.data) == {
        "clinic_id": str(world.clinic_id),
        "goal_id": goal["goal_id"],
        "case_id": str(case.case_id),
        "rating_id": rating["rating_id"],
        "client_id": rating["client_id"],
        "version": 2,
        "value": 7,
        "rated_by": "client",
        "rated_at": rating["rated_at"],
        "reason": WRONG,
    }


async def test_a_voided_rating_stays_to_be_seen(world: World) -> None:
    _, goal, rating = await a_rating(world)
    for _ in range(2):
        answer = await voids(world, rating)
        assert (answer.status_code, answer.json()["voided"]) == (200, True)
    assert (await voids(world, rating, "wrong_person")).status_code == 409
    assert (await amends(world, rating, value=7)).status_code == 409
    listed = await looked_up(world, "goals", f"{goal['goal_id']}/ratings")
    assert [one["voided"] for one in listed["items"]] == [True]
    found = await looked_up(world, "ratings", rating["rating_id"])
    assert (found["void_reason"], found["voided_by"]) == ("duplicate", str(world.clinician))
    assert await types(world) == ["goal_set", "goal_rated", "rating_voided"]
    assert json.loads((await world.published())[-1].data)["reason"] == "duplicate"


async def test_of_two_amendments_at_once_one_wins(world: World) -> None:
    _, _, rating = await a_rating(world)
    answers = await asyncio.gather(*(amends(world, rating, value=n) for n in (7, 8, 9)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    late = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (late["version"], late["seen"]) == (2, 1)
    assert await types(world) == ["goal_set", "goal_rated", "rating_amended"]


async def test_amending_to_the_same_is_nothing_new(world: World) -> None:
    _, _, rating = await a_rating(world)
    answer = await amends(world, rating, value=4)
    assert (answer.status_code, answer.json()) == (200, rating)
    assert await types(world) == ["goal_set", "goal_rated"]


async def test_the_same_key_amends_once(world: World) -> None:
    _, _, rating = await a_rating(world)
    path, key = f"ratings/{rating['rating_id']}/amend", {"Idempotency-Key": str(uuid4())}
    body = {"version": 1, "value": 7, "reason": WRONG}
    first, again = [await world.post(path, body, **key) for _ in range(2)]
    assert (again.status_code, again.content) == (200, first.content)
    assert await types(world) == ["goal_set", "goal_rated", "rating_amended"]


CHANGE = st.fixed_dictionaries(
    {"value": st.integers(0, 10)},
    optional={
        "rated_by": st.sampled_from(["client", "clinician"]),
        "rated_at": st.integers(0, 80).map(lambda days: ago(days=days)),
    },
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(CHANGE, min_size=1, max_size=5))
async def test_amended_again_and_again_it_equals_the_last(
    world: World, changes: list[dict[str, Any]]
) -> None:
    _, _, rating = await a_rating(world)
    held, meant, changed = rating, dict(rating), 0
    for change in changes:
        now = await amends(world, held, **change)
        assert now.status_code == 200, now.text
        changed += any(meant[name] != value for name, value in change.items())
        held, meant = now.json(), meant | change
    assert held == meant | {"version": 1 + changed}
    found = await looked_up(world, "ratings", rating["rating_id"])
    newest = found["versions"][0]
    assert {name: newest[name] for name in ("value", "rated_by", "rated_at")} == {
        name: held[name] for name in ("value", "rated_by", "rated_at")
    }
    assert len(found["versions"]) == held["version"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": 11}, "value"),
        ({"value": -1}, "value"),
        ({"value": None}, "value"),
        ({"value": 7.0}, "value"),
        ({"version": "1"}, "version"),
        ({"version": None}, "version"),
        ({"reason": CANARY}, "reason"),
        ({"reason": None}, "reason"),
        ({"rated_by": CANARY}, "rated_by"),
        ({"rated_at": "2999-01-01T00:00:00Z"}, "rated_at"),
        ({"rated_at": "2019-01-01T00:00:00Z"}, "rated_at"),
        ({"client_id": str(uuid4())}, "client_id"),
        ({"note": CANARY}, "note"),
    ],
)
async def test_what_is_wrong_is_named_and_changes_nothing(
    world: World, wrong: dict[str, object], field: str
) -> None:
    _, _, rating = await a_rating(world)
    assert fields(await amends(world, rating, **({"value": 7} | wrong))) == [field]
    assert await types(world) == ["goal_set", "goal_rated"]


async def test_a_wrong_number_in_a_closed_case_can_be_corrected(world: World) -> None:
    case, goal, rating = await a_rating(world)
    await world.closes(case)
    assert (await rates(world, goal, 5)).status_code == 409
    late = await amends(world, rating, value=7, rated_at=datetime.now(UTC).isoformat())
    assert fields(late) == ["rated_at"]
    amended = await amends(world, rating, value=7)
    assert (amended.status_code, amended.json()["value"]) == (200, 7)
    assert (await voids(world, rating)).status_code == 200


async def test_a_rating_of_a_goal_that_ended_is_not_moved_behind_its_end(world: World) -> None:
    _, goal, rating = await a_rating(world)
    await acts(world, goal, "close", outcome="achieved")
    moved = await amends(world, rating, value=4, rated_at=datetime.now(UTC).isoformat())
    assert moved.status_code == 409
    assert (await amends(world, rating, value=9)).status_code == 200


@pytest.mark.parametrize("value", [-2, -1, 0, 1, 2])
async def test_a_level_that_was_reached(world: World, value: int) -> None:
    goal = await scaled(world, await world.opens_case())
    rating = await rated(world, goal, value)
    assert rating["value"] == value
    row = (await world.published())[-1]
    assert row.type == "goals.attainment_rated"
    assert json.loads(row.data)["level"] == value


@pytest.mark.parametrize("value", [-3, 3, 8, 11])
async def test_a_level_that_there_is_not(world: World, value: int) -> None:
    goal = await scaled(world, await world.opens_case())
    assert fields(await rates(world, goal, value)) == ["value"]
    rating = await rated(world, goal, 1)
    assert fields(await amends(world, rating, value=value)) == ["value"]
    assert await types(world) == ["goal_set", "attainment_rated"]


async def test_each_member_of_a_couple_has_a_line_of_their_own(world: World) -> None:
    case = await world.opens_case(clients=2)
    goal = await world.sets_goal(case, client_id=None)
    one, other = map(str, case.client_ids)
    for value, client_id in ((3, one), (8, other), (5, one)):
        await rated(world, goal, value, client_id=client_id)
    lines = await looked_up(world, "goals", f"{goal['goal_id']}/ratings")
    assert [(line["client_id"], line["value"]) for line in lines["items"]] == [
        (one, 3),
        (other, 8),
        (one, 5),
    ]


async def test_a_rating_under_the_wrong_person_is_put_right(world: World) -> None:
    case = await world.opens_case(clients=2)
    goal = await world.sets_goal(case, client_id=None)
    one, other = map(str, case.client_ids)
    rating = await rated(world, goal, 3, client_id=one)
    moved = await amends(world, rating, value=3, client_id=other, reason="wrong_person")
    assert (moved.status_code, moved.json()["client_id"]) == (200, other)
    nobodys = await amends(world, moved.json(), value=3, client_id=None)
    assert fields(nobodys) == ["client_id"]
