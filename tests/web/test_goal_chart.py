"""The goal chart: sentence, picture and table say the same."""

import re
from datetime import datetime, timedelta

import pytest

from services.web.charts.goal import Aimed, Rated, goal_chart, goal_sentence
from services.web.charts.target import Earlier
from services.web.charts.yardstick import LEVELS


START = datetime(2026, 9, 3, 9)  # noqa: DTZ001


def rated(*values: int, days: int = 14, by: str = "client") -> list[Rated]:
    return [Rated(START + timedelta(days=days * n), value, by) for n, value in enumerate(values)]


def test_without_ratings_it_says_what_comes_first() -> None:
    assert goal_sentence([], 8) == "Not rated yet. The first rating is the start."


def test_one_rating_shows_no_change() -> None:
    assert goal_sentence(rated(3), 8) == "One rating so far, 3; change is shown from the second."


def test_movement_time_and_distance_are_said_in_words() -> None:
    assert goal_sentence(rated(2, 3, 5, 7), 8) == (
        "Up from 2 to 7 in six weeks. One point short of the target."
    )
    assert goal_sentence(rated(6, 3), 8) == (
        "Down from 6 to 3 in two weeks. Five points short of the target."
    )
    assert goal_sentence(rated(4, 5, 4), 4) == (
        "At 4, as at the start, over 3 ratings. At the target."
    )
    assert goal_sentence(rated(4, 9), 8).endswith("Above the target.")
    assert goal_sentence(rated(-1, -2), 0, LEVELS).endswith("Two levels short of the target.")


def test_the_table_has_the_same_figures_as_the_picture() -> None:
    chart = goal_chart("g", "Run twice a week", 8, rated(2, 4, 7))
    assert chart.rows == (
        ("3 Sep 2026", "2", "start", "client"),
        ("17 Sep 2026", "4", "+2", "client"),
        ("1 Oct 2026", "7", "+5", "client"),
    )
    assert "3 ratings: 2, 4, 7. Target 8." in chart.svg
    assert "now 7" in chart.svg
    assert "start 2" in chart.svg


def test_words_of_a_client_cannot_become_markup() -> None:
    chart = goal_chart("g", "<script>alert(1)</script>", 8, rated(2))
    assert "<script>" not in chart.svg
    assert "&lt;script&gt;" in chart.svg


def test_no_inline_style_is_drawn() -> None:
    assert "style=" not in goal_chart("g", "x", 8, rated(2, 4)).svg


def test_a_point_on_the_limit_of_reliable_change_lies_outside_the_band() -> None:
    svg = goal_chart("g", "x", 8, rated(5, 8)).svg
    assert 'class="c-band" x="22" y="39.0" width="304" height="58.0"' in svg
    assert 'cy="33.2"' in svg  # the rating of 8: above the band's upper edge


def test_more_than_six_weeks_without_a_rating_is_a_dotted_line() -> None:
    assert "c-gap" in goal_chart("g", "x", 8, rated(2, 4, days=43)).svg
    assert "c-gap" not in goal_chart("g", "x", 8, rated(2, 4, days=42)).svg


def test_another_rater_has_another_shape() -> None:
    mixed = [*rated(2), Rated(START + timedelta(days=1), 4, "clinician")]
    svg = goal_chart("g", "x", 8, mixed).svg
    assert '<rect class="c-dot"' in svg


def test_the_label_of_now_does_not_cover_that_of_the_target() -> None:
    svg = str(goal_chart("g", "x", 8, rated(2, 8)).svg)
    assert 'y="37.2" class="c-target-text">target 8' in svg
    assert 'y="53.2" class="c-strong">now 8' in svg


def heights(svg: str, words: str) -> float:
    """The baseline of a label."""
    return float(svg.split(f">{words}<")[0].rsplit(' y="', 1)[1].split('"')[0])


@pytest.mark.parametrize("values", [(7, 6, 5), (7, 3), (6, 5, 2), (8, 2), (9, 9, 8), (10, 4)])
def test_the_label_of_the_start_is_not_struck_through_by_the_target(
    values: tuple[int, ...],
) -> None:
    for target in range(11):
        svg = str(goal_chart("g", "x", target, rated(*values)).svg)
        baseline = heights(svg, f"start {values[0]}")
        level = float(svg.split('class="c-target"')[1].split('y1="')[1].split('"')[0])
        assert not baseline - 11 < level < baseline + 3, (values, target)


