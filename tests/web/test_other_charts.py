"""The eight domains, sparklines, verdicts and the picture of the streams."""

import pytest

from services.web.charts.domains import Standing, domains_chart, domains_sentence
from services.web.charts.drawing import crosses
from services.web.charts.spark import spark
from services.web.charts.streams import streams_picture
from services.web.charts.words import verdict
from services.web.charts.yardstick import LEVELS


def test_the_domains_stand_in_one_order_and_empty_ones_say_so() -> None:
    chart = domains_chart("d", [Standing("relationships", 3, 4, 7), Standing("insight", 2, 6, 8)])
    assert [row[0] for row in chart.rows] == ["Insight", "Relationships"]
    assert chart.svg.count(">no goal<") == 6
    assert chart.sentence == "Goals in two of eight domains. Largest gap: relationships, 4 of 7."


def test_a_goal_that_is_not_rated_has_no_place_but_a_target() -> None:
    chart = domains_chart("d", [Standing("insight", None, None, 8)])
    assert chart.rows == (("Insight", "not rated", "not rated", "8"),)
    assert "c-target-mark" in chart.svg
    assert "c-dot" not in chart.svg


def test_without_goals_the_domains_say_so() -> None:
    assert domains_sentence([]) == "No goals in any of the eight domains yet."


def test_sparklines_are_hidden_from_screen_readers() -> None:
    drawn = spark([2, 5, 7], 8)
    assert 'aria-hidden="true"' in drawn
    assert spark([], 8) == ""


@pytest.mark.parametrize(
    ("code", "change", "words", "arrow", "tone"),
    [
        ("reliably_better", -8, "Reliably better, −8", "down", "better"),
        ("reliably_better", 5, "Reliably better, +5", "up", "better"),
        ("reliably_worse", -3, "Reliably worse, −3", "down", "worse"),
        ("no_reliable_change", 1, "No reliable change, +1", "level", "same"),
        ("no_published_threshold", 4, "No published threshold, +4", "level", "same"),
        ("first_score", 0, "First score", "level", "same"),
        (None, None, "Not rated yet", "level", "same"),
    ],
)
def test_the_arrow_follows_the_number_and_the_tone_the_verdict(
    code: str | None, change: int | None, words: str, arrow: str, tone: str
) -> None:
    said = verdict(code, change)
    assert (said.words, said.arrow, said.tone) == (words, arrow, tone)


def test_late_edges_are_dashed_and_named() -> None:
    drawn = streams_picture(
        [("goals", "all sent")],
        [("progress", "42 s", True)],
        [("goals", "progress", True)],
    )
    assert "t-edge--late" in drawn
    assert "progress is 42 s behind" in drawn


def test_levels_stand_on_their_own_scale_among_the_domains() -> None:
    chart = domains_chart("d", [Standing("insight", -1, 1, 0, LEVELS)])
    assert chart.rows == (("Insight", "level −1", "level +1", "level 0"),)
    assert chart.sentence == "Goals in one of eight domains."
    assert 'cx="205.0"' in chart.svg  # a quarter of the way: the second of five levels
    assert 'cx="299.0"' in chart.svg


def test_a_sparkline_of_levels_stays_in_its_box() -> None:
    svg = str(spark([-2, 2], 0, LEVELS))
    assert 'cy="37.0"' in svg
    assert 'cy="3.0"' in svg


@pytest.mark.parametrize(("x", "beside"), [(28.0, 42.0), (320.0, 306.0)])
def test_a_cross_never_lies_on_a_point_that_counts(x: float, beside: float) -> None:
    """The same value, voided and entered again, on one day: the right one is not crossed out."""
    alone, moved = crosses([(100.0, 50.0), (x, 50.0)], [(x, 50.0), (200.0, 90.0)])
    assert 'd="M96.0 46.0' in alone
    assert f'd="M{beside - 4} 46.0' in moved
