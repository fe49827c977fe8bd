"""Clinical significance, national outcomes, trends and goal attainment: the rules and their edges.

The published numbers are rows of tests/oracles.
"""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.progress.domain.outcomes import recovery
from services.progress.domain.outcomes.attainment import Attained, t_score
from services.progress.domain.outcomes.recovery import CaseOutcome, Pair, Rate
from services.progress.domain.outcomes.significance import (
    Outcome,
    classified,
    crossed_without_reliable_change,
    error_of_difference,
    reliable_change_index,
    standard_error,
)
from services.progress.domain.outcomes.trend import DAY, told, trend
from shared.events.measures import Direction, definition


WORSE, BETTER = Direction.HIGHER_IS_WORSE, Direction.HIGHER_IS_BETTER
PHQ9, GAD7 = definition("phq-9"), definition("gad-7")


@pytest.mark.parametrize(
    ("pre", "post", "outcome"),
    [
        (18, 6, Outcome.RECOVERED),
        (18, 12, Outcome.IMPROVED),  # six points, still a case
        (18, 13, Outcome.UNCHANGED),
        (11, 9, Outcome.UNCHANGED),  # crossed the cut-off, but not reliably
        (12, 18, Outcome.DETERIORATED),
        (6, 12, Outcome.HARMED),
        (2, 8, Outcome.DETERIORATED),  # worse, but still on the healthy side
        (9, 3, Outcome.IMPROVED),  # never a case
        (18, 10, Outcome.IMPROVED),  # at the cut-off itself: on neither side
    ],
)
def test_the_five_classes(pre: int, post: int, outcome: Outcome) -> None:
    assert classified(pre, post, 10, 6, WORSE) is outcome
    assert classified(-pre, -post, -10, 6, BETTER) is outcome


def test_crossing_without_reliable_change_has_a_name() -> None:
    assert crossed_without_reliable_change(11, 9, 10, 6, WORSE)
    assert not crossed_without_reliable_change(18, 6, 10, 6, WORSE)
    assert not crossed_without_reliable_change(9, 8, 10, 6, WORSE)


def course(phq9: tuple[int, int], gad7: tuple[int, int]) -> CaseOutcome:
    """The outcome of first and last totals of both."""
    found = recovery.outcome([Pair(PHQ9, *phq9), Pair(GAD7, *gad7)])
    assert found
    return found


@pytest.mark.parametrize(
    ("phq9", "gad7", "expected"),
    [
        ((16, 9), (12, 7), CaseOutcome(True, True, True, False)),
        ((16, 9), (12, 8), CaseOutcome(True, False, True, False)),  # one still at caseness
        ((10, 9), (7, 7), CaseOutcome(True, True, False, False)),  # recovered, not reliably
        ((9, 3), (7, 3), CaseOutcome(False, False, True, False)),  # never a case: cannot recover
        ((9, 9), (8, 4), CaseOutcome(True, True, True, False)),  # anxiety alone makes a case
        ((16, 10), (8, 12), CaseOutcome(True, False, False, True)),  # worse on one wins
        ((12, 12), (9, 9), CaseOutcome(True, False, False, False)),
    ],
)
def test_both_measures_together(
    phq9: tuple[int, int], gad7: tuple[int, int], expected: CaseOutcome
) -> None:
    assert course(phq9, gad7) == expected


def test_reliable_recovery_needs_both() -> None:
    assert course((16, 9), (12, 7)).reliably_recovered
    assert not course((10, 9), (7, 7)).reliably_recovered


def test_one_measure_alone_has_no_national_outcome() -> None:
    assert recovery.outcome([Pair(PHQ9, 16, 9)]) is None


def test_a_course_is_finished_from_two_treatment_sessions_on() -> None:
    assert [recovery.finished(sessions) for sessions in (0, 1, 2)] == [False, False, True]


def test_denominators() -> None:
    courses = [course((16, 9), (12, 7)), course((9, 3), (7, 3)), course((16, 10), (8, 12))]
    rates = recovery.rates(courses)
    assert rates.recovery == Rate(1, 2)  # who never was a case is left out
    assert rates.reliable_recovery == Rate(1, 2)
    assert rates.improvement == Rate(2, 3)
    assert rates.deterioration == Rate(1, 3)
    assert rates.improvement.share == Fraction(2, 3)


