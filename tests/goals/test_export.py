"""A case's scores as CSV: what is in it, in which words, and nothing that a spreadsheet runs."""

import csv
import io
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from services.goals.domain.export import written
from shared.events.intake import CaseOpened
from shared.events.words import Role
from tests.goals.world import ANSWERS, World, answers_body


async def export(world: World, case: CaseOpened) -> httpx.Response:
    answer = await world.get(f"cases/{case.case_id}/scores.csv")
    assert answer.status_code == 200, answer.text
    return answer


async def table(world: World, case: CaseOpened) -> list[dict[str, str]]:
    said = (await export(world, case)).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(said, newline=""), strict=True))


async def rate(world: World, goal: Any, value: int, **given: object) -> Any:
    body = {"value": value, "rated_by": "client"} | given
    return (await world.post(f"goals/{goal['goal_id']}/ratings", body)).json()


async def test_ratings_and_scores_stand_in_the_order_of_their_times(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case, title="Sleep, better\nand longer")
    answers = answers_body(case, items=ANSWERS | {"1": 3, "9": 1})
    await world.post("measures/phq-9/responses", answers)
    await rate(world, goal, 4, rated_by="clinician", rated_at=case.referred_at.isoformat())
    rating, score = await table(world, case)
    assert (rating["kind"], rating["what"]) == ("goal", "Sleep, better\nand longer")
    assert (rating["value"], rating["points"], rating["given_by"]) == ("4", "", "clinician")
    assert (score["kind"], score["what"]) == ("measure", "PHQ-9")
    assert (score["value"], score["points"], score["band"]) == ("", "4", "None or minimal")
    assert (score["given_by"], score["client"]) == ("staff", str(case.client_ids[0]))


async def test_days_are_the_clinics(world: World) -> None:
    case = await world.opens_case()
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight in London
    async with world.worker.session() as session:
        moved = text("update case_copy set referred_at = :at where case_id = :case")
        await session.execute(moved, {"at": summer, "case": case.case_id})
    await rate(world, await world.sets_goal(case), 4, rated_at=summer.isoformat())
    (row,) = await table(world, case)
    assert (row["date"], row["time"]) == ("2026-07-02", "00:30")


async def test_what_is_of_one_moment_stands_as_it_came(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    for value in range(8):
        await rate(world, goal, value, rated_at=case.referred_at.isoformat())
    first = (await world.get(f"goals/{goal['goal_id']}/ratings")).json()["items"]
    again = {"version": 1, "value": 9, "reason": "entered_wrongly"}
    zero = next(one["rating_id"] for one in first if one["value"] == 0)
    assert (await world.post(f"ratings/{zero}/amend", again)).status_code == 200
    assert [row["value"] for row in await table(world, case)] == ["9", *"1234567"]


async def test_what_was_corrected_says_so(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    for path, body in (
        (f"ratings/{(await rate(world, goal, 4))['rating_id']}", {"version": 1, "value": 5}),
        ("responses/{}", {"version": 1, "items": ANSWERS | {"2": 2}}),
    ):
        if "{}" in path:
            answered = await world.post("measures/phq-9/responses", answers_body(case))
            path = path.format(answered.json()["response_id"])
        why = {"reason": "entered_wrongly"}
        assert (await world.post(f"{path}/amend", body | why)).is_success
        assert (await world.post(f"{path}/void", why)).is_success
    rows = await table(world, case)
    assert [(row["amended"], row["voided"]) for row in rows] == [("yes", "yes")] * 2
    assert {row["value"] + row["points"] for row in rows} == {"5", "2"}


async def test_a_total_that_was_not_used_has_no_points(world: World) -> None:
    case = await world.opens_case()
    await world.post("measures/phq-9/responses", answers_body(case, total=9, by="sender"))
    (row,) = await table(world, case)
    assert (row["points"], row["given_by"]) == ("", "sender")
    assert row["band"].startswith("not used")


async def test_where_items_stand_for_themselves_each_has_a_row(world: World) -> None:
    case = await world.opens_case()
    assert (await world.switches("dialog", licence_confirmed=True)).is_success
    items = {str(number): 8 if number == 3 else 5 for number in range(1, 12)}
    body = answers_body(case, items=items)
    assert (await world.post("measures/dialog/responses", body)).status_code == 201
    rows = await table(world, case)
    assert [row["points"] for row in rows] == ["5", "5", "", *["5"] * 8]
    assert rows[0]["what"] == "DIALOG: Mental health"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "\r=", "＝"])
def test_no_text_is_a_formula(start: str) -> None:
    danger = f'{start}cmd|" /C calc"!A0'
    ((cell, number),) = csv.reader(
        io.StringIO(written([(danger, -2)]).decode("utf-8-sig"), newline=""), strict=True
    )
    assert cell == f"'{danger}"
    assert number == "-2"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_no_text_is_a_formula_where_a_semicolon_ends_a_cell(start: str) -> None:
    line = written([("2026-11-25", f"Sleep; {start}1+1;{start}2", "a; b")]).decode("utf-8-sig")
    cells = [cell.strip(' "') for cell in line.strip().split(";")]
    assert not [cell for cell in cells if cell.startswith(start)]
    assert line.rstrip().endswith("a; b")  # the control: a plain semicolon stays


async def test_a_goals_words_are_no_formula(world: World) -> None:
    case = await world.opens_case()
    await rate(world, await world.sets_goal(case, title='=HYPERLINK("http://x","y")'), 4)
    (row,) = await table(world, case)
    assert row["what"].startswith("'=")


async def test_the_file_is_named_after_nobody_and_kept_nowhere(world: World) -> None:
    case = await world.opens_case()
    answer = await export(world, case)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="scores.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"\xef\xbb\xbfdate,time,")
    assert answer.content.endswith(b"\r\n")


async def test_only_who_may_read_the_case_gets_it(world: World) -> None:
    case = await world.opens_case()
    path = f"/v1/cases/{case.case_id}/scores.csv"
    for role, status in ((Role.CLINICAL_LEAD, 200), (Role.FRONT_DESK, 403), (Role.PARTNER, 403)):
        assert (await world.calls.get(path, headers=world.headers(role))).status_code == status
    assert (await world.calls.get(path)).status_code == 401
    unknown = f"/v1/cases/{uuid4()}/scores.csv"
    for who in (world.headers(sub=uuid4()), world.headers(clinic=uuid4())):
        there = await world.calls.get(path, headers=who)
        nobodys = await world.calls.get(unknown, headers=who)
        assert there.status_code == nobodys.status_code == 404
        assert there.content == nobodys.content
