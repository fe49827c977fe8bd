"""A questionnaire is matched to a measure by code, or refused with each item named."""

import copy
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.goals.domain.fhir.codes import LOINC, ORDINAL
from services.goals.domain.fhir.questionnaires import questionnaire
from services.goals.domain.fhir.wording import words_from
from shared.errors import Invalid
from shared.events.measures import Measure, definition, newest
from tests.goals.world import CANARY


Form = dict[str, Any]
Change = Callable[[Form], object]
NAMES = st.sampled_from(["item", "linkId", "type", "text", "code", "system", "answerOption", "url"])


def form(code: str = "phq-9") -> Form:
    """A questionnaire that fits."""
    return copy.deepcopy(questionnaire(definition(code))) | {"language": "en"}


def refusal(changed: Form, code: str = "phq-9") -> dict[str, str]:
    """What is said about a form that does not fit: field to words, never the form's own."""
    with pytest.raises(Invalid) as failure:
        words_from(changed, definition(code))
    said = {error.field: error.message for error in failure.value.errors}
    assert CANARY not in str(said) + failure.value.detail
    return said


@pytest.mark.parametrize("measure", newest(), ids=lambda measure: measure.code)
def test_every_measures_own_questionnaire_fits_it(measure: Measure) -> None:
    words = words_from(questionnaire(measure) | {"language": "cy"}, measure)
    assert words.language == "cy"
    assert [item.number for item in words.items] == [item.number for item in measure.items]
    for item in words.items:
        due = [] if measure.span else [c.value for c in measure.choices(str(item.number))]
        assert [answer.value for answer in item.answers] == due


@pytest.mark.parametrize("measure", newest(), ids=lambda measure: measure.code)
def test_no_measure_fits_with_an_item_less_or_two_exchanged(measure: Measure) -> None:
    whole = questionnaire(measure) | {"language": "en"}
    short = whole | {"item": whole["item"][:-1]}
    last = measure.numbers[-1]
    assert {"item", f"items.{last}"} == set(refusal(short, measure.code))
    first, second, *rest = whole["item"]
    turned = refusal(whole | {"item": [second, first, *rest]}, measure.code)
    assert set(turned) == {f"items.{number}" for number in measure.numbers[:2]}


@pytest.mark.parametrize(
    "measure", [one for one in newest() if not one.span], ids=lambda measure: measure.code
)
def test_no_measure_fits_with_an_answer_less_or_two_values_exchanged(measure: Measure) -> None:
    number = measure.numbers[-1]
    short = questionnaire(measure) | {"language": "en"}
    short["item"][-1]["answerOption"].pop()
    assert list(refusal(short, measure.code)) == [f"items.{number}"]
    turned = questionnaire(measure) | {"language": "en"}
    options = turned["item"][-1]["answerOption"]
    options[0], options[1] = options[1], options[0]
    fields = [f"items.{number}.answers.1", f"items.{number}.answers.2"]
    assert list(refusal(turned, measure.code)) == fields


def test_groups_words_between_and_the_place_of_the_total_are_no_questions() -> None:
    plain = form()
    total = {"linkId": "t", "type": "integer", "code": [{"system": LOINC, "code": "44261-6"}]}
    intro = {"linkId": "g", "type": "group", "text": " Over two weeks ", "item": plain["item"]}
    grouped = plain | {"item": [intro, {"linkId": "d", "type": "display", "text": "End"}, total]}
    words = words_from(grouped, definition("phq-9"))
    assert words.instructions == "Over two weeks"
    assert len(words.items) == 9


def test_loincs_own_link_ids_and_answer_codes_are_enough() -> None:
    measure = definition("gad-7")
    bare = form("gad-7")
    for item in bare["item"]:
        item["linkId"] = f"/{item.pop('code')[0]['code']}"
        for option in item["answerOption"]:
            del option["extension"]
    assert len(words_from(bare, measure).items) == 7


def test_a_number_alone_names_no_item_because_other_orders_circulate() -> None:
    bare = form("rses")
    for item in bare["item"]:
        del item["code"]
    said = refusal(bare, "rses")
    assert {f"questions.{place}" for place in range(1, 11)} <= set(said)