@pytest.mark.parametrize("rate", [Rate(0, 5), Rate(1, 0), Rate(0, 0)])
def test_nothing_counted_or_nobody_there_is_no_rate(rate: Rate) -> None:
    assert rate.share is None
    assert rate.percent() is None


@pytest.mark.parametrize(("count", "printed"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (12, 10)])
def test_published_counts_are_rounded_to_five(count: int, printed: int) -> None:
    assert recovery.suppressed(count) == printed


@pytest.mark.parametrize(
    ("count", "of", "misleads"),
    [
        (3, 5, True),  # it would be 5 of 5
        (5, 7, True),  # not everybody, and rounding would say so
        (10, 10, True),  # tells of each of them
        (1, 30, True),  # not none of 30
        (6, 12, False),
    ],
)
def test_a_number_that_rounding_misstates_is_not_shown_outside(
    count: int, of: int, misleads: bool
) -> None:
    assert recovery.misleads(count, of) is misleads


scores = st.floats(0, 100, allow_nan=False)


@given(pre=scores, post=scores)
def test_two_scores_trend_as_they_change(pre: float, post: float) -> None:
    found = trend([(0, pre), (1, post)], standard_error(7.5, 0.8))
    assert found
    index = reliable_change_index(pre, post, error_of_difference(7.5, 0.8))
    assert found.index == pytest.approx(index)


def test_a_slow_trend_shows_over_many_scores() -> None:
    falling = [(week, 20 - week) for week in range(8)]
    found = trend(falling, 2.5)
    assert found
    assert found.slope == pytest.approx(-1)
    assert found.reliable
    first_and_third = trend([falling[0], falling[2]], 2.5)
    assert first_and_third
    assert not first_and_third.reliable


@pytest.mark.parametrize("points", [[], [(1, 10)], [(1, 10), (1, 12)]])
def test_no_trend_without_two_times(points: list[tuple[int, float]]) -> None:
    assert trend(points, 2.5) is None


@given(
    beginning=st.integers(0, 9 * 10**16),
    points=st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10)), min_size=3, max_size=8),
)
def test_a_trend_is_the_same_however_far_from_the_beginning_of_time(
    beginning: int, points: list[tuple[int, int]]
) -> None:
    later = [(beginning + time, score) for time, score in points]
    assert trend(later, 2.5) == trend(points, 2.5)


@pytest.mark.parametrize(
    ("times", "enough"),
    [([0, DAY // 2, DAY], True), ([0, DAY // 2, DAY - 1], False), ([0, 9 * DAY], False)],
)
def test_a_weeks_movement_takes_three_scores_over_a_day(times: list[int], enough: bool) -> None:
    assert told(times) is enough


def test_no_trend_without_a_known_error() -> None:
    assert trend([(0, 1), (1, 2)], 0) is None


levels, weights = st.integers(-2, 2), st.floats(0, 100, allow_nan=False)
goals = st.lists(st.builds(Attained, levels, weights), min_size=1, max_size=8)


@given(st.lists(weights, min_size=1, max_size=8))
def test_all_as_expected_is_fifty_for_any_weights(given_weights: list[float]) -> None:
    assert t_score([Attained(0, weight) for weight in given_weights]) == 50


@given(goals)
def test_attainment_is_its_mirror_and_its_order_does_not_matter(some: list[Attained]) -> None:
    score = t_score(some)
    mirrored = t_score([Attained(-(goal.level or 0), goal.weight) for goal in some])
    assert score is not None
    assert mirrored is not None
    assert score + mirrored == pytest.approx(100)
    assert t_score(some[::-1]) == pytest.approx(score)


def test_goals_without_a_rating_are_left_out() -> None:
    assert t_score([Attained(None), Attained(-1)]) == 40
    assert t_score([Attained(None)]) is None


def test_weights_of_zero_count_as_one() -> None:
    assert t_score([Attained(-1, 0), Attained(-1, 0)]) == t_score([Attained(-1), Attained(-1)])


@pytest.mark.parametrize("goal", [Attained(3), Attained(-3), Attained(0, -1)])
def test_a_level_or_weight_that_cannot_be(goal: Attained) -> None:
    with pytest.raises(ValueError, match="levels are"):
        t_score([goal])
