"""A goal's page knows every state that a goal may be in, and offers what the service would take."""

from typing import Any

import httpx

from services.goals.domain.goals import FROM, Act
from services.web import words
from services.web.clinician.goal import ACTS, LATE
from shared.events.words import GoalEnd, GoalStatus
from tests.web.conftest import Upstream
from tests.web.one_case import CASE, GOAL, PAGE, Cookie, listed, one_case


def test_every_state_has_its_words_and_its_acts() -> None:
    assert set(words.GOAL_STATUSES) == {status.value for status in GoalStatus}
    assert set(ACTS) == {status.value for status in GoalStatus}


def test_what_is_offered_follows_from_where_the_goal_stands() -> None:
    for status, acts in ACTS.items():
        assert all(GoalStatus(status) in FROM[Act(act)] for act in acts)


def test_how_a_goal_ended_is_never_said_to_be_unsaid() -> None:
    assert set(words.GOAL_ENDS) == {end.value for end in GoalEnd} - {LATE}


async def test_a_corrected_rating_shows_what_was_entered_first(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    one_case(upstream)
    goal: dict[str, Any] = {
        "goal_id": GOAL, "case_id": CASE, "client_id": None, "kind": "resilience", "title": "run",
        "description": None, "owner": "client", "method": "gbo", "target": 8, "weight": 1,
        "status": "active", "starts_on": None, "review_on": None, "versions": [], "acts": [],
    }  # fmt: skip
    rating: dict[str, Any] = {"client_id": None, "rated_by": "client"}
    rating |= {"rated_at": "2026-10-01T09:00:00Z"}
    shown = [
        rating | {"rating_id": f"r{n}", "value": 3, "version": n, "voided": False}
        for n in (1, 2, 3)
    ]
    upstream.answers |= {
        f"/goals/v1/goals/{GOAL}": (200, goal, {}),
        f"/goals/v1/goals/{GOAL}/ratings": listed(*shown),
        # Of one the time was corrected and not the value.
        "/goals/v1/ratings/r2": (200, shown[1] | {"versions": [{"value": 3}, {"value": 3}]}, {}),
        "/goals/v1/ratings/r3": (200, shown[2] | {"versions": [{"value": 3}, {"value": 6}]}, {}),
    }
    page = (await http.get(f"{PAGE}/goals/{GOAL}", headers=signed_in("clinician"))).text
    assert page.count("corrected") == 2
    assert page.count("first entered as") == 1
    assert "corrected: first entered as <s>6</s>" in page
