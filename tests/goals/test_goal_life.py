"""A goal's life over HTTP: each step once, with its event, its trace and its history."""

import asyncio
import json
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.db import Database
from shared.settings import Settings
from tests.goals.living import LEVELS, acts, looked_up, types
from tests.goals.world import CANARY, World, fields


NOTE = f"{CANARY} said so"


async def test_a_goal_goes_through_its_life(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case(), status="proposed")
    assert goal["status"] == "proposed"
    steps: list[tuple[str, dict[str, object], str]] = [
        ("agree", {"note": NOTE}, "active"),
        ("pause", {}, "on_hold"),
        ("resume", {}, "active"),
        ("close", {"outcome": "achieved", "note": NOTE}, "achieved"),
        ("reopen", {}, "active"),
        ("close", {"outcome": "withdrawn"}, "withdrawn"),
    ]
    for act, said, status in steps:
        answer = await acts(world, goal, act, **said)
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == status
        assert (answer.json()["ended_at"] is not None) is (act == "close")
    assert await types(world) == [
        "goal_set",
        "goal_agreed",
        "goal_paused",
        "goal_resumed",
        "goal_closed",
        "goal_reopened",
        "goal_closed",
    ]
    history = (await looked_up(world, "goals", goal["goal_id"]))["acts"]
    assert [(act["act"], act["status"]) for act in reversed(history)] == [
        (act, status) for act, _, status in steps
    ]
    assert {act["by"] for act in history} == {str(world.clinician)}
    assert history[-1]["note"] == NOTE


