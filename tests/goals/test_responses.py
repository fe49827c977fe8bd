"""Answers to a PHQ-9: what is scored, and what is refused."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.events import decode
from shared.events.goals import MeasureCompleted
from shared.events.measures import definition, newest
from shared.events.words import AnsweredBy
from tests.goals.answering import books
from tests.goals.world import ANSWERS, CANARY, World, answers_body, fields


PATH = "measures/phq-9/responses"


@pytest.mark.parametrize(
    ("items", "total", "band", "at_caseness"),
    [
        (ANSWERS, 0, "minimal", False),
        (ANSWERS | {"9": 1}, 1, "minimal", False),
        (ANSWERS | {"1": 3, "2": 3, "3": 3}, 9, "mild", False),
        (ANSWERS | {"1": 3, "2": 3, "3": 3, "4": 1}, 10, "moderate", True),
        (dict.fromkeys(ANSWERS, 3), 27, "severe", True),
    ],
)
async def test_answers_are_scored(
    world: World, items: dict[str, int], total: int, band: str, at_caseness: bool
) -> None:
    case = await world.opens_case()
    answer = await world.post(PATH, answers_body(case, items=items))
    assert answer.status_code == 201
    got = answer.json()
    assert (got["measure"], got["version"]) == ("phq-9", "1")
    assert (got["total"], got["band"], got["at_caseness"]) == (total, band, at_caseness)


@pytest.mark.parametrize("number", list(ANSWERS))
async def test_each_item_is_needed(world: World, number: str) -> None:
    items = {n: value for n, value in ANSWERS.items() if n != number}
    answer = await world.post(PATH, answers_body(await world.opens_case(), items=items))
    assert fields(answer) == ["items"]
    assert answer.json()["errors"][0]["message"] == f"no answer to {number}"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"items": ANSWERS | {"3": 4}}, "items.3"),
        ({"items": ANSWERS | {"3": -1}}, "items.3"),
        ({"items": ANSWERS | {"3": "2"}}, "items.3"),
        ({"items": ANSWERS | {"3": True}}, "items.3"),
        ({"items": ANSWERS | {"3": 2.0}}, "items.3"),
        ({"items": ANSWERS | {"3": None}}, "items.3"),
        ({"items": ANSWERS | {"10": 0}}, "items.10"),
        ({"items": ANSWERS | {"01": 0}}, "items.01"),
        ({"items": ANSWERS | {CANARY: 0}}, "items"),
        ({"items": ANSWERS | {"٣": 0}}, "items"),
        ({"items": [0] * 9}, "items"),
        ({"items": {}}, "items"),
        ({"items": None}, "items"),
        ({"version": "2"}, "version"),
        ({"version": CANARY}, "version"),
        ({"version": 1}, "version"),
        ({"answered_at": "2999-01-01T00:00:00Z"}, "answered_at"),
        ({"answered_at": "2019-01-01T00:00:00Z"}, "answered_at"),
        ({"client_id": None}, "client_id"),
        ({"client_id": "7d5f6c1e-0000-4000-8000-000000000000"}, "client_id"),
        ({"total": -1}, "total"),
        ({"total": 28}, "total"),
        ({"total": 0.5}, "total"),
        ({"total": "0"}, "total"),
        ({"total": True}, "total"),
        ({"by": "client"}, "by"),
        ({"text": CANARY}, "text"),
    ],
)
async def test_what_is_wrong_is_named_and_not_repeated(
    world: World, wrong: dict[str, object], field: str
) -> None:
    case = await world.opens_case()
    assert fields(await world.post(PATH, answers_body(case) | wrong)) == [field]
    assert await world.count("response") == 0
    assert await world.published() == []


async def test_everything_that_is_wrong_is_named_at_once(world: World) -> None:
    case = await world.opens_case()
    answer = await world.post(PATH, answers_body(case, items={"1": 4, "2": 9, "10": 0}))
    assert fields(answer) == ["items.1", "items.10", "items.2", "items"]


async def test_one_step_of_item_nine_among_zeros_is_seen(world: World) -> None:
    case = await world.opens_case()
    answer = await world.post(PATH, answers_body(case, items=ANSWERS | {"9": 1}))
    assert (answer.json()["total"], answer.json()["safety"]) == (1, {"9": 1})
    event = await told(world)
    assert (event.total, event.items) == (1, ANSWERS | {"9": 1})
    assert definition("phq-9").safety(event.items) == {"9": 1}


async def test_a_total_that_disagrees_is_kept_and_not_used(world: World) -> None:
    case = await world.opens_case()
    items = ANSWERS | {"1": 3, "9": 1}
    given = answers_body(case, items=items, total=14, by="sender")
    got = (await world.post(PATH, given)).json()
    assert (got["items"], got["total"], got["points"], got["items_points"]) == (
        items,
        14,
        "14",
        "4",
    )
    assert (got["usable"], got["band"], got["at_caseness"]) == (False, None, None)
    assert "not that of the answers" in got["why"]
    assert got["safety"] == {"9": 1}
    event = await told(world)
    assert (event.usable, event.total, event.items) == (False, 14, items)
    assert event.by is AnsweredBy.SENDER


@pytest.mark.parametrize(
    ("total", "points", "usable"),
    [(3.3, "3.33", True), (3.17, "3.17", False), (3.2, "3.17", False), (3.5, "3.50", False)],
)
async def test_a_rounded_total_that_disagrees_is_kept_and_not_used(
    world: World, total: float, points: str, usable: bool
) -> None:
    case = await world.opens_case()
    items = {"1": 3, "2": 3, "3": 4, "4": 3, "5": 4, "6": 3}  # as they count: 20, so 3.33
    given = answers_body(case, items=items, total=total, by="sender")
    answer = await world.post("measures/brs/responses", given)
    assert answer.status_code == 201, answer.text
    got = answer.json()
    assert (got["usable"], got["points"], got["items_points"]) == (usable, points, "3.33")
    refused = await world.post("measures/brs/responses", given | {"total": 3.4})
    assert fields(refused) == ["total"]  # no six answers come to that, however rounded


async def test_a_total_alone_leaves_its_items_unknown(world: World) -> None:
    case = await world.opens_case()
    got = (await world.post(PATH, answers_body(case, items={}, total=27, by="sender"))).json()
    assert (got["total"], got["band"], got["at_caseness"]) == (27, "severe", True)
    assert (got["items"], got["safety"], got["items_points"]) == ({}, {}, None)
    event = await told(world)
    assert (event.items, event.total, event.usable) == ({}, 27, True)


async def test_the_session_of_an_answer_is_kept(world: World) -> None:
    case = await world.opens_case()
    session = str((await books(world, case, datetime.now(UTC))).appointment_id)
    got = (await world.post(PATH, answers_body(case, appointment_id=session))).json()
    assert got["appointment_id"] == session


async def test_a_session_that_is_not_the_cases_is_refused(world: World) -> None:
    case, other = await world.opens_case(), await world.opens_case()
    theirs = (await books(world, other, datetime.now(UTC))).appointment_id
    for wrong in (theirs, uuid4()):
        answer = await world.post(PATH, answers_body(case, appointment_id=str(wrong)))
        assert fields(answer) == ["appointment_id"]
    assert await world.count("response") == 0


async def test_answers_at_once_are_all_there_each_with_its_event(world: World) -> None:
    case = await world.opens_case()
    bodies = [answers_body(case, items=ANSWERS | {"1": n % 4}) for n in range(6)]
    answers = await asyncio.gather(*(world.post(PATH, body) for body in bodies))
    assert {answer.status_code for answer in answers} == {201}
    published = [json.loads(row.data)["response_id"] for row in await world.published()]
    assert sorted(published) == sorted(answer.json()["response_id"] for answer in answers)


async def told(world: World) -> MeasureCompleted:
    """The one event that was published."""
    [row] = await world.published()
    event = decode(row.type, row.data, row.id, datetime.now(UTC))
    assert isinstance(event, MeasureCompleted)
    return event


async def test_an_unknown_measure_is_not_found(world: World) -> None:
    case = await world.opens_case()
    for code in ("core-om", "PHQ-9", "phq"):
        answer = await world.post(f"measures/{code}/responses", answers_body(case))
        assert answer.status_code == 404


async def test_a_closed_case_takes_no_answers(world: World) -> None:
    case = await world.opens_case()
    await world.closes(case)
    assert (await world.post(PATH, answers_body(case))).status_code == 409


async def test_the_definition_can_be_read(world: World) -> None:
    def read(path: str) -> httpx.Request:
        return world.calls.build_request("GET", f"/v1/{path}", headers=world.headers())

    listed = (await world.calls.send(read("measures"))).json()
    one = (await world.calls.send(read("measures/phq-9"))).json()
    assert one in listed["items"]
    assert len(listed["items"]) == len(newest())
    assert (one["code"], one["version"], len(one["items"])) == ("phq-9", "1", 9)
    assert (await world.calls.send(read("measures/core-om"))).status_code == 404


async def test_answers_of_a_case_are_listed(world: World) -> None:
    case = await world.opens_case()
    for n in (3, 1):
        assert (
            await world.post(PATH, answers_body(case, items=ANSWERS | {"1": n}))
        ).status_code == 201
    query = {"case_id": str(case.case_id)}
    page = (await world.calls.get(f"/v1/{PATH}", params=query, headers=world.headers())).json()
    assert [answer["total"] for answer in page["items"]] == [3, 1]
    assert page["items"][1]["items"] == ANSWERS | {"1": 1}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.fixed_dictionaries(dict.fromkeys(ANSWERS, st.integers(0, 3)))
    | st.dictionaries(st.sampled_from([*ANSWERS, "0", "10"]), st.integers(-1, 4), min_size=7)
)
async def test_any_answers_are_scored_within_the_range_or_refused(
    world: World, items: dict[str, int]
) -> None:
    case = await world.opens_case()
    answer = await world.post(PATH, answers_body(case, items=items))
    if items.keys() == ANSWERS.keys() and all(0 <= value <= 3 for value in items.values()):
        assert answer.status_code == 201
        assert answer.json()["total"] == sum(items.values())
    else:
        assert all(name.startswith("items") for name in fields(answer))
