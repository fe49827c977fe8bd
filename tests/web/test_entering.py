"""Entering a questionnaire: each item's own choices, a total alone, a total against its items."""

from typing import Any

import pytest

from services.web.clinician.entering import asked, given
from services.web.visit import Form
from shared.events.measures import Measure, definition, newest


def filled(measure: Measure, value: int | None = None, **more: str) -> Form:
    """A form in which every item has its lowest answer, or `value`."""
    items = {
        f"item.{n}": str(measure.ends[n][0] if value is None else value) for n in measure.numbers
    }
    return Form(items | more)


@pytest.mark.parametrize("measure", newest(), ids=lambda measure: measure.code)
def test_every_measure_can_be_entered(measure: Measure) -> None:
    form = filled(measure)
    said = given(measure, form)
    assert form.errors == []
    assert said == {"items": {n: measure.ends[n][0] for n in measure.numbers}}


@pytest.mark.parametrize("measure", newest(), ids=lambda measure: measure.code)
def test_every_item_offers_what_it_allows(measure: Measure) -> None:
    for item in asked(measure):
        allowed = measure.allowed[item.number]
        if item.line:
            assert set(range(item.line[0], item.line[1] + 1)) == allowed
        else:
            assert {value for value, _ in item.choices} == allowed
            assert item.last_key == max(allowed)


def test_gad_7_item_2_has_its_own_words() -> None:
    choices = {item.number: item.choices[2][1] for item in asked(definition("gad-7"))}
    assert choices["2"] != choices["1"]


@pytest.mark.parametrize("measure", newest(), ids=lambda measure: measure.code)
def test_an_answer_without_words_of_its_own_has_its_number_once(measure: Measure) -> None:
    offered = [each for item in asked(measure) for each in item.choices]
    assert [said for value, said in offered if said.split()[1:2] == [str(value)]] == []
    if measure.code == "csi-16":
        assert [said for _, said in asked(measure)[0].choices][:4] == [
            "0 extremely unhappy", "1", "2", "3 happy",
        ]  # fmt: skip


def test_items_without_an_answer_are_named_but_for_what_a_mean_can_do_without() -> None:
    phq9, core = definition("phq-9"), definition("core-10")
    form = filled(phq9)
    del form["item.4"]
    given(phq9, form)
    assert form.errors == [("item.4", "Item 4 needs an answer")]
    form = filled(core)
    del form["item.4"]
    assert "4" not in given(core, form)["items"]
    assert form.errors == []
    del form["item.5"]
    given(core, form)
    assert [field for field, _ in form.errors] == ["item.4", "item.5"]


@pytest.mark.parametrize("typed", ["101", "-1", "4.5", "x"])
def test_a_mark_outside_its_line_is_refused(typed: str) -> None:
    ors = definition("ors")
    form = filled(ors) | {"item.2": typed}
    wrong = Form(form)
    given(ors, wrong)
    assert wrong.errors == [("item.2", "Item 2 must be a whole number from 0 to 100")]


@pytest.mark.parametrize(
    ("code", "typed", "sent"),
    [("phq-9", "14", 14.0), ("core-10", "12.5", 12.5), ("core-10", "12,5", 12.5)],
)
def test_a_total_alone_goes_without_items(code: str, typed: str, sent: float) -> None:
    form = Form({"only": "total", "total": typed})
    assert given(definition(code), form) == {"total": sent}
    assert form.errors == []


@pytest.mark.parametrize("typed", ["28", "-1", "many", "NaN", "1e9"])
def test_a_total_outside_the_range_is_refused(typed: str) -> None:
    form = Form({"only": "total", "total": typed})
    assert given(definition("phq-9"), form) == {}
    assert form.errors == [("total", "Total must be a number from 0 to 27")]


def test_an_empty_total_is_asked_for() -> None:
    form = Form({"only": "total", "total": ""})
    given(definition("phq-9"), form)
    assert form.errors == [("total", "Write the total as it stands on the form")]


@pytest.mark.parametrize(
    ("typed", "kept", "sent", "errors"),
    [
        ("9", "", {}, []),
        ("10", "", {}, [("total", "The items come to 9, the form says 10. Check both")]),
        ("10", "yes", {"total": 10.0}, []),
    ],
    ids=["agrees", "differs", "differs and is kept"],
)
def test_a_typed_total_is_held_against_the_items(
    typed: str, kept: str, sent: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    phq9 = definition("phq-9")
    form = filled(phq9, 1, total=typed, keep_both=kept)
    said = given(phq9, form)
    assert form.errors == errors
    assert {k: v for k, v in said.items() if k != "items"} == sent


def test_a_mean_agrees_as_it_is_printed() -> None:
    brs = definition("brs")
    form = filled(brs, 3) | {"item.1": "4", "total": "3.17"}
    checked = Form(form)
    assert list(given(brs, checked)) == ["items"]
    assert checked.errors == []
