"""The PHQ-9's definition: every edge of every number in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.measures import Change, UnknownMeasure, UnknownVersion, definition, newest


PHQ9 = definition("phq-9")

answer_sets = st.fixed_dictionaries(
    {number: st.sampled_from([0, 1, 2, 3]) for number in PHQ9.numbers}
)


def all_answered(value: int) -> dict[str, int]:
    """Every item with the same answer."""
    return dict.fromkeys(PHQ9.numbers, value)


def test_the_lowest_and_the_highest_total() -> None:
    assert PHQ9.range == (0, 27)
    assert PHQ9.total(all_answered(0)) == 0
    assert PHQ9.total(all_answered(3)) == 27


@pytest.mark.parametrize("number", PHQ9.numbers)
def test_no_item_may_be_missing(number: str) -> None:
    items = all_answered(1)
    del items[number]
    assert PHQ9.missing(items) == [number]
    with pytest.raises(ValueError, match=f"items {number} of phq-9"):
        PHQ9.total(items)


@pytest.mark.parametrize("value", [-1, 4, 100])
def test_no_answer_outside_the_four(value: int) -> None:
    assert PHQ9.faults(all_answered(0) | {"3": value}) == {"3": "must be one of 0, 1, 2, 3"}


@pytest.mark.parametrize("number", ["0", "10", "01"])
def test_no_item_that_the_measure_does_not_have(number: str) -> None:
    assert PHQ9.faults(all_answered(0) | {number: 0}) == {number: "is not an item of PHQ-9"}


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately_severe"),
        (19, "moderately_severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_both_edges_of_each_band(total: int, band: str) -> None:
    assert PHQ9.band(total).code == band


@pytest.mark.parametrize("total", [-1, 28])
def test_no_band_for_a_total_that_cannot_be(total: int) -> None:
    with pytest.raises(ValueError, match="no total"):
        PHQ9.band(total)


def test_caseness_begins_at_ten() -> None:
    assert [PHQ9.at_caseness(total) for total in (9, 10, 11)] == [False, True, True]


@pytest.mark.parametrize(
    ("first", "latest", "change"),
    [
        (16, 16, Change.NO_RELIABLE_CHANGE),
        (16, 11, Change.NO_RELIABLE_CHANGE),
        (16, 10, Change.RELIABLY_BETTER),
        (10, 15, Change.NO_RELIABLE_CHANGE),
        (10, 16, Change.RELIABLY_WORSE),
    ],
)
def test_six_points_are_a_reliable_change(first: int, latest: int, change: Change) -> None:
    assert PHQ9.change(first, latest) is change


@pytest.mark.parametrize("value", [1, 2, 3])
def test_item_nine_above_zero_asks_for_a_look(value: int) -> None:
    assert PHQ9.safety(all_answered(0) | {"9": value}) == {"9": value}


def test_item_nine_at_zero_or_unknown_says_nothing() -> None:
    assert PHQ9.safety(all_answered(0)) == {}
    assert PHQ9.safety(all_answered(3) | {"9": 0}) == {}
    assert PHQ9.safety({}) == {}


def test_panel_and_total_have_different_codes() -> None:
    assert PHQ9.loinc
    assert (PHQ9.loinc.panel, PHQ9.loinc.total) == ("44249-1", "44261-6")
    assert PHQ9.items[8].loinc == "44260-8"


def test_unknown_codes_and_versions() -> None:
    with pytest.raises(UnknownMeasure):
        definition("core-om")
    with pytest.raises(UnknownVersion):
        definition("phq-9", "2")
    assert definition("phq-9", "1") is PHQ9
    assert PHQ9 in newest()


@given(answer_sets)
def test_every_set_of_answers_is_scored_within_the_range(items: dict[str, int]) -> None:
    total = PHQ9.total(items)
    lowest, highest = PHQ9.range
    assert lowest <= total <= highest
    band = PHQ9.band(total)
    assert band.lowest <= total <= band.highest
    assert PHQ9.at_caseness(total) is (band.lowest >= 10)
    assert bool(PHQ9.safety(items)) is (items["9"] > 0)


@given(answer_sets, answer_sets)
def test_a_change_there_and_back_is_each_others_mirror(
    first: dict[str, int], latest: dict[str, int]
) -> None:
    there = PHQ9.change(PHQ9.total(first), PHQ9.total(latest))
    back = PHQ9.change(PHQ9.total(latest), PHQ9.total(first))
    assert (there is Change.RELIABLY_BETTER) is (back is Change.RELIABLY_WORSE)
