"""The rules of a goal's life, as tables and for any sequence of acts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.goals.domain import goals, kinds, ratings
from services.goals.domain.goals import ENDED, FROM, Act, Step
from services.goals.domain.voiding import is_voided_again
from shared.errors import Conflict, Invalid
from shared.events.measures import Change
from shared.events.words import (
    CorrectionReason,
    DeclineReason,
    GoalEnd,
    GoalKind,
    GoalMethod,
    GoalStatus,
)


ACHIEVED = Step(Act.CLOSE, GoalEnd.ACHIEVED)
DECLINED = Step(Act.DECLINE, DeclineReason.DANGEROUS)
STEPS = [
    *(Step(act) for act in Act if act not in (Act.DECLINE, Act.CLOSE)),
    *(Step(Act.DECLINE, reason) for reason in DeclineReason),
    *(Step(Act.CLOSE, outcome) for outcome in GoalEnd),
]
ALLOWED = {
    ("proposed", "agree"): "active",
    ("proposed", "decline"): "declined",
    ("active", "pause"): "on_hold",
    ("on_hold", "resume"): "active",
    ("active", "close"): "achieved",
    ("on_hold", "close"): "achieved",
    ("achieved", "reopen"): "active",
    ("not_achieved", "reopen"): "active",
    ("withdrawn", "reopen"): "active",
    ("open_at_closing", "reopen"): "active",
    ("open_at_closing", "close"): "achieved",
}


@pytest.mark.parametrize("status", GoalStatus)
@pytest.mark.parametrize("step", [*STEPS[:4], DECLINED, ACHIEVED], ids=lambda step: step.act)
def test_every_act_from_every_status(status: GoalStatus, step: Step) -> None:
    meant = ALLOWED.get((status, step.act))
    if meant is None:
        with pytest.raises(Conflict):
            goals.after(status, None, step)
    else:
        assert goals.after(status, None, step) == meant


@pytest.mark.parametrize("outcome", GoalEnd)
def test_a_goal_ends_as_it_is_said(outcome: GoalEnd) -> None:
    assert goals.after(GoalStatus.ACTIVE, None, Step(Act.CLOSE, outcome)) == outcome.value


@given(st.sampled_from([GoalStatus.PROPOSED, GoalStatus.ACTIVE]), st.lists(st.sampled_from(STEPS)))
def test_any_sequence_of_acts_keeps_to_the_life_of_a_goal(
    status: GoalStatus, steps: list[Step]
) -> None:
    last: Step | None = None
    for step in steps:
        try:
            reached = goals.after(status, last, step)
        except Conflict:
            continue
        if reached is None:
            assert step == last
            continue
        assert status is not GoalStatus.DECLINED
        assert reached is not status
        assert reached is not GoalStatus.PROPOSED
        assert status in FROM[step.act]
        assert (reached in ENDED) is (step.act is Act.CLOSE)
        assert goals.after(reached, step, step) is None
        status, last = reached, step


def test_the_same_act_with_another_reason_is_another_act() -> None:
    for other in (Step(Act.CLOSE, GoalEnd.WITHDRAWN), Step(Act.PAUSE)):
        with pytest.raises(Conflict):
            goals.after(GoalStatus.ACHIEVED, ACHIEVED, other)


@pytest.mark.parametrize("status", GoalStatus)
def test_what_has_ended_is_not_revised(status: GoalStatus) -> None:
    if status in ENDED or status is GoalStatus.DECLINED:
        with pytest.raises(Conflict):
            goals.may_be_revised(status)
    else:
        goals.may_be_revised(status)


@pytest.mark.parametrize(
    ("status", "lifecycle", "achievement"),
    [
        (GoalStatus.PROPOSED, "proposed", None),
        (GoalStatus.ACTIVE, "active", "in-progress"),
        (GoalStatus.ON_HOLD, "on-hold", "in-progress"),
        (GoalStatus.ACHIEVED, "completed", "achieved"),
        (GoalStatus.NOT_ACHIEVED, "completed", "not-achieved"),
        (GoalStatus.WITHDRAWN, "cancelled", None),
        (GoalStatus.DECLINED, "rejected", None),
    ],
)
def test_every_status_has_its_words_in_fhir(
    status: GoalStatus, lifecycle: str, achievement: str | None
) -> None:
    assert goals.lifecycle_status(status) == lifecycle
    assert goals.achievement_status(status) == achievement


@pytest.mark.parametrize(
    ("movement", "said"),
    [
        (Change.FIRST_SCORE, "in-progress"),
        (Change.NO_PUBLISHED_THRESHOLD, "in-progress"),
        (Change.NO_RELIABLE_CHANGE, "no-change"),
        (Change.RELIABLY_BETTER, "improving"),
        (Change.RELIABLY_WORSE, "worsening"),
    ],
)
def test_a_goal_that_is_worked_on_says_how_it_moves(movement: Change, said: str) -> None:
    assert goals.achievement_status(GoalStatus.ACTIVE, movement) == said
    assert goals.achievement_status(GoalStatus.ON_HOLD, movement) == said
    assert goals.achievement_status(GoalStatus.ACHIEVED, movement) == "achieved"


FIVE = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("method", "given_", "field"),
    [
        ("gbo", {}, "target"),
        ("gbo", {"target": 8, "levels": FIVE}, "levels"),
        ("gbo", {"target": 8, "weight": 1}, "weight"),
        ("gbo", {"target": 8, "baseline": -1}, "baseline"),
        ("gas", {}, "levels"),
        ("gas", {"levels": FIVE[:4]}, "levels"),
        ("gas", {"levels": FIVE, "target": 0}, "target"),
    ],
)
def test_what_does_not_belong_to_a_way_of_rating(
    method: str, given_: dict[str, Any], field: str
) -> None:
    whole: dict[str, Any] = dict.fromkeys(("target", "levels", "weight", "baseline")) | given_
    with pytest.raises(Invalid) as refused:
        goals.scale(GoalMethod(method), **whole)
    assert [error.field for error in refused.value.errors] == [field]


def test_attainment_scaling_starts_below_its_target() -> None:
    scale = goals.scale(GoalMethod.GAS, None, FIVE, None, None)
    assert (scale.target, scale.weight, scale.baseline) == (0, 1, -1)


TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("starts", "review"),
    [(TODAY, 28), (TODAY - timedelta(days=60), 28), (TODAY + timedelta(days=7), 35)],
)
def test_a_review_comes_by_the_rhythm_of_the_kind(starts: date, review: int) -> None:
    assert goals.review_day(None, starts, TODAY, 4) == TODAY + timedelta(days=review)


@pytest.mark.parametrize("days", [-91, 367])
def test_work_starts_between_the_referral_and_next_year(days: int) -> None:
    with pytest.raises(Invalid):
        goals.start_day(TODAY + timedelta(days=days), TODAY - timedelta(days=90), TODAY)


NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARLIER = NOW - timedelta(days=1)


@pytest.mark.parametrize("status", GoalStatus)
def test_when_a_goal_may_be_rated(status: GoalStatus) -> None:
    ended = EARLIER if status in ENDED else None
    if status in (GoalStatus.PROPOSED, GoalStatus.DECLINED) or status in ENDED:
        with pytest.raises(Conflict):
            ratings.may_be_rated(status, ended, NOW)
    else:
        ratings.may_be_rated(status, ended, NOW)
    if status in ENDED:
        ratings.may_be_rated(status, ended, EARLIER)


@given(st.integers(-12, 12))
def test_a_value_is_on_the_goals_own_scale(value: int) -> None:
    for method, lowest, highest in ((GoalMethod.GBO, 0, 10), (GoalMethod.GAS, -2, 2)):
        if lowest <= value <= highest:
            ratings.on_scale(method, value)
        else:
            with pytest.raises(Invalid):
                ratings.on_scale(method, value)


def test_a_rating_is_voided_once() -> None:
    reason = CorrectionReason.DUPLICATE
    assert not is_voided_again("rating", None, reason)
    assert is_voided_again("rating", reason, reason)
    with pytest.raises(Conflict):
        is_voided_again("rating", CorrectionReason.WRONG_PERSON, reason)


@pytest.mark.parametrize("kind", GoalKind)
def test_every_kind_has_its_defaults_and_says_where_they_are_from(kind: GoalKind) -> None:
    held = kinds.library(kind)
    kinds.known_measures([*held.measures, *kinds.others(kind, held.measures)])
    assert kinds.LABELS[kind]
    assert 1 <= held.review_weeks <= 52
    words, source = kinds.movement(held.method, None)
    assert "3 or more" in words
    assert "NHS" in source or "nhsengland" in source
    assert "5 or more" in kinds.movement(held.method, 5)[0]
