"""Every measure, and answers to it at both ends, as FHIR R4 that another library reads."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.goals.domain.fhir import observations, questionnaires
from services.goals.domain.fhir.codes import LOINC, ORDINAL, SNOMED
from services.goals.domain.fhir.records import AnswerRecord
from shared.events.measures import Answers, Measure, definition, newest
from shared.events.words import AnsweredBy
from tests.goals.second_opinion import agrees


ID = UUID("0198aaaa-0000-7000-8000-000000000001")
AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
EVERY = pytest.mark.parametrize("measure", newest(), ids=lambda measure: measure.code)


def record(measure: Measure, items: Answers, **given: Any) -> AnswerRecord:
    """Answers that came whole."""
    said: dict[str, Any] = {
        "response_id": ID,
        "case_id": ID,
        "client_id": ID,
        "measure": measure.code,
        "version": measure.version,
        "items": items,
        "total": 0 if "total" in given else measure.total(items),
        "usable": True,
        "answered_at": AT,
        "entered_at": AT,
        "by": AnsweredBy.STAFF,
        "amended": False,
        "voided": False,
    }
    return AnswerRecord(**(said | given))


def ends(measure: Measure, which: int) -> dict[str, int]:
    """The lowest (0) or highest (1) answer to every item."""
    return {number: measure.ends[number][which] for number in measure.numbers}


def codes(concept: dict[str, Any]) -> dict[str, str]:
    """System to code."""
    return {coding["system"]: coding["code"] for coding in concept["coding"]}


@EVERY
def test_a_questionnaire_is_read_by_another_library(measure: Measure) -> None:
    made = questionnaires.questionnaire(measure)
    agrees(made)
    assert [item["linkId"] for item in made["item"]] == measure.numbers


@EVERY
@pytest.mark.parametrize("which", [0, 1], ids=["lowest", "highest"])
def test_answers_and_their_score_are_read_by_another_library(measure: Measure, which: int) -> None:
    told = record(measure, ends(measure, which))
    made, score = questionnaires.response(told, measure), observations.score(told, measure)
    agrees(made)
    agrees(score)
    assert _values(made) == told.items
    assert score["derivedFrom"] == [{"reference": f"QuestionnaireResponse/{ID}"}]
    if measure.has_total:
        assert _points(score) == float(measure.points(told.total))
        meaning = score.get("interpretation", [{"coding": [{"display": None}]}])[0]
        label = measure.band(told.total).label if measure.bands.steps else None
        assert meaning["coding"][0]["display"] == label


@EVERY
def test_each_missing_item_stays_out_of_the_answers_and_is_never_zero(measure: Measure) -> None:
    for number in measure.numbers:
        items = ends(measure, 0)
        del items[number]
        told = record(measure, items, total=measure.range[0])
        made, score = questionnaires.response(told, measure), observations.score(told, measure)
        agrees(made)
        agrees(score)
        assert number not in _values(made)
        for part in score.get("component", []):
            of_item = measure.item_of[number].label == part["code"]["text"]
            assert ("dataAbsentReason" in part) is of_item


@EVERY
def test_a_total_alone_says_nothing_about_items(measure: Measure) -> None:
    told = record(measure, {}, total=measure.range[1])
    made, score = questionnaires.response(told, measure), observations.score(told, measure)
    agrees(made)
    agrees(score)
    assert "item" not in made
    for part in score.get("component", []):
        assert part["dataAbsentReason"]["coding"][0]["code"] == "unknown"


def _values(made: dict[str, Any]) -> dict[str, int]:
    return {item["linkId"]: _value(item["answer"][0]) for item in made.get("item", [])}


def _value(answer: dict[str, Any]) -> int:
    if "valueInteger" in answer:
        return int(answer["valueInteger"])
    (worth,) = answer["valueCoding"]["extension"]
    assert worth["url"] == ORDINAL
    return int(worth["valueDecimal"])


def _points(score: dict[str, Any]) -> float:
    if "valueInteger" in score:
        return float(score["valueInteger"])
    quantity = score["valueQuantity"]
    if "extension" not in quantity:
        return float(quantity["value"])
    ratio = quantity["extension"][0]["valueRatio"]
    exact = ratio["numerator"]["value"] / ratio["denominator"]["value"]
    assert abs(exact - quantity["value"]) <= 0.005
    return float(exact)


@pytest.mark.parametrize(
    ("code", "total", "panel"),
    [("phq-9", "44261-6", "44249-1"), ("gad-7", "70274-6", "69737-5")],
)
def test_a_total_has_the_code_of_the_total_and_the_form_that_of_the_panel(
    code: str, total: str, panel: str
) -> None:
    measure = definition(code)
    score = observations.score(record(measure, ends(measure, 1)), measure)
    assert codes(score["code"])[LOINC] == total
    assert questionnaires.questionnaire(measure)["code"][0] == {"system": LOINC, "code": panel}


@EVERY
def test_no_score_has_the_code_of_a_panel(measure: Measure) -> None:
    score = observations.score(record(measure, ends(measure, 0)), measure)
    assert measure.loinc is None or measure.loinc.panel not in str(score["code"])


def test_a_score_without_loincs_code_has_snomeds() -> None:
    measure = definition("core-10")
    score = observations.score(record(measure, ends(measure, 0)), measure)
    assert codes(score["code"])[SNOMED] == "718583008"


def test_phq_9_item_by_item_with_loincs_codes() -> None:
    measure = definition("phq-9")
    items = {str(number): number % 4 for number in range(1, 10)}
    made = questionnaires.response(record(measure, items), measure)
    loinc = ["LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9"]
    given = [item["answer"][0]["valueCoding"]["code"] for item in made["item"]]
    assert given == [loinc[number % 4] for number in range(1, 10)]
    asked = questionnaires.questionnaire(measure)
    assert [item["code"][0]["code"] for item in asked["item"]] == [
        *("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2"),
        *("44252-5", "44253-3", "44260-8"),
    ]


def test_gad_7s_second_item_has_its_own_answer_for_two() -> None:
    measure = definition("gad-7")
    made = questionnaires.response(record(measure, dict.fromkeys(measure.numbers, 2)), measure)
    given = [item["answer"][0]["valueCoding"]["code"] for item in made["item"]]
    assert given == ["LA6570-1", "LA18938-3", *["LA6570-1"] * 5]


def test_item_9_of_phq_9_is_seen_beside_a_total_of_one() -> None:
    measure = definition("phq-9")
    score = observations.score(
        record(measure, {n: int(n == "9") for n in measure.numbers}), measure
    )
    assert score["valueInteger"] == 1
    (part,) = score["component"]
    assert codes(part["code"])[LOINC] == "44260-8"
    assert part["valueInteger"] == 1


def test_a_total_that_contradicts_its_items_is_no_value_and_item_9_still_is() -> None:
    measure = definition("phq-9")
    told = record(measure, ends(measure, 1), total=3, usable=False)
    score = observations.score(told, measure)
    agrees(score)
    assert score["dataAbsentReason"]["coding"][0]["code"] == "error"
    assert "interpretation" not in score
    assert score["component"][0]["valueInteger"] == 3


def test_what_does_not_apply_says_so() -> None:
    measure = definition("dialog")
    score = observations.score(record(measure, dict.fromkeys(measure.numbers, 8)), measure)
    reasons = {part["dataAbsentReason"]["coding"][0]["code"] for part in score["component"]}
    assert reasons == {"not-applicable"}


def test_a_sum_without_an_item_that_does_not_apply_has_no_band() -> None:
    measure = definition("wsas")
    items = ends(measure, 1) | {"1": 9}
    score = observations.score(record(measure, items), measure)
    agrees(score)
    assert score["valueInteger"] == 32
    assert "interpretation" not in score


def test_a_mean_that_no_decimal_is_has_its_ratio_beside_it() -> None:
    measure = definition("core-10")
    items = dict.fromkeys(measure.numbers[:9], 1)
    score = observations.score(record(measure, items), measure)
    agrees(score)
    assert "extension" in score["valueQuantity"]
    assert _points(score) == float(measure.points(measure.total(items)))


@pytest.mark.parametrize(
    ("amended", "voided", "answers", "score"),
    [
        (False, False, "completed", "final"),
        (True, False, "amended", "amended"),
        (False, True, "entered-in-error", "entered-in-error"),
        (True, True, "entered-in-error", "entered-in-error"),
    ],
)
def test_corrections_are_states(amended: bool, voided: bool, answers: str, score: str) -> None:
    measure = definition("phq-9")
    told = record(measure, ends(measure, 0), amended=amended, voided=voided)
    assert questionnaires.response(told, measure)["status"] == answers
    assert observations.score(told, measure)["status"] == score


def test_answers_of_a_client_have_an_author() -> None:
    measure = definition("brs")
    told = record(measure, ends(measure, 0), by=AnsweredBy.CLIENT)
    made = questionnaires.response(told, measure)
    agrees(made)
    assert made["author"] == made["source"] == made["subject"]
