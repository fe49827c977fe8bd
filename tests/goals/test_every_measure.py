"""Every measure through the API: lowest, highest, each item missing, a total alone, and beside."""

from decimal import Decimal
from typing import Any

import pytest

from shared.events.measures import Measure, checksum_of, definition
from tests.goals.world import World, answers_body, fields
from tests.measures.every import MEASURES, at_end


# ReQoL-10 cannot be switched on (domain/packs.py says why).
USABLE = [measure for measure in MEASURES if measure.code != "reqol-10"]
each = pytest.mark.parametrize("measure", USABLE, ids=lambda measure: measure.code)
TOTAL_ALONE = [measure for measure in USABLE if measure.total_alone]


async def give(world: World, measure: Measure, **given: object) -> Any:
    """Answers to a measure that the clinic has switched on."""
    case = await world.opens_case()
    await world.switches(measure.code, licence_confirmed=True)
    body = answers_body(case)
    del body["items"]
    return await world.post(f"measures/{measure.code}/responses", body | given)


@each
@pytest.mark.parametrize("highest", [False, True], ids=["lowest", "highest"])
async def test_the_lowest_and_the_highest(world: World, measure: Measure, highest: bool) -> None:
    items = at_end(measure, highest)
    got = (await give(world, measure, items=items)).json()
    total = measure.total(items)
    assert (got["total"], got["items"], got["usable"]) == (total, items, True)
    assert got["points"] == (measure.words(total) if measure.has_total else None)
    assert got["band"] == measure.band(total).code
    assert got["band_label"] == measure.band(total).label
    assert got["at_caseness"] is measure.at_caseness(total)
    assert got["safety"] == measure.safety(items)
    assert got["items_at_caseness"] == measure.items_at_caseness(items)
    assert [one["code"] for one in got["subscales"]] == [one.code for one in measure.subscales]
    assert all(one["points"] is not None for one in got["subscales"])
    assert got["definition"] == checksum_of(measure.code, measure.version)


@each
async def test_each_item_missing(world: World, measure: Measure) -> None:
    items = at_end(measure, highest=True)
    for number in measure.numbers:
        some = {n: value for n, value in items.items() if n != number}
        answer = await give(world, measure, items=some)
        if measure.scoring.may_miss:
            assert answer.json()["points"] == measure.words(measure.range[1])
            continue
        assert fields(answer) == ["items"]
        assert answer.json()["errors"][0]["message"] == f"no answer to {number}"
    assert await world.count("response") == len(items) * bool(measure.scoring.may_miss)


@each
async def test_each_item_out_of_range(world: World, measure: Measure) -> None:
    items = at_end(measure, highest=False)
    for number in measure.numbers:
        wrong = items | {number: max(measure.allowed[number]) + 1}
        assert fields(await give(world, measure, items=wrong)) == [f"items.{number}"]
    more = items | {"98": 0}
    assert fields(await give(world, measure, items=more)) == ["items.98"]
    assert await world.count("response") == 0


@each
async def test_the_order_of_answers_does_not_matter(world: World, measure: Measure) -> None:
    items = at_end(measure, highest=True)
    turned = dict(reversed(items.items()))
    one = (await give(world, measure, items=items)).json()
    other = (await give(world, measure, items=turned)).json()
    assert (one["total"], one["items"], one["subscales"]) == (
        other["total"],
        other["items"],
        other["subscales"],
    )


@pytest.mark.parametrize("measure", TOTAL_ALONE, ids=lambda measure: measure.code)
async def test_a_total_alone(world: World, measure: Measure) -> None:
    highest = measure.range[1]
    points = float(measure.points(highest))
    got = (await give(world, measure, total=points, by="sender")).json()
    assert (got["total"], got["items"], got["by"]) == (highest, {}, "sender")
    assert got["points"] == measure.words(highest)
    assert (got["items_points"], got["safety"], got["usable"]) == (None, {}, True)
    assert all(one["points"] is None for one in got["subscales"])
    assert fields(await give(world, measure, total=points + 1)) == ["total"]
    assert fields(await give(world, measure, total=-1)) == ["total"]


@pytest.mark.parametrize(
    "measure",
    [measure for measure in USABLE if not measure.total_alone],
    ids=lambda measure: measure.code,
)
async def test_where_a_total_alone_is_not_enough(world: World, measure: Measure) -> None:
    points = float(measure.points(measure.range[1]))
    assert fields(await give(world, measure, total=points)) == ["total"]
    assert await world.count("response") == 0


async def test_a_total_that_agrees_changes_nothing(world: World) -> None:
    measure = definition("gad-7")
    items = at_end(measure, highest=True)
    got = (await give(world, measure, items=items, total=21)).json()
    assert (got["total"], got["usable"], got["why"], got["band"]) == (21, True, None, "severe")


@pytest.mark.parametrize(
    ("total", "usable"), [(12, True), (12.2, True), (12.22, True), (13, False), (12.3, None)]
)
async def test_a_rounded_total_agrees_as_far_as_it_goes(
    world: World, total: float, usable: bool | None
) -> None:
    """Nine answers of a CORE-10 that count 11 are 12.22 points; no total of it is 12.3."""
    measure = definition("core-10")
    items = {str(n): 1 for n in range(1, 10)} | {"1": 0, "4": 0}  # 2 and 3 are reversed
    assert measure.words(measure.total(items)) == "12.22"
    answer = await give(world, measure, items=items, total=total)
    if usable is None:
        assert fields(answer) == ["total"]
    else:
        assert answer.json()["usable"] is usable


async def test_gad_7s_second_item_has_its_own_list(world: World) -> None:
    measure = definition("gad-7")
    assert [one.loinc for one in measure.choices("2")] != [
        one.loinc for one in measure.choices("1")
    ]
    items = dict.fromkeys(measure.numbers, 0) | {"2": 2}
    got = (await give(world, measure, items=items)).json()
    assert (got["total"], got["items"]["2"]) == (2, 2)


async def test_retired_people_answer_four_items_of_the_wsas(world: World) -> None:
    measure = definition("wsas")
    items = {"1": 9, "2": 8, "3": 8, "4": 8, "5": 8}
    got = (await give(world, measure, items=items)).json()
    assert (got["total"], got["points"], got["items"]) == (32, "32", items)
    assert (got["band"], got["band_label"]) == (
        "none_published",
        "No bands are published for fewer items",
    )
    assert fields(await give(world, measure, items=items | {"2": 9})) == ["items.2"]


async def test_points_and_units_of_a_pro_rated_total(world: World) -> None:
    measure = definition("core-10")
    items = dict.fromkeys(measure.numbers, 2)
    del items["6"]
    got = (await give(world, measure, items=items)).json()
    assert (got["points"], got["total"]) == ("20", 20 * measure.per_point)
    assert Decimal(got["points"]) * measure.per_point == got["total"]
    assert got["safety"] == {}
