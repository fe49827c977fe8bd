"""A goal's page knows every state that a goal may be in, and offers what the service would take."""

from services.goals.domain.goals import FROM, Act
from services.web import words
from services.web.clinician.goal import ACTS, LATE
from shared.events.words import GoalEnd, GoalStatus


def test_every_state_has_its_words_and_its_acts() -> None:
    assert set(words.GOAL_STATUSES) == {status.value for status in GoalStatus}
    assert set(ACTS) == {status.value for status in GoalStatus}


def test_what_is_offered_follows_from_where_the_goal_stands() -> None:
    for status, acts in ACTS.items():
        assert all(GoalStatus(status) in FROM[Act(act)] for act in acts)


def test_how_a_goal_ended_is_never_said_to_be_unsaid() -> None:
    assert set(words.GOAL_ENDS) == {end.value for end in GoalEnd} - {LATE}
