"""The measure chart: cut-off, bands, the safety item; sentence, picture and table say the same."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.web.charts.bands import LETTERS, ROW, WIDTH, short
from services.web.charts.measure import measure_chart
from services.web.charts.scores import Measure, Score, measure_sentence, safety_sentence
from services.web.clinician.figures import chart_measure, prorated
from shared.events.measures import Measure as Definition
from shared.events.measures import definition, newest


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


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((0, 0), "Item 9 was 0 at the latest answer."),
        ((2, 1), "Item 9 was 1 at the latest answer."),
        ((2, 1, 0), "Item 9 was 1 on 10 September 2026, 0 at the latest answer."),
        ((1, None), "Item 9 is unknown at the latest answer."),
    ],
)
def test_a_later_nought_does_not_hide_what_was_answered_before(
    phq9: Measure, answers: tuple[int | None, ...], said: str
) -> None:
    told = [
        replace(scores(8)[0], at=scores(8)[0].at + timedelta(days=7 * week), safety=safety)
        for week, safety in enumerate(answers)
    ]
    assert safety_sentence(phq9, told) == said


def test_a_safety_answer_above_nought_is_a_triangle_with_its_value(phq9: Measure) -> None:
    chart = measure_chart("m", phq9, scores(8, safety=2))
    assert 'class="c-item"' in chart.svg
    assert 'text-anchor="middle" class="c-item-text">2</text>' in str(chart.svg)


def test_the_limit_of_reliable_change_is_drawn_from_the_first_score(phq9: Measure) -> None:
    assert "reliably better from 11 down" in measure_chart("m", phq9, scores(17, 9)).svg
    assert "reliably better" not in measure_chart("m", phq9, scores(4, 3)).svg


def test_without_a_published_threshold_it_says_so(phq9: Measure) -> None:
    unpublished = Measure("X", 0, 27, phq9.bands, 10, None, None)
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


@pytest.mark.parametrize(
    ("code", "totals", "said"),
    [
        # SWLS: no cut-off; BRS is a mean, told in points; ReQoL-10: higher is better.
        ("swls", (10, 25), "From 10 to 25: no cut-off is published."),
        ("brs", (18, 25), "From 3 to 4.17: no cut-off is published."),
        # A screen has a published cut-off that is no caseness.
        (
            "phq-2",
            (3,),
            "One score so far, 3: a positive screen (from 3), which asks for the full"
            " questionnaire. Change is shown from the second.",
        ),
        ("gad-2", (4, 2), "From 4 to 2: below a positive screen (from 3)."),
        # A relapse is not steady progress.
        ("phq-9", (18, 6, 11), "From 18 to 11: at or above the cut-off of 10 again."),
        ("phq-9", (18, 12, 11), "From 18 to 11: still at or above the cut-off of 10."),
        ("phq-9", (4, 6, 11), "From 4 to 11: at or above the cut-off of 10."),
        ("phq-9", (4, 11, 12), "From 4 to 12: at or above the cut-off of 10."),
        ("reqol-10", (20, 25), "From 20 to 25: at or above the cut-off of 25 for the first time."),
        ("core-10", (18 * 9, 10 * 9), "From 18 to 10: below the cut-off of 11 for the first time."),
    ],
)
def test_each_measure_speaks_in_points_and_its_own_direction(
    code: str, totals: tuple[int, ...], said: str
) -> None:
    measure = chart_measure(definition(code))
    assert measure_sentence(measure, scores(*totals, safety=None)) == said


def test_where_higher_is_better_the_limit_lies_above_the_first_score() -> None:
    reqol = chart_measure(definition("reqol-10"))
    svg = measure_chart("m", reqol, scores(20, 25)).svg
    assert reqol.way == "higher is better"
    assert "reliably better from 25 up" in svg
    assert "Higher is better." in svg


def test_what_does_not_count_is_a_cross_and_changes_no_sentence(phq9: Measure) -> None:
    voided = Score(START + timedelta(days=20), 27, 3, "voided")
    chart = measure_chart("m", phq9, [scores(17)[0], voided, scores(17, 12, 9)[2]])
    assert chart.sentence == "From 17 to 9: below the cut-off of 10 for the first time."
    assert chart.rows[1] == ("23 Sep 2026", "27", "voided", "3")
    assert chart.svg.count("c-void") == 1
    assert "Scores 17, 9." in chart.svg


@pytest.mark.parametrize("measure", newest(), ids=lambda measure: measure.code)
def test_every_measure_of_the_registry_has_a_chart(measure: Definition) -> None:
    known = chart_measure(measure)
    svg = str(measure_chart("m", known, scores(*measure.range)).svg)
    assert f">now {known.words(measure.range[1])}<" in svg
    heights = [float(y) for y in re.findall(r' c?y="(-?[0-9.]+)"', svg)]
    assert min(heights) >= 0
    assert max(heights) <= 240


def beside(svg: str) -> list[tuple[float, str]]:
    """Every line of words at the right of a chart, with its baseline."""
    found = re.findall(r'<t(?:ext|span) x="334" y="([0-9.]+)"[^>]*>([^<]+)<', svg)
    return [(float(y), words) for y, words in found]


@pytest.mark.parametrize("code", ["phq-9", "gad-7", "wsas", "swls", "brs", "rses", "phq-4"])
def test_every_band_is_named_beside_the_cut_off_too(code: str) -> None:
    """But the CORE-10's at its cut-off: that band is too low for two lines of words."""
    known = chart_measure(definition(code))
    named = beside(str(measure_chart("m", known, scores(10, safety=None)).svg))
    words = {said for _, said in named}
    assert [band.name for band in known.bands if not {*short(band.name)} <= words] == []
    heights = sorted(y for y, _ in named)
    assert all(below - above >= ROW for above, below in pairwise(heights)), named


