"""The traps of the domain sheet (§0) that a registry can fall into, each as a test."""

import json
from decimal import Decimal

import pytest

from shared.events.measures import FOLDER, Change, Direction, definition
from shared.events.measures.symptoms import phq9_symptoms


def test_t1_the_panels_code_is_not_the_totals() -> None:
    phq9, gad7 = definition("phq-9").loinc, definition("gad-7").loinc
    assert phq9
    assert gad7
    assert (phq9.panel, phq9.total) == ("44249-1", "44261-6")
    assert (gad7.panel, gad7.total) == ("69737-5", "70274-6")


def test_t2_gad7_item_2_has_its_own_answers() -> None:
    gad7 = definition("gad-7")
    codes = {n: [choice.loinc for choice in gad7.choices(n)] for n in gad7.numbers}
    assert codes.pop("2") == ["LA6568-5", "LA6569-3", "LA18938-3", "LA6571-9"]
    assert set(map(tuple, codes.values())) == {("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")}
    assert gad7.choices("2")[2].label == "More days than not"


def test_t3_gad7s_lowest_answer_reads_not_at_all() -> None:
    gad7 = definition("gad-7")
    assert {gad7.choices(n)[0].label for n in gad7.numbers} == {"Not at all"}


def test_t4_the_services_caseness_is_not_the_test_manuals() -> None:
    gad7 = definition("gad-7")
    assert [gad7.at_caseness(total) for total in (7, 8)] == [False, True]
    screen = gad7.cut_offs[0]
    assert [gad7.reaches(total, screen) for total in (9, 10)] == [False, True]
    assert [definition("phq-9").at_caseness(total) for total in (9, 10)] == [False, True]


OTHER_ORDER = [
    "satisfied",
    "no_good",
    "good_qualities",
    "able_as_others",
    "little_to_be_proud_of",
    "useless",
    "person_of_worth",
    "wishes_more_self_respect",
    "failure",
    "positive_attitude",
]


def test_t5_rses_reverses_by_what_an_item_asks() -> None:
    rses = definition("rses")
    reversed_codes = {item.code for item in rses.items if item.reversed}
    assert [item.number for item in rses.items if item.reversed] == [3, 5, 8, 9, 10]
    assert "3, 5, 8, 9, 10" in rses.ordering
    there = [n for n, code in enumerate(OTHER_ORDER, 1) if code in reversed_codes]
    assert there == [2, 5, 6, 8, 9]
    assert not rses.total_alone


def test_t6_score15_keeps_its_items_and_gives_no_verdict() -> None:
    score15 = definition("score-15")
    assert score15.direction is Direction.HIGHER_IS_WORSE
    assert "The total counts problems" in score15.about
    assert "problem total" in score15.source
    assert score15.change(75, 15) is Change.NO_PUBLISHED_THRESHOLD
    assert not score15.total_alone
    strengths = {1, 3, 6, 10, 15}
    assert {item.number for item in score15.items if not item.reversed} == strengths
    assert [sorted(scale.items) for scale in score15.subscales] == [
        [1, 3, 6, 10, 15],
        [5, 7, 9, 11, 14],
        [2, 4, 8, 12, 13],
    ]


def test_t7_core10_reverses_2_and_3_and_asks_about_safety_in_6() -> None:
    core10 = definition("core-10")
    assert [item.number for item in core10.items if item.reversed] == [2, 3]
    assert core10.safety({"6": 1}) == {"6": 1}
    assert core10.safety({"6": 0}) == {}
    assert core10.safety({"9": 4}) == {}


def test_t8_core10s_bands_are_those_that_two_sources_give() -> None:
    core10 = definition("core-10")
    edges = [(10, "low"), (11, "mild"), (14, "mild"), (15, "moderate"), (19, "moderate")]
    edges += [(20, "moderately_severe"), (24, "moderately_severe"), (25, "severe")]
    assert [core10.band(core10.units(total)).code for total, _ in edges] == [b for _, b in edges]
    between = core10.units(10) + 5  # 10.56, with one answer missing: not yet at the cut-off
    assert core10.band(between).code == "low"
    assert core10.at_caseness(between) is False


def test_t9_a_threshold_keeps_its_confidence() -> None:
    core10 = definition("core-10")
    assert core10.reliable_change
    assert (core10.reliable_change.points, core10.reliable_change.confidence) == (
        6,
        Decimal("0.90"),
    )
    assert core10.change(core10.units(20), core10.units(14)) is Change.RELIABLY_BETTER
    assert core10.change(core10.units(20), core10.units(15)) is Change.NO_RELIABLE_CHANGE


def test_t10_wsas_goes_to_8_and_to_32_without_work() -> None:
    wsas = definition("wsas")
    worst = dict.fromkeys(wsas.numbers, 8)
    retired = worst | {"1": 9}
    assert (wsas.total(worst), wsas.total(retired)) == (40, 32)
    assert wsas.faults(worst | {"2": 9}) == {"2": "must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8"}
    assert not wsas.comparable(worst, retired)
    assert wsas.comparable(retired, retired)
    assert wsas.band_of(worst, 40).code == "moderately_severe_or_worse"
    assert wsas.band_of(retired, 32).code == "none_published"  # bands are for five items
    assert wsas.band_of({}, 32).code == "moderately_severe_or_worse"
    left_out = {number: 8 for number in wsas.numbers if number != "1"}
    assert wsas.missing(left_out) == ["1"]  # no answer is not "does not apply"


def test_t11_phq9s_tenth_question_is_not_in_the_total() -> None:
    phq9 = definition("phq-9")
    answered = dict.fromkeys(phq9.numbers, 1)
    assert phq9.faults(answered | {"10": 3}) == {"10": "is not an item of PHQ-9"}


@pytest.mark.parametrize(
    ("items", "symptoms"),
    [({"1": 1, "9": 1}, 1), ({"1": 2, "9": 1}, 2), ({"1": 2, "9": 0}, 1), ({}, 0)],
)
def test_t11_phq9s_item_9_is_a_symptom_from_1_on(items: dict[str, int], symptoms: int) -> None:
    assert phq9_symptoms(items) == symptoms


def test_k10_is_in_one_coding_only() -> None:
    k10 = definition("k10")
    assert k10.range == (0, 40)
    assert not k10.total_alone
    assert k10.bands.steps == ()


def test_quoted_numbers_without_a_source_decide_nothing() -> None:
    for code in ("csi-4", "csi-16", "wsas", "pss-10"):
        assert definition(code).caseness is None, code
        assert definition(code).reliable_change is None, code
    gbo = json.loads((FOLDER / "methods" / "gbo.1.json").read_text())
    assert gbo["reliable_change"]["points"] == 3
