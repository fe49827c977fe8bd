"""What a goal is shown to come to: its life, its lines, standing still, attainment."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared.events.measures import Change
from shared.events.words import (
    GoalKind,
    GoalMethod,
    GoalStatus,
    RatedBy,
    Rule,
)
from tests.progress import shown
from tests.progress.histories import at, folded
from tests.progress.lives import Life
from tests.progress.shown import goal_after


GOAL, OTHER = UUID(int=1), UUID(int=2)
DAY = 24 * 60


@pytest.mark.parametrize(
    ("moves", "status"),
    [
        ([], GoalStatus.ACTIVE),
        (["paused"], GoalStatus.ON_HOLD),
        (["paused", "resumed"], GoalStatus.ACTIVE),
        (["achieved"], GoalStatus.ACHIEVED),
        (["not_achieved"], GoalStatus.NOT_ACHIEVED),
        (["withdrawn"], GoalStatus.WITHDRAWN),
        (["open_at_closing"], GoalStatus.OPEN_AT_CLOSING),
        (["open_at_closing", "achieved"], GoalStatus.ACHIEVED),
        (["achieved", "reopened"], GoalStatus.ACTIVE),
        (["declined"], GoalStatus.DECLINED),
    ],
)
def test_the_life_of_a_goal(moves: list[str], status: GoalStatus) -> None:
    life = Life()
    goal = goal_after(life.agreed(GOAL), *(life.moves(GOAL, move) for move in moves))
    assert goal.status is status


def test_a_proposed_goal_is_worked_on_once_it_is_agreed() -> None:
    life = Life()
    proposed = life.agreed(GOAL, status=GoalStatus.PROPOSED)
    assert goal_after(proposed).status is GoalStatus.PROPOSED
    assert goal_after(proposed, life.moves(GOAL, "agreed")).status is GoalStatus.ACTIVE


def test_a_revision_keeps_the_ratings() -> None:
    life = Life()
    goal = goal_after(life.agreed(GOAL), life.says(GOAL, 4, 1), life.revised(GOAL, 9, 2))
    assert (goal.kind, goal.target, goal.weight) == (GoalKind.INSIGHT, 9, 2)
    assert (goal.first, goal.ratings) == (4, 1)


def test_a_voided_rating_is_marked_and_counts_for_nothing() -> None:
    life = Life()
    one, two = life.says(GOAL, 9, 1), life.says(GOAL, 4, 2)
    goal = goal_after(life.agreed(GOAL), one, two, life.voided(one))
    assert (goal.first, goal.best, goal.ratings) == (4, 4, 1)
    assert [(point.value, point.voided) for point in goal.points] == [(9, True), (4, False)]


def test_the_last_amendment_holds() -> None:
    life = Life()
    event = life.says(GOAL, 9, 1)
    twice = goal_after(
        life.agreed(GOAL), event, life.amended(event, 2, 5), life.amended(event, 6, 3)
    )
    once = goal_after(life.agreed(GOAL), event, life.amended(event, 6, 3))
    assert twice.points == once.points
    assert [point.value for point in twice.points] == [6]


def test_a_fall_that_was_entered_wrongly_clears_its_flag() -> None:
    life = Life()
    fall = life.says(GOAL, 3, 2)
    events = [life.agreed(GOAL), life.says(GOAL, 7, 1), fall]
    case, _ = folded(events)
    [flag] = [flag for flag in case.flags if flag.rule is Rule.DETERIORATION]
    assert not flag.cleared
    folded([life.amended(fall, 6, 2)], case)
    assert flag.cleared


@pytest.mark.parametrize("name", ["voided", "amended"])
def test_a_correction_of_what_was_never_heard_of_is_passed_over(name: str) -> None:
    life = Life()
    never = life.says(GOAL, 5, 1)
    said = [never] if name == "voided" else [never, 3, 1]
    assert goal_after(life.agreed(GOAL), getattr(life, name)(*said)).points == []
    answered = life.answered(3, 0, 1)
    case, _ = folded([life.opened(), life.taken_back(answered), life.retold(answered, 9, 1, 1)])
    assert case.measures == []


def test_members_of_a_shared_goal_are_never_mixed() -> None:
    life = Life()
    shared = life.agreed(GOAL, client_id=None)
    events = [life.says(GOAL, 8, 1), life.says(GOAL, 2, 2, True), life.says(GOAL, 4, 3)]
    goal = goal_after(shared, *events)
    assert (goal.first, goal.latest, goal.verdict) == (None, None, None)
    assert {line.client_id: (line.first, line.latest, line.verdict) for line in goal.lines} == {
        life.client_id: (8, 4, Change.RELIABLY_WORSE),
        life.other_id: (2, 2, Change.FIRST_SCORE),
    }
    case, _ = folded([shared, *events])
    assert {flag.client for flag in case.flags} == {life.client_id.bytes}


def test_what_the_client_says_is_the_goals_movement_and_the_clinician_stands_beside() -> None:
    life = Life()
    client = [life.says(GOAL, 3, 1), life.says(GOAL, 4, 3)]
    by: Any = {"rated_by": RatedBy.CLINICIAN}
    clinician = [life.says(GOAL, 6, 2, **by), life.says(GOAL, 8, 4, **by)]
    for order in ([*client, *clinician], [*clinician, *client], [clinician[0], *client]):
        goal = goal_after(life.agreed(GOAL), *order)
        assert (goal.first, goal.latest, goal.best, goal.change) == (3, 4, 4, 1)
        assert goal.verdict is Change.NO_RELIABLE_CHANGE
    alone = goal_after(life.agreed(GOAL), *clinician)
    assert (alone.first, alone.latest, alone.change) == (6, 8, 2)


def test_a_goal_moves_by_what_counted_when_it_was_agreed() -> None:
    life = Life()
    ratings = [life.rated(GOAL, value, t) for t, value in enumerate((2, 6))]
    assert goal_after(life.agreed(GOAL), *ratings).verdict is Change.RELIABLY_BETTER
    strict = goal_after(life.agreed(GOAL, reliable_change=5), *ratings)
    assert (strict.verdict, strict.reliable_change) == (Change.NO_RELIABLE_CHANGE, 5)
    fall = [life.rated(GOAL, value, t) for t, value in enumerate((8, 4))]
    assert folded([life.agreed(GOAL, reliable_change=5), *fall])[0].flags == []
    assert folded([life.agreed(GOAL), *fall])[0].flags[0].rule is Rule.DETERIORATION


def test_a_review_at_the_end_of_all_days_stops_no_case() -> None:
    life = Life()
    agreed = life.agreed(GOAL, method=GoalMethod.GAS, target=0, review_on=date.max)
    case = folded([agreed, life.level(GOAL, -1, 1)])[0]
    assert case.goals


def test_raters_have_lines_of_their_own() -> None:
    life = Life()
    theirs = life.says(GOAL, 6, 2, rated_by=RatedBy.CLINICIAN)
    goal = goal_after(life.agreed(GOAL), life.says(GOAL, 3, 1), theirs)
    assert [(line.by, line.first) for line in goal.lines] == [
        (RatedBy.CLIENT, 3),
        (RatedBy.CLINICIAN, 6),
    ]


@pytest.mark.parametrize(
    ("values", "stalled"),
    [((3, 3, 3), False), ((3, 3, 3, 3), True), ((3, 4, 3, 4), False), ((8, 8, 8, 8), False)],
)
def test_a_goal_stands_still_over_four_ratings_short_of_its_target(
    values: tuple[int, ...], stalled: bool
) -> None:
    life = Life()
    goal = goal_after(life.agreed(GOAL), *(life.says(GOAL, v, n) for n, v in enumerate(values)))
    assert goal.stalled is stalled


@pytest.mark.parametrize(
    ("review", "level", "stalled"),
    [(date(2026, 12, 1), -1, True), (date(2026, 12, 2), -1, False), (date(2026, 12, 1), 0, False)],
)
def test_below_the_agreed_level_past_the_review(review: date, level: int, stalled: bool) -> None:
    life = Life()
    goal = goal_after(life.attainment(GOAL, review_on=review), life.level(GOAL, level, 1))
    assert shown.NOW.date() == date(2026, 12, 2)
    assert goal.stalled is stalled


def test_it_is_below_the_agreed_level_since_the_last_time_that_it_was_not() -> None:
    life = Life()
    levels = [life.level(GOAL, level, n) for n, level in enumerate((-1, 0, -1, -2, -1))]
    goal = goal_after(life.attainment(GOAL, review_on=date(2026, 12, 1)), *levels)
    assert goal.stalled_since == at(2)


def test_of_a_shared_goal_it_is_said_whose_line_stands_still() -> None:
    life = Life()
    rated = [life.says(GOAL, 3, n) for n in range(4)]
    rated += [life.says(GOAL, 3 + n, n, second=True) for n in range(4)]
    goal = goal_after(life.agreed(GOAL, client_id=None), *rated)
    assert (goal.stalled, goal.stalled_clients) == (True, [life.client_id])


def test_attainment_is_one_t_score_of_weighed_goals() -> None:
    life = Life()
    events: list[Any] = [life.attainment(GOAL), life.attainment(OTHER)]
    events += [life.level(GOAL, -1, 1), life.level(OTHER, -1, 1), life.level(GOAL, 1, 2)]
    whole = shown.whole(folded([*events, life.level(OTHER, 0, 2)])[0])
    case, client = whole["attainment"]
    assert (case.client_id, case.t_score, case.goals) == (None, 56.2, 2)
    assert (client.client_id, client.at_start) == (life.client_id, 37.6)
    assert whole["goals"][0].verdict is Change.NO_PUBLISHED_THRESHOLD


def test_attainment_starts_at_the_level_that_was_agreed_as_the_start() -> None:
    life = Life()
    events: list[Any] = [life.attainment(GOAL, baseline=-2), life.attainment(OTHER, baseline=-1)]
    events += [life.level(GOAL, 0, 5), life.level(OTHER, 0, 5)]
    case, _ = shown.whole(folded(events)[0])["attainment"]
    assert (case.at_start, case.t_score) == (31.4, 50.0)  # 50 - 10 x 3 / sqrt(0.7 x 2 + 0.3 x 4)


def test_what_was_open_when_the_case_was_closed_stays_agreed_and_is_open_no_more() -> None:
    life = Life()
    whole = shown.whole(
        folded(
            [
                life.began(),
                life.agreed(GOAL),
                life.says(GOAL, 2, 1),
                life.says(GOAL, 6, 2),
                life.moves(GOAL, "open_at_closing", 3),
            ]
        )[0]
    )
    [goal] = whole["goals"]
    assert (goal.verdict, goal.reached, goal.stalled) == (Change.RELIABLY_BETTER, False, False)
    [kind] = [each for each in whole["kinds"] if each.kind is GoalKind.RESILIENCE]
    assert kind.goals == 1
