"""What a measure's answers are shown to come to: verdicts, thresholds, units, series."""

from uuid import UUID

import pytest

from shared.events.measures import Change, newest
from shared.events.words import (
    Rule,
)
from tests.progress import shown
from tests.progress.histories import folded
from tests.progress.lives import Life
from tests.progress.shown import measure_after, scores


GOAL, OTHER = UUID(int=1), UUID(int=2)
DAY = 24 * 60


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ((18, 6), "recovered"),
        ((18, 12), "improved"),
        ((18, 13), "unchanged"),
        ((10, 4), "recovered"),  # at caseness from 10 on
        ((16, 10), "improved"),  # and still at 10
        ((12, 18), "deteriorated"),
        ((6, 12), "harmed"),
    ],
)
def test_clinically_significant_change(totals: tuple[int, ...], expected: str) -> None:
    assert scores(Life(), "phq-9", *totals).clinical_class == expected


def test_a_threshold_says_its_confidence_and_its_source() -> None:
    life = Life()
    core = scores(life, "core-10", 0).reliable_change
    phq = scores(life, "phq-9", 10).reliable_change
    assert core is not None
    assert phq is not None
    assert core.words == "A change of 6 points or more is more than chance: at 90 % confidence."
    assert phq.words.endswith("the source states no confidence level.")
    assert core.source
    assert phq.source


def test_a_mean_is_told_in_points_and_pro_rated() -> None:
    life = Life()
    said = dict.fromkeys(map(str, range(1, 10)), 2)
    measure = measure_after(life.fills("core-10", said, 1))
    assert measure.latest_points == "20"
    assert measure.points[0].points == "20"


def test_a_total_of_four_items_is_not_compared_with_one_of_five() -> None:
    life = Life()
    works, retired = (dict.fromkeys("12345", 4), {"1": 9} | dict.fromkeys("2345", 4))
    measure = measure_after(life.fills("wsas", works, 1), life.fills("wsas", retired, 2))
    assert (measure.verdict, measure.change) == (Change.NOT_COMPARABLE, None)
    assert measure.trend.per_week is None
    again = measure_after(life.fills("wsas", retired, 1), life.fills("wsas", retired, 2))
    assert again.verdict is Change.NO_PUBLISHED_THRESHOLD


def test_items_that_stand_for_themselves_have_series_of_their_own() -> None:
    life = Life()
    first = dict.fromkeys(map(str, range(1, 12)), 4)
    later = first | {"1": 5, "2": 3, "3": 8}
    measure = measure_after(life.fills("dialog", first, 1), life.fills("dialog", later, 2))
    assert (measure.has_total, measure.first, measure.latest) == (False, None, None)
    verdicts = {item.number: item.verdict for item in measure.items}
    assert (verdicts["1"], verdicts["2"], verdicts["3"]) == (
        Change.RELIABLY_BETTER,
        Change.RELIABLY_WORSE,
        None,
    )


def test_a_score_that_is_not_usable_is_kept_and_its_safety_item_shown() -> None:
    life = Life()
    wrong = life.answered(20, 2, 2).model_copy(update={"usable": False, "total": 26})
    case, told = folded([life.answered(9, 0, 1), wrong])
    [measure] = shown.measures(case)
    assert (measure.latest, measure.verdict) == (9, Change.FIRST_SCORE)
    assert [point.usable for point in measure.points] == [True, False]
    assert measure.points[1].safety == {"9": 2}
    assert {each.flag.rule for each in told} == {Rule.SI_ITEM}


def test_answers_that_were_another_clients_move_to_them() -> None:
    life = Life()
    answered = life.answered(12, 1, 1)
    case, _ = folded([life.began(), answered, life.retold(answered, 12, 1, 1, True)])
    [measure] = shown.measures(case)
    assert measure.client_id == life.other_id
    assert {flag.client for flag in case.flags if not flag.cleared} == {life.other_id.bytes}


def test_a_slow_trend_is_reliable_over_many_scores() -> None:
    life = Life()
    per_point = next(m for m in newest() if m.code == "core-10").per_point
    told = [life.answered((24 - 2 * n) * per_point, None, n * 7 * DAY, "core-10") for n in range(6)]
    trend = measure_after(*told).trend
    assert (trend.per_week, trend.reliable) == (-2.0, True)
    assert measure_after(*told[:2]).trend.per_week is None
    assert scores(life, "phq-9", 9, 8, 7).trend.reliable is None