async def test_the_same_act_again_is_nothing_new(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    for _ in range(3):
        answer = await acts(world, goal, "pause")
        assert (answer.status_code, answer.json()["status"]) == (200, "on_hold")
    assert await types(world) == ["goal_set", "goal_paused"]
    assert await world.count("goal_act") == 1


async def test_an_act_needs_no_body(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    path = f"/v1/goals/{goal['goal_id']}/pause"
    answer = await world.calls.post(path, headers=world.headers())
    assert (answer.status_code, answer.json()["status"]) == (200, "on_hold")


async def test_a_dangerous_goal_is_declined_for_good(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case(), status="proposed")
    answer = await acts(world, goal, "decline", reason="dangerous", note=NOTE)
    assert (answer.status_code, answer.json()["status"]) == (200, "declined")
    assert (await acts(world, goal, "decline", reason="dangerous")).status_code == 200
    for act, said in (
        ("decline", {"reason": "not_acceptable"}),
        ("agree", {}),
        ("reopen", {}),
        ("close", {"outcome": "withdrawn"}),
        ("revise", {"version": 1, "title": "softer"}),
    ):
        refused = await acts(world, goal, act, **said)
        assert refused.status_code == 409, act
        assert "declined" in refused.json()["detail"]
    rows = await world.published()
    assert json.loads(rows[-1].data)["reason"] == "dangerous"
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("act", "said"),
    [("agree", {}), ("decline", {"reason": "dangerous"}), ("resume", {}), ("reopen", {})],
)
async def test_what_does_not_follow_is_refused_in_words(
    world: World, act: str, said: dict[str, object]
) -> None:
    goal = await world.sets_goal(await world.opens_case())
    answer = await acts(world, goal, act, **said)
    assert answer.status_code == 409
    assert "is being worked on" in answer.json()["detail"]
    assert await types(world) == ["goal_set"]


@pytest.mark.parametrize(
    ("act", "said", "field"),
    [
        ("decline", {}, "reason"),
        ("decline", {"reason": CANARY}, "reason"),
        ("close", {}, "outcome"),
        ("close", {"outcome": "declined"}, "outcome"),
        ("pause", {"note": ""}, "note"),
        ("pause", {"note": CANARY * 400}, "note"),
        ("pause", {"reason": "dangerous"}, "reason"),
        ("revise", {}, "version"),
        ("revise", {"version": "1"}, "version"),
        ("revise", {"version": 1, "title": None}, "title"),
        ("revise", {"version": 1, "target": 11}, "target"),
        ("revise", {"version": 1, "weight": 2}, "weight"),
        ("revise", {"version": 1, "levels": LEVELS}, "levels"),
        ("revise", {"version": 1, "review_on": "2020-01-01"}, "review_on"),
        ("revise", {"version": 1, "review_on": "9999-12-31"}, "review_on"),
        ("revise", {"version": 1, "method": "gas"}, "method"),
    ],
)
async def test_what_is_wrong_is_named_and_changes_nothing(
    world: World, act: str, said: dict[str, object], field: str
) -> None:
    goal = await world.sets_goal(await world.opens_case())
    assert fields(await acts(world, goal, act, **said)) == [field]
    assert await types(world) == ["goal_set"]


async def test_no_note_leaves_the_service(world: World, settings: Settings) -> None:
    goal = await world.sets_goal(await world.opens_case(), status="proposed")
    await acts(world, goal, "agree", note=NOTE)
    await acts(world, goal, "revise", version=1, title=f"{CANARY} anew")
    assert not [row for row in await world.published() if CANARY.encode() in row.data]
    owner = Database(settings.database("goals", "owner"), 1)
    async with owner.session() as session:
        asked = text("select act from audit where subject_id = :case order by number")
        done = list(await session.scalars(asked, {"case": goal["case_id"]}))
    await owner.close()
    assert done == ["goal_set", "goal_agreed", "goal_revised"]


async def test_revising_keeps_what_held_before(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case(), description="at first")
    answer = await acts(
        world, goal, "revise", version=1, title="anew", target=6, description=None, kind="insight"
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["version"], answer.json()["title"]) == (2, "anew")
    found = await looked_up(world, "goals", goal["goal_id"])
    assert [(one["version"], one["title"], one["target"]) for one in found["versions"]] == [
        (2, "anew", 6),
        (1, goal["title"], 8),
    ]
    assert [one["description"] for one in found["versions"]] == [None, "at first"]
    revised = json.loads((await world.published())[-1].data)
    assert (revised["version"], revised["target"], revised["kind"]) == (2, 6, "insight")


async def test_revising_to_the_same_is_nothing_new(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    answer = await acts(world, goal, "revise", version=1, title=goal["title"], target=8)
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert await types(world) == ["goal_set"]


async def test_of_two_revisions_at_once_one_wins(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    answers = await asyncio.gather(
        *(acts(world, goal, "revise", version=1, title=f"{n}") for n in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    late = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (late["version"], late["seen"]) == (2, 1)
    assert len((await looked_up(world, "goals", goal["goal_id"]))["versions"]) == 2
    assert await types(world) == ["goal_set", "goal_revised"]


async def test_of_two_ends_at_once_one_wins(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    ends = ("achieved", "withdrawn")
    answers = await asyncio.gather(*(acts(world, goal, "close", outcome=end) for end in ends))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert await types(world) == ["goal_set", "goal_closed"]


async def test_the_same_key_acts_once(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    path, key = f"goals/{goal['goal_id']}/revise", {"Idempotency-Key": str(uuid4())}
    body = {"version": 1, "title": "anew"}
    first, again = [await world.post(path, body, **key) for _ in range(2)]
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert await types(world) == ["goal_set", "goal_revised"]


async def test_a_closed_case_takes_no_act(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    await world.closes(case)
    answers: list[httpx.Response] = [
        await acts(world, goal, "pause"),
        await acts(world, goal, "reopen"),
        await acts(world, goal, "revise", version=1, title="anew"),
    ]
    assert {answer.status_code for answer in answers} == {409}
    assert (await looked_up(world, "goals", goal["goal_id"]))["status"] == "open_at_closing"


SINCE = "Somebody has acted on it since; nothing was taken back."


@pytest.mark.parametrize(
    ("before", "act", "said", "back", "status"),
    [
        ([], "pause", {}, "resume", "active"),
        (["pause"], "resume", {}, "pause", "on_hold"),
        ([], "close", {"outcome": "achieved"}, "reopen", "active"),
    ],
)
async def test_the_last_act_is_taken_back_and_only_once(
    world: World, before: list[str], act: str, said: dict[str, str], back: str, status: str
) -> None:
    goal = await world.sets_goal(await world.opens_case())
    for each in before:
        await acts(world, goal, each)
    done = (await acts(world, goal, act, **said)).json()
    undone = await acts(world, goal, back, undoes=done["last_act"])
    assert (undone.status_code, undone.json()["status"]) == (200, status)
    again = await acts(world, goal, back, undoes=done["last_act"])
    assert (again.status_code, again.json()["detail"]) == (409, SINCE)
    assert again.json()["by"] == str(world.clinician)


async def test_an_undo_does_not_take_back_what_was_done_since(world: World) -> None:
    goal = await world.sets_goal(await world.opens_case())
    mine = (await acts(world, goal, "close", outcome="achieved")).json()["last_act"]
    await acts(world, goal, "reopen")
    await acts(world, goal, "close", outcome="withdrawn")
    refused = await acts(world, goal, "reopen", undoes=mine)
    assert (refused.status_code, refused.json()["detail"]) == (409, SINCE)
    shown = await looked_up(world, "goals", goal["goal_id"])
    assert (shown["status"], len(shown["acts"])) == ("withdrawn", 3)


async def test_somebody_elses_last_act_is_not_taken_back(world: World, worker: Database) -> None:
    goal = await world.sets_goal(await world.opens_case())
    theirs = (await acts(world, goal, "pause")).json()["last_act"]
    other = uuid4()
    async with worker.session() as session:
        moved = text("update goal_act set by = :by where number = :number")
        await session.execute(moved, {"by": other, "number": theirs})
    refused = await acts(world, goal, "resume", undoes=theirs)
    assert (refused.status_code, refused.json()["by"]) == (409, str(other))


async def test_the_end_of_a_goal_on_hold_is_not_taken_back_to_work_on_it(world: World) -> None:
    """A reopening leads to work on it; the goal was on hold, and the answer says so."""
    goal = await world.sets_goal(await world.opens_case())
    await acts(world, goal, "pause")
    done = (await acts(world, goal, "close", outcome="achieved")).json()
    refused = await acts(world, goal, "reopen", undoes=done["last_act"])
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "Nothing was taken back: before that, this goal was on hold. Use its own page.",
    )
