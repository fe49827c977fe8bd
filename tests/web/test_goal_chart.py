"""The goal chart: sentence, picture and table say the same."""

from datetime import datetime, timedelta

from services.web.charts.goal import Rated, goal_chart, goal_sentence


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
        "At 4, as at the start, over 3 ratings. The target is reached."
    )
    assert goal_sentence(rated(4, 9), 8).endswith("Above the target.")


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