@pytest.mark.parametrize("values", [(1, 10), (1, 9), (0, 5), (1, 0), (2, 10), (1, 4, 1)])
def test_the_label_of_the_start_never_reaches_the_dates(values: tuple[int, ...]) -> None:
    """Where no place is free it covers the line rather than the axis and its words."""
    for target in range(11):
        for apart in (1, 14, 200):
            aim = Aimed(target, (Earlier(START, 4), Earlier(START, 7)))
            given = rated(*values, days=apart)
            baseline = heights(str(goal_chart("g", "x", aim, given).svg), f"start {values[0]}")
            assert baseline <= 123, (values, target, apart)


def days(svg: str) -> list[str]:
    """The dates under the axis, from the left."""
    found = re.findall(r'<text x="([0-9.]+)" y="144"[^>]*>([^<]+)<', svg)
    return [day for _, day in sorted(found, key=lambda one: float(one[0]))]


def test_dates_stand_under_the_first_the_middle_and_the_last_rating() -> None:
    svg = str(goal_chart("g", "x", 8, rated(2, 3, 4, 5, 6)).svg)
    assert days(svg) == ["3 Sep", "1 Oct", "29 Oct"]


def test_a_date_that_would_cover_another_is_left_out() -> None:
    close = [Rated(START + timedelta(days=day), 4, "client") for day in (0, 1, 2, 60)]
    assert days(str(goal_chart("g", "x", 8, close).svg)) == ["3 Sep", "2 Nov"]
    at_once = [Rated(START, 4, "client"), Rated(START, 5, "client")]
    assert days(str(goal_chart("g", "x", 8, at_once).svg)) == ["3 Sep"]


def test_levels_have_signs_and_no_band_of_chance() -> None:
    chart = goal_chart("g", "x", 0, rated(-1, 0, 1), LEVELS)
    assert chart.sentence == "Up from −1 to +1 in four weeks. Above the target."
    assert [row[1] for row in chart.rows] == ["−1", "0", "+1"]
    assert "c-band" not in chart.svg
    assert "No published threshold of reliable change." in chart.svg


def test_a_voided_rating_is_crossed_out_and_counts_for_nothing() -> None:
    wrong = Rated(START + timedelta(days=3), 10, "client", voided=True)
    chart = goal_chart("g", "x", 8, [rated(2)[0], wrong, rated(2, 4)[1]])
    assert chart.sentence == "Up from 2 to 4 in two weeks. Four points short of the target."
    assert chart.rows[1] == ("6 Sep 2026", "10", "voided", "client")
    assert chart.svg.count("c-void") == 1
    assert goal_sentence([wrong], 8) == "Not rated yet. The first rating is the start."


def test_a_target_that_was_agreed_anew_is_a_step_and_said() -> None:
    aim = Aimed(8, (Earlier(START + timedelta(days=14), 6),))
    chart = goal_chart("g", "x", aim, rated(2, 4, 7))
    assert chart.sentence.endswith("One point short of the target. The target was 6 until 17 Sep.")
    assert '<path class="c-target" d="M22 56.4 H174.0 V33.2 H326" fill="none">' in chart.svg
    assert "target 8" in chart.svg


@pytest.mark.parametrize(("days", "x"), [(-30, 22), (300, 326)])
def test_a_step_never_leaves_the_chart(days: int, x: int) -> None:
    aim = Aimed(8, (Earlier(START + timedelta(days=days), 6),))
    assert f"H{x} V33.2 H326" in goal_chart("g", "x", aim, rated(2, 4)).svg


def test_the_start_is_not_struck_through_by_an_earlier_target() -> None:
    aim = Aimed(9, (Earlier(START + timedelta(days=20), 8),))
    svg = str(goal_chart("g", "x", aim, rated(7, 6, 5)).svg)
    baseline = heights(svg, "start 7")
    assert not baseline - 11 < 33.2 < baseline + 3
