"""Answers that are amended or voided: the last word holds, every word is kept."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shared.events.goals import MeasureAmended, MeasureCompleted, MeasureVoided
from shared.events.words import AnsweredBy, CorrectionReason, Role
from tests.goals.correcting import WRONG, amend, answered, events, void, whole
from tests.goals.world import ANSWERS, CANARY, World, answers_body, fields


async def test_an_amendment_holds_and_the_history_keeps_what_was(world: World) -> None:
    first = await answered(world, items=ANSWERS | {"1": 3})
    amended = await amend(world, first, items=ANSWERS | {"1": 1, "9": 2}, reason="wrong_time")
    assert amended.status_code == 200
    got = amended.json()
    assert (got["total"], got["version_number"], got["safety"]) == (3, 2, {"9": 2})
    kept = await whole(world, first)
    assert {name: kept[name] for name in got} == got
    [was] = kept["history"]
    assert (was["items"], was["total"], was["version_number"]) == (first["items"], 3, 1)
    assert (was["reason"], was["replaced_by"]) == ("wrong_time", str(world.clinician))
    assert was["entered_at"] == first["entered_at"]


async def test_each_correction_is_told(world: World) -> None:
    first = await answered(world)
    second = (await amend(world, first, items=ANSWERS | {"9": 1})).json()
    answer = await void(world, second, "wrong_person")
    told = await events(world)
    assert [type(one) for one in told] == [MeasureCompleted, MeasureAmended, MeasureVoided]
    amended, voided = told[1:]
    assert isinstance(amended, MeasureAmended)
    assert (amended.items, amended.total) == (ANSWERS | {"9": 1}, 1)
    assert (amended.amendment, amended.usable, amended.by) == (2, True, AnsweredBy.STAFF)
    assert amended.reason is CorrectionReason.ENTERED_WRONGLY
    assert isinstance(voided, MeasureVoided)
    assert voided.reason is CorrectionReason.WRONG_PERSON
    assert {str(one.key) for one in told} == {first["case_id"]}
    assert answer.headers["tidemark-event"] == str(voided.event_id)


async def test_a_voided_answer_stays_and_says_so(world: World) -> None:
    case = await world.opens_case()
    first, second = await answered(world, case), await answered(world, case)
    got = (await void(world, first, "duplicate")).json()
    assert (got["voided"]["by"], got["voided"]["reason"]) == (str(world.clinician), "duplicate")
    page = await world.get("measures/phq-9/responses", case_id=case.case_id)
    marks = {one["response_id"]: one["voided"] for one in page.json()["items"]}
    assert marks == {first["response_id"]: got["voided"], second["response_id"]: None}


async def test_voided_once(world: World) -> None:
    first = await answered(world)
    voided = await void(world, first)
    again = await void(world, first)
    assert (again.status_code, again.json()) == (200, voided.json())
    assert (await void(world, first, "duplicate")).status_code == 409
    assert (await amend(world, first, items=ANSWERS)).status_code == 409
    assert len(await world.published()) == 2


async def test_a_version_that_is_not_the_newest_is_refused(world: World) -> None:
    first = await answered(world)
    await amend(world, first, items=ANSWERS | {"1": 1})
    late = await amend(world, first, items=ANSWERS | {"1": 2})
    assert (late.status_code, late.json()["version_number"]) == (409, 2)
    assert (await whole(world, first))["total"] == 1


async def test_of_two_at_once_one_is_refused(world: World) -> None:
    first = await answered(world)
    both = await asyncio.gather(*(amend(world, first, items=ANSWERS | {"1": n}) for n in (1, 2)))
    assert sorted(one.status_code for one in both) == [200, 409]
    [held] = [one.json()["total"] for one in both if one.status_code == 200]
    kept = await whole(world, first)
    assert (kept["total"], len(kept["history"])) == (held, 1)


async def test_two_voids_at_once_are_one(world: World) -> None:
    first = await answered(world)
    both = await asyncio.gather(*(void(world, first) for _ in range(2)))
    assert [one.status_code for one in both] == [200, 200]
    assert [type(one) for one in await events(world)] == [MeasureCompleted, MeasureVoided]


async def test_only_the_time_was_wrong(world: World) -> None:
    first = await answered(world, items=ANSWERS | {"1": 2}, total=9)
    when = datetime.now(UTC) - timedelta(days=3)
    got = (await amend(world, first, answered_at=when.isoformat(), reason="wrong_time")).json()
    same = ("items", "total", "points", "items_points", "usable", "band")
    assert {name: got[name] for name in same} == {name: first[name] for name in same}
    assert datetime.fromisoformat(got["answered_at"]) == when


async def test_what_is_not_given_is_unknown(world: World) -> None:
    first = await answered(world, items=ANSWERS | {"9": 1})
    got = (await amend(world, first, total=12)).json()
    assert (got["items"], got["total"], got["safety"]) == ({}, 12, {})
    back = (await amend(world, got, items=ANSWERS, total=3)).json()
    assert (back["usable"], back["points"], back["items_points"]) == (False, "3", "0")


async def test_a_closed_case_is_corrected_and_takes_nothing_new(world: World) -> None:
    case = await world.opens_case()
    first, second = await answered(world, case), await answered(world, case)
    await world.closes(case)
    assert (await amend(world, first, items=ANSWERS | {"1": 1})).status_code == 200
    assert (await void(world, second)).status_code == 200
    refused = await world.post("measures/phq-9/responses", answers_body(case))
    assert refused.status_code == 409


async def test_nothing_was_answered_after_the_case_had_ended(world: World) -> None:
    case = await world.opens_case()
    first = await answered(world, case)
    await world.closes(case)
    late = (datetime.now(UTC)).isoformat()
    assert fields(await amend(world, first, answered_at=late)) == ["answered_at"]
    assert (await whole(world, first))["answered_at"] == first["answered_at"]


async def test_the_last_measure_was_answered_after_the_end_and_may_be_put_right(
    world: World,
) -> None:
    case = await world.opens_case()
    first = await answered(world, case)
    async with world.worker.session() as session:
        ended = text("update case_copy set closed_at = referred_at where case_id = :case")
        await session.execute(ended, {"case": case.case_id})
    again = await amend(world, first, answered_at=first["answered_at"], items=ANSWERS | {"1": 2})
    assert (again.status_code, again.json()["total"]) == (200, 2)


async def test_a_measure_that_is_off_by_now_is_corrected(world: World) -> None:
    first = await answered(world)
    await world.switches("phq-9", on=False)
    assert (await amend(world, first, items=ANSWERS | {"1": 1})).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"items": ANSWERS | {"3": 4}}, "items.3"),
        ({"items": {"3": 0}}, "items"),
        ({"items": {}}, "items"),
        ({}, "items"),
        ({"total": 28}, "total"),
        ({"items": ANSWERS, "reason": "because"}, "reason"),
        ({"items": ANSWERS, "reason": None}, "reason"),
        ({"items": ANSWERS, "version": "1"}, "version"),
        ({"items": ANSWERS, "answered_at": "2999-01-01T00:00:00Z"}, "answered_at"),
        ({"items": ANSWERS, "answered_at": "2019-01-01T00:00:00Z"}, "answered_at"),
        ({"items": ANSWERS, "text": CANARY}, "text"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_changes(
    world: World, wrong: dict[str, object], field: str
) -> None:
    first = await answered(world)
    assert fields(await amend(world, first, **wrong)) == [field]
    assert await whole(world, first) == first | {"history": []}
    assert len(await world.published()) == 1


async def test_only_the_cases_clinician_corrects(world: World) -> None:
    first = await answered(world)
    path = f"/v1/responses/{first['response_id']}"
    body = {"version": 1, "reason": WRONG, "items": ANSWERS}
    said = {
        "colleague": world.headers(sub=uuid4()),
        "stranger": world.headers(clinic=uuid4()),
        "lead": world.headers(Role.CLINICAL_LEAD),
        "desk": world.headers(Role.FRONT_DESK),
        "nobody": {},
    }
    codes = {}
    for who, headers in said.items():
        answers = [
            await world.calls.post(f"{path}/amend", json=body, headers=headers),
            await world.calls.post(f"{path}/void", json={"reason": WRONG}, headers=headers),
            await world.calls.get(path, headers=headers),
        ]
        codes[who] = [one.status_code for one in answers]
    assert codes == {
        "colleague": [404, 404, 404],
        "stranger": [404, 404, 404],
        "lead": [403, 403, 200],
        "desk": [403, 403, 403],
        "nobody": [401, 401, 401],
    }
    assert (await world.get(f"responses/{uuid4()}")).status_code == 404


async def test_no_word_stands_in_the_events(world: World) -> None:
    first = await answered(world)
    await amend(world, first, items=ANSWERS)
    amended = json.loads((await world.published())[1].data)
    assert "replaced_by" not in amended
    assert amended["reason"] == WRONG


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.fixed_dictionaries(dict.fromkeys(ANSWERS, st.integers(0, 3))), min_size=2, max_size=4
    )
)
async def test_amended_and_amended_again_is_as_the_last_alone(
    world: World, said: list[dict[str, int]]
) -> None:
    now = await answered(world, items=said[0])
    for items in said[1:]:
        now = (await amend(world, now, items=items)).json()
    alone = await answered(world, items=said[-1])
    score = ("items", "total", "points", "band", "band_label", "at_caseness", "safety", "usable")
    assert {name: now[name] for name in score} == {name: alone[name] for name in score}
    history = (await whole(world, now))["history"]
    assert [one["items"] for one in history] == said[:-1]
