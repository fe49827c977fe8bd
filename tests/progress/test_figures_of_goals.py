"""A month's goals by kind: which count in it, by the clinic's calendar, and which were reached."""

from typing import Any
from uuid import UUID

import pytest

from services.progress.domain.outcomes.month import Month
from services.progress.domain.packed import micros
from services.progress.projection.reckoning import figures, told
from services.progress.queries.standing import calendar
from shared.events import Event
from shared.events.words import GoalStatus, Role
from tests.progress.desk import Clinic
from tests.progress.histories import folded
from tests.progress.lives import Life
from tests.progress.shown import NOW, goal_after
from tests.progress.test_figures import DAY, counted


GOAL = UUID(int=1)
UTC, AUCKLAND = None, "Pacific/Auckland"
DECEMBER = 28 * DAY + 15 * 60  # its first minute by the calendar of UTC; all begins on 2 November
THERE = 28 * DAY + 2 * 60  # and by that of Auckland, thirteen hours ahead


def counts(events: list[Event], zone: str | None = UTC) -> tuple[int, ...]:
    """How many goals count in October, in November and in December."""
    case, _ = folded(events)
    months = (Month(2026, month, calendar(zone), micros(NOW)) for month in (10, 11, 12))
    return tuple(counted(case, "resilience.open", month)[1] for month in months)


def test_goals_by_kind() -> None:
    life = Life()
    events = [life.began(), life.agreed(GOAL), life.says(GOAL, 5, 1), life.says(GOAL, 8, 2)]
    case, _ = folded(events)
    assert counted(case, "resilience.reliably_better") == (1, 1)
    assert counted(case, "resilience.reached") == (1, 1)
    assert counted(case, "resilience.reliably_worse") == (0, 1)
    assert counted(case, "insight.open") == (0, 0)
    before = Month(2026, 10, calendar(None), micros(NOW))
    assert counted(case, "resilience.open", before) == (0, 0)


@pytest.mark.parametrize(
    ("ended", "last", "reached"),
    [
        ("achieved", 5, 1),
        ("achieved", 8, 1),
        ("not_achieved", 8, 0),
        ("not_achieved", 5, 0),
        ("open_at_closing", 8, 1),
        ("open_at_closing", 7, 0),
    ],
)
def test_how_a_goal_was_said_to_have_ended_outweighs_its_last_rating(
    ended: str, last: int, reached: int
) -> None:
    life = Life()
    rated = [life.says(GOAL, 5, 1), life.says(GOAL, last, 2)]  # its target is 8
    case, _ = folded([life.began(), life.agreed(GOAL), *rated, life.moves(GOAL, ended, 3)])
    assert counted(case, "resilience.reached") == (reached, 1)
    assert counted(case, "resilience.open") == (0, 1)


@pytest.mark.parametrize(
    ("agreed", "zone", "months"),
    [
        (DECEMBER - 1, UTC, (0, 1, 1)),
        (DECEMBER, UTC, (0, 0, 1)),
        (THERE - 1, AUCKLAND, (0, 1, 1)),
        (THERE, AUCKLAND, (0, 0, 1)),
        (THERE, UTC, (0, 1, 1)),
    ],
)
@pytest.mark.parametrize("proposed", [False, True])
def test_a_goal_counts_from_the_month_in_which_it_was_agreed(
    agreed: float, zone: str | None, months: tuple[int, ...], proposed: bool
) -> None:
    life = Life()
    goal = [life.goal(GOAL, agreed)]
    if proposed:
        before = life.agreed(GOAL, status=GoalStatus.PROPOSED)
        goal = [before, life.moves(GOAL, "agreed", agreed)]
    assert counts([life.began(-30 * DAY), *goal], zone) == months


@pytest.mark.parametrize(
    ("ended", "zone", "months"),
    [
        (DECEMBER - 1, UTC, (0, 1, 0)),
        (DECEMBER, UTC, (0, 1, 1)),
        (THERE - 1, AUCKLAND, (0, 1, 0)),
        (THERE, AUCKLAND, (0, 1, 1)),
    ],
)
@pytest.mark.parametrize("end", ["achieved", "not_achieved", "open_at_closing"])
def test_and_until_the_month_in_which_it_ended(
    end: str, ended: float, zone: str | None, months: tuple[int, ...]
) -> None:
    life = Life()
    goal = [life.goal(GOAL), life.says(GOAL, 5, 1), life.moves(GOAL, end, ended)]
    assert counts([life.began(-30 * DAY), *goal], zone) == months


