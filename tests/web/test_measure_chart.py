"""The measure chart: cut-off, bands, the safety item; sentence, picture and table say the same."""

from datetime import datetime, timedelta

import pytest

from services.web.charts.measure import measure_chart
from services.web.charts.scores import Measure, Score, measure_sentence, safety_sentence
from services.web.clinician.figures import chart_measure
from shared.events.measures import definition


START = datetime(2026, 9, 3, 9)  # noqa: DTZ001


@pytest.fixture
def phq9() -> Measure:
    return chart_measure(definition("phq-9"))


def scores(*totals: int, safety: int | None = 0) -> list[Score]:
    return [Score(START + timedelta(days=14 * n), t, safety) for n, t in enumerate(totals)]


def test_the_definition_gives_cut_off_bands_and_safety_item(phq9: Measure) -> None:
    assert (phq9.cut_off, phq9.highest, phq9.reliable, phq9.safety_item) == (10, 27, 6, "9")
    assert [band.low for band in phq9.bands] == [0, 5, 10, 15, 20]


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ((), "PHQ-9 was not answered yet."),
        (
            (17,),
            "One score so far, 17: at or above the cut-off of 10. Change is shown from the second.",
        ),
        ((17, 12, 9), "From 17 to 9: below the cut-off of 10 for the first time."),
        ((17, 9, 8), "From 17 to 8: below the cut-off of 10."),
        ((12, 13), "From 12 to 13: still at or above the cut-off of 10."),
        ((9, 10), "From 9 to 10: at or above the cut-off of 10."),
    ],
)
def test_the_side_of_the_cut_off_is_said(phq9: Measure, totals: tuple[int, ...], said: str) -> None:
    assert measure_sentence(phq9, scores(*totals)) == said


def test_an_unknown_safety_item_is_never_nought(phq9: Measure) -> None:
    unknown = scores(8, safety=None)
    assert safety_sentence(phq9, unknown) == "Item 9 is unknown at the latest answer."
    chart = measure_chart("m", phq9, unknown)
    assert chart.rows == (("3 Sep 2026", "8", "start", "unknown"),)
    assert ">?</text>" in chart.svg
    assert "c-item-0" not in chart.svg


def test_a_safety_answer_above_nought_is_a_triangle_with_its_value(phq9: Measure) -> None:
    chart = measure_chart("m", phq9, scores(8, safety=2))
    assert 'class="c-item"' in chart.svg
    assert 'text-anchor="middle" class="c-item-text">2</text>' in str(chart.svg)


def test_the_limit_of_reliable_change_is_drawn_from_the_first_score(phq9: Measure) -> None:
    assert "reliably better from 11 down" in measure_chart("m", phq9, scores(17, 9)).svg
    assert "reliably better" not in measure_chart("m", phq9, scores(4, 3)).svg


def test_without_a_published_threshold_it_says_so(phq9: Measure) -> None:
    unpublished = Measure("X", 27, phq9.bands, 10, None, None)
    assert "No published threshold" in measure_chart("m", unpublished, scores(17, 9)).svg


@pytest.mark.parametrize(
    "totals", [(17, 12), (20, 12), (8, 12), (14, 13), (13, 9), (4, 11), (27, 0)]
)
def test_no_label_stands_on_the_cut_off(phq9: Measure, totals: tuple[int, ...]) -> None:
    svg = str(measure_chart("m", phq9, scores(*totals)).svg)
    cut = float(svg.split('class="c-cutoff"')[1].split('y1="')[1].split('"')[0])
    for words in (f"now {totals[-1]}", f"start {totals[0]}"):
        baseline = float(svg.split(f">{words}<")[0].rsplit(' y="', 1)[1].split('"')[0])
        assert not baseline - 11 < cut < baseline + 3, (words, baseline, cut)


def test_the_words_at_the_limit_stand_where_no_line_crosses_them(phq9: Measure) -> None:
    falling = str(measure_chart("m", phq9, scores(18, 16, 15, 13, 11, 9, 8, 6)).svg)
    assert 'text-anchor="end" class="c-rci-text">reliably better from 12 down' in falling
    level = str(measure_chart("m", phq9, scores(17, 17)).svg)
    assert 'class="c-rci-text">reliably better from 11 down' in level
    assert 'text-anchor="end" class="c-rci-text"' not in level