def test_gad_7s_second_item_wants_its_own_answer_for_two() -> None:
    copied = form("gad-7")
    copied["item"][1]["answerOption"] = copy.deepcopy(copied["item"][0]["answerOption"])
    said = refusal(copied, "gad-7")
    assert said == {"items.2.answers.3": "has another LOINC code than this answer's LA18938-3"}


def _set(path: str, value: object) -> Change:
    """A change of one field: "item.2.text"."""
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))

    def change(changed: Form) -> None:
        place: Any = changed
        for step in way:
            place = place[step]
        place[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (_set("resourceType", "Patient"), "resourceType"),
        (_set("resourceType", 7), "questionnaire"),
        (_set("item", {"0": CANARY}), "questionnaire"),
        (_set("item", []), "item"),
        (_set("item", [{"linkId": CANARY, "type": "string"}] * 300), "item"),
        (_set("language", None), "language"),
        (_set("language", CANARY.upper()), "language"),
        (_set("language", "en\n"), "language"),
        (_set("title", CANARY * 100), "title"),
        (_set("title", "\ud800"), "title"),
        (_set("copyright", "\x07"), "copyright"),
        (_set("item.2.text", None), "items.3"),
        (_set("item.2.text", "  "), "items.3"),
        (_set("item.2.text", CANARY * 500), "items.3"),
        (_set("item.2.type", "string"), "items.3"),
        (_set("item.2.answerOption", []), "items.3"),
        (_set("item.2.code", [{"system": LOINC, "code": "44250-9"}]), "items.3"),
        (_set("item.2.code", [{"system": LOINC, "code": CANARY}]), "questions.3"),
        (_set("item.2.answerOption.1.valueCoding.display", ""), "items.3.answers.2"),
        (_set("item.2.answerOption.1", {"valueInteger": 7}), "items.3.answers.2"),
        (_set("item.2.answerOption.1", {"valueCoding": {"code": CANARY}}), "items.3.answers.2"),
        (
            _set("item.2.answerOption.1.extension.0", {"url": ORDINAL, "valueDecimal": 1.5}),
            "items.3.answers.2",
        ),
        (
            _set("item.2.answerOption.1.extension.0", {"url": ORDINAL, "valueDecimal": 1e400}),
            "items.3.answers.2",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_not_repeated(change: Change, field: str) -> None:
    changed = form()
    change(changed)
    assert field in refusal(changed)


def test_ends_of_a_line_must_be_the_measures() -> None:
    changed = form("ors")
    changed["item"][0]["extension"][1]["valueInteger"] = 10
    assert list(refusal(changed, "ors")) == ["items.1"]


def test_a_form_nested_without_end_is_refused() -> None:
    nested: Form = {"linkId": "x", "type": "group"}
    for _ in range(900):
        nested = {"linkId": "x", "type": "group", "item": [nested]}
    assert refusal(form() | {"item": [nested]})


SMALL = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def _places(part: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every field of a form, however deep."""
    if isinstance(part, dict | list):
        pairs = part.items() if isinstance(part, dict) else enumerate(part)
        return [found for key, inner in pairs for found in _places(inner, (*way, key))]
    return [way]


@given(st.data())
def test_whatever_stands_in_a_field_is_fitting_or_refused(data: st.DataObject) -> None:
    changed = form(data.draw(st.sampled_from(["phq-9", "ors"])))
    code = changed["id"]
    *way, last = data.draw(st.sampled_from(_places(changed)))
    cut = data.draw(st.integers(0, len(way)))
    place: Any = changed
    for step in way[:cut]:
        place = place[step]
    place[(*way, last)[cut]] = data.draw(SMALL)
    with suppress(Invalid):
        words = words_from(changed, definition(code))
        assert len(words.items) == len(definition(code).items)
        json.dumps(asdict(words)).encode()


def test_markup_stays_words() -> None:
    changed = form()
    changed["item"][0]["text"] = "<script>alert(1)</script>"
    words = words_from(changed, definition("phq-9"))
    assert words.items[0].text == "<script>alert(1)</script>"