@pytest.mark.parametrize("step", ["paused", "resumed", "reopened", "achieved"])
def test_a_rating_tells_that_it_was_agreed_before_its_latest_step(step: str) -> None:
    life = Life()
    goal = [life.goal(GOAL), life.moves(GOAL, step, DECEMBER)]
    assert counts([life.began(), *goal]) == (0, 0, 1), "nothing is known of before"
    rated = [life.says(GOAL, 5, DECEMBER - 1)]
    assert counts([life.began(), *goal, *rated]) == (0, 1, 1)


def test_what_is_said_after_the_closing_of_the_case_does_not_take_a_goal_out_of_it() -> None:
    life = Life()
    late = life.moves(GOAL, "achieved", DECEMBER)
    closed = [life.closed(DECEMBER - 1), life.moves(GOAL, "open_at_closing", DECEMBER)]
    assert counts([life.began(), life.goal(GOAL), *closed, late]) == (0, 1, 0)


@pytest.mark.parametrize("status", [GoalStatus.PROPOSED, GoalStatus.DECLINED, GoalStatus.WITHDRAWN])
def test_what_is_not_agreed_as_it_stands_now_counts_in_no_month(status: GoalStatus) -> None:
    life = Life()
    assert counts([life.began(), life.agreed(GOAL, status=status)]) == (0, 0, 0)


REACHED = [
    *((status, 8, True) for status in ("active", "paused", "resumed", "reopened")),
    *((status, 7, False) for status in ("active", "paused", "resumed", "reopened")),
    *(("achieved", last, True) for last in (5, 8)),
    *((end, last, False) for end in ("not_achieved", "withdrawn", "declined") for last in (5, 8)),
    # Nobody has said how it ended: its last rating is all that is known.
    *(("open_at_closing", last, last == 8) for last in (7, 8)),
]


@pytest.mark.parametrize(("step", "last", "reached"), REACHED)
def test_its_own_card_the_reckoning_and_the_figures_say_alike_whether_a_goal_was_reached(
    step: str, last: int, reached: bool
) -> None:
    life = Life()
    rated = [life.says(GOAL, 5, 1), life.says(GOAL, last, 2)]  # its target is 8
    moved = [] if step == "active" else [life.moves(GOAL, step, 3)]
    events: list[Any] = [life.began(), life.agreed(GOAL), *rated, *moved]
    assert goal_after(*events).reached is reached
    assert figures(told(events), "UTC", NOW)["goals"][GOAL]["reached"] is reached
    counts_at_all = step not in ("withdrawn", "declined")
    case, _ = folded(events)
    assert counted(case, "resilience.reached") == (reached, counts_at_all)


async def test_goals_of_a_kind_that_rounding_misstates_are_named(clinic: Clinic) -> None:
    """Three of five that are worse would be shown outside as five of five."""
    life = Life(clinic_id=clinic.story.clinic_id)
    events: list[Any] = [life.opened()]
    for n in range(1, 6):
        goal = UUID(int=n)
        events += [life.agreed(goal), life.says(goal, 5, n), life.says(goal, 1 if n < 4 else 5, 9)]
    await clinic.world.happens(*events)
    lead = clinic.desk(Role.CLINICAL_LEAD)
    asked = {"clinic_id": clinic.story.clinic_id, "month": "2026-11", "suppressed": True}
    told = (await lead.get("figures", **asked)).json()
    kind = next(each for each in told["kinds"] if each["kind"] == "resilience")
    assert (kind["goals"], kind["open"], kind["reliably_worse"]) == (5, 5, 5)
    few = {name for name in told["too_few"] if name.startswith("resilience")}
    assert {"resilience.open", "resilience.reliably_worse"} <= few
    assert "resilience" not in few
