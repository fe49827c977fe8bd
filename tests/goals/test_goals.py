"""Goals: how they are agreed, and what is refused."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.goals import consumers
from shared.events.clinics import ClinicOpened, ClinicSettingsChanged
from tests.goals.world import CANARY, World, fields, goal_body


async def test_a_goal_is_answered_as_it_was_agreed(world: World) -> None:
    case = await world.opens_case()
    answer = await world.post("goals", goal_body(case, description="for the knees"))
    assert answer.status_code == 201
    got, today = answer.json(), datetime.now(UTC).date()
    assert got | {"goal_id": None, "set_at": None} == goal_body(case) | {
        "goal_id": None,
        "set_at": None,
        "description": "for the knees",
        "method": "gbo",
        "levels": None,
        "weight": 1,
        "reliable_change": 3,
        "baseline": None,
        "starts_on": str(today),
        "review_on": str(today + timedelta(weeks=8)),  # the library's rhythm for resilience
        "status": "active",
        "version": 1,
        "ended_at": None,
    }


async def test_a_goal_may_be_for_all_clients(world: World) -> None:
    case = await world.opens_case(clients=2)
    goal = await world.sets_goal(case, client_id=None)
    assert goal["client_id"] is None


async def test_spaces_around_the_words_are_dropped(world: World) -> None:
    case = await world.opens_case()
    assert (await world.sets_goal(case, title="  walk \n"))["title"] == "walk"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "wealth"}, "kind"),
        ({"owner": CANARY}, "owner"),
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": CANARY * 50}, "title"),
        ({"title": 5}, "title"),
        ({"title": None}, "title"),
        ({"description": CANARY * 200}, "description"),
        ({"target": 11}, "target"),
        ({"target": -1}, "target"),
        ({"target": "8"}, "target"),
        ({"target": True}, "target"),
        ({"target": 8.0}, "target"),
        ({"target": None}, "target"),
        ({"client_id": CANARY}, "client_id"),
        ({"client_id": str(uuid4())}, "client_id"),
        ({"case_id": CANARY}, "case_id"),
        ({"review_on": "2020-01-01"}, "review_on"),
        ({"review_on": "9999-12-31"}, "review_on"),
        ({"review_on": "soon"}, "review_on"),
        ({"review_on": 86_400 * 30_000}, "review_on"),
        ({"clinic_id": str(uuid4())}, "clinic_id"),
        ({"goal_id": str(uuid4())}, "goal_id"),
    ],
)
async def test_what_is_wrong_is_named_and_not_repeated(
    world: World, wrong: dict[str, object], field: str
) -> None:
    case = await world.opens_case()
    assert fields(await world.post("goals", goal_body(case) | wrong)) == [field]
    assert await world.count("goal") == 0
    assert await world.published() == []


@pytest.mark.parametrize("name", ["case_id", "client_id", "kind", "title", "owner", "target"])
async def test_what_is_missing_is_named(world: World, name: str) -> None:
    body = goal_body(await world.opens_case())
    del body[name]
    assert fields(await world.post("goals", body)) == [name]


async def test_a_closed_case_takes_no_goal(world: World) -> None:
    case = await world.opens_case()
    await world.closes(case)
    answer = await world.post("goals", goal_body(case))
    assert answer.status_code == 409
    assert CANARY not in answer.text


async def test_a_case_heard_of_twice_stays_closed(world: World) -> None:
    case = await world.opens_case()
    await world.closes(case)
    async with world.worker.session() as session:
        await consumers.case_opened(session, case)
    assert (await world.post("goals", goal_body(case))).status_code == 409


async def test_the_goals_of_a_case_come_in_pages(world: World) -> None:
    case = await world.opens_case()
    set_ = [(await world.sets_goal(case, target=n))["goal_id"] for n in range(5)]
    seen, after = [], None
    for _ in range(3):
        query = {"case_id": str(case.case_id), "limit": "2"} | ({"after": after} if after else {})
        page = (await world.calls.get("/v1/goals", params=query, headers=world.headers())).json()
        seen += [goal["goal_id"] for goal in page["items"]]
        after = page["next"]
    assert seen == set_
    assert after is None


async def test_a_cursor_that_is_not_ours_is_refused(world: World) -> None:
    case = await world.opens_case()
    query = {"case_id": str(case.case_id), "after": CANARY}
    answer = await world.calls.get("/v1/goals", params=query, headers=world.headers())
    assert fields(answer) == ["after"]


async def test_a_review_day_is_a_day_of_the_clinics_calendar(world: World) -> None:
    """Kiritimati is a day ahead of Pago Pago, always: one's today is the other's yesterday."""
    case, now = await world.opens_case(), datetime.now(UTC)
    behind = str((now - timedelta(hours=11)).date())
    async with world.worker.session() as session:
        common = {"occurred_at": now, "clinic_id": world.clinic_id}
        opened = ClinicOpened(**common, zone="Pacific/Pago_Pago")
        await consumers.clinic_opened(session, opened)
    await world.sets_goal(case, review_on=behind)
    async with world.worker.session() as session:
        changed = ClinicSettingsChanged(
            **common,
            zone="Pacific/Kiritimati",
            effective_from=now + timedelta(microseconds=1),
            crisis_text_version=1,
            session_minutes=50,
        )
        await consumers.clinic_settings_changed(session, changed)
    assert fields(await world.post("goals", goal_body(case, review_on=behind))) == ["review_on"]