@pytest.mark.parametrize("measure", newest(), ids=lambda measure: measure.code)
def test_letters_have_one_size_in_every_chart(measure: Definition) -> None:
    """Each is equally wide, and what stands at its right finds room there."""
    svg = str(measure_chart("m", chart_measure(measure), scores(*measure.range)).svg)
    assert f'viewBox="0 0 {WIDTH} 240"' in svg
    assert [words for _, words in beside(svg) if len(words) > LETTERS] == []


@pytest.mark.parametrize("code", ["gad-2", "phq-2"])
def test_a_positive_screen_has_its_line_as_a_cut_off_has(code: str) -> None:
    svg = str(measure_chart("m", chart_measure(definition(code)), scores(4, 2, safety=None)).svg)
    assert 'class="c-cutoff" x1="22" x2="326" y1="101.0" y2="101.0"' in svg  # half of 0 to 6
    assert " ".join(words for _, words in beside(svg)[:3]) == "positive screen from 3"
    assert "Positive screen from 3." in svg
    assert "No published cut-off" not in svg


def core10(answered: int) -> dict[str, Any]:
    return {"items": {str(n): 1 for n in range(1, answered + 1)}}


def test_a_total_that_stands_for_an_unanswered_item_says_so() -> None:
    known = definition("core-10")
    assert prorated(known, core10(9)) == "9 of 10 items"
    assert prorated(known, core10(10)) == ""
    assert prorated(known, {"items": None}) == "", "a total alone: nobody knows its items"
    assert prorated(definition("phq-9"), {"items": {"1": 0}}) == "", "a sum is never pro-rated"


def test_a_pro_rated_score_is_told_in_words_table_and_picture() -> None:
    measure = chart_measure(definition("core-10"))
    whole, part = Score(START, 90, 0), Score(START + timedelta(days=14), 110, 0)
    part = replace(part, answered="9 of 10 items")
    latest = measure_chart("m", measure, [whole, part])
    assert latest.sentence.endswith("The latest score is pro-rated from 9 of 10 items.")
    assert latest.rows[1][1] == "12.22, pro-rated from 9 of 10 items"
    assert "pro-rated from 9 of 10 items" in latest.svg
    first = measure_chart("m", measure, [replace(part, at=START), replace(whole, at=part.at)])
    assert first.sentence.endswith("The first score is pro-rated from 9 of 10 items.")
    assert "pro-rated" not in measure_chart("m", measure, [whole]).sentence
