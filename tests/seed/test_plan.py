"""The demo's plan: something to show on every screen, and nobody in two places at once."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from deploy.demo import CLINICS, PEOPLE
from deploy.seed import goals, measures, words
from deploy.seed.plan import AHEAD, Course, Stage, stories
from shared.clock import resolve
from shared.events.measures import definition
from shared.events.words import Attendance, GoalKind, GoalMethod, Role


TOLD = stories()
TREATED = [story for story in TOLD if story.stage in (Stage.TREATED, Stage.CLOSED)]
TODAY = date(2026, 11, 25)


def test_thirty_cases_in_every_stage() -> None:
    assert sorted(story.number for story in TOLD) == list(range(1, 31))
    for clinic in CLINICS:
        stages = Counter(story.stage for story in TOLD if story.clinic is clinic)
        assert all(stages[stage] for stage in Stage)


def test_all_kinds_of_goal_and_all_courses() -> None:
    assert {kind for story in TREATED for kind in story.kinds} == set(GoalKind)
    assert {story.course for story in TREATED} == set(Course)
    outcomes = {story.outcome(n) for story in TREATED for n in range(story.sessions)}
    assert {Attendance.ATTENDED, Attendance.DID_NOT_ATTEND} <= outcomes


def test_every_clinician_has_sessions_today_and_somebody_to_look_at() -> None:
    for person in PEOPLE:
        if person.role is Role.CLINICIAN:
            own = [story for story in TREATED if story.clinician is person]
            assert sum(story.offset == 0 for story in own) >= 3
            assert any(story.thoughts for story in own)


def test_somebody_missed_the_last_session_and_is_to_be_reached() -> None:
    going = [story for story in TREATED if story.stage is Stage.TREATED]
    unreached = [story for story in going if story.booked() == story.sessions]
    assert unreached
    assert all(s.outcome(s.sessions - 1) is Attendance.DID_NOT_ATTEND for s in unreached)


def test_somebody_is_here_again_soon_after_a_case_that_ended() -> None:
    [again] = [story for story in TREATED if story.before]
    [ended] = [story for story in TOLD if story.number == again.before]
    assert (ended.stage, ended.clinic) == (Stage.CLOSED, again.clinic)
    last = ended.starts(ended.sessions - 1, TODAY).date()
    passed = TODAY - timedelta(days=again.referred_days_ago()) - last
    assert timedelta(days=14) < passed < timedelta(days=91)


def test_nobody_is_at_two_places_at_once() -> None:
    taken: Counter[tuple[str, datetime]] = Counter()
    for story in TREATED:
        assert story.clinician
        for session in range(story.sessions + AHEAD + 1):
            taken[story.clinician.name, story.starts(session, TODAY)] += 1
    assert max(taken.values()) == 1


@pytest.mark.parametrize("said", [words.CRISIS, words.CRISIS_HARBOUR])
def test_the_crisis_text_agrees_with_the_page_around_it(said: str) -> None:
    """The page says that nobody reads at once, and that the clinic is told of what is not sent."""
    assert "not read at once, so do not wait" in said
    assert "night" not in said


@pytest.mark.parametrize("weeks", range(0, 60, 5))
def test_no_session_lies_in_a_changing_hour(weeks: int) -> None:
    for story in TREATED:
        wall = story.starts(story.sessions, TODAY + timedelta(weeks=weeks))
        assert resolve(wall, story.clinic.zone) > datetime(2026, 1, 1, tzinfo=UTC)


def test_other_measures_are_answered_too_and_one_answer_is_taken_back() -> None:
    given = {code for story in TREATED for code in measures.beside(story)}
    assert given == {"gad-7", "wsas"}
    assert any(measures.has_duplicate(story) for story in TREATED)
    for story in TREATED:
        for code in measures.beside(story):
            measure = definition(code)
            told = [measures.items(story, code, n) for n in range(story.sessions)]
            change = measure.total(told[-1]) - measure.total(told[0])
            if story.sessions > 4 and story.course is not Course.SAME:
                assert (change < 0) is (story.course is Course.BETTER)


def test_goals_of_every_kind_of_life_are_there_to_see() -> None:
    every = [(story, kind) for story in TREATED for kind in story.kinds]
    turns = [turned for story, kind in every if (turned := goals.turn(story, kind))]
    assert {turned.step.act for turned in turns} == {"pause", "close"}
    open_ = [goals.turn(story, kind) for story, kind in every if story.stage is Stage.TREATED]
    assert any(turned.step.act == "close" for turned in open_ if turned)
    assert {goals.method(story, kind) for story, kind in every} == set(GoalMethod)
    wrong = [story for story, kind in every if goals.is_entered_wrongly(story, kind, 0)]
    assert {story.clinic for story in wrong} == set(CLINICS)
    assert any(story.people == 2 for story in TREATED)


def test_every_rating_is_on_its_scale() -> None:
    for story in TREATED:
        for kind in story.kinds:
            scale = goals.method(story, kind)
            lowest, highest = (-2, 2) if scale is GoalMethod.GAS else (0, 10)
            for number in range(story.sessions):
                for place in range(story.people):
                    value = goals.entered(story, kind, number, place, scale)
                    assert lowest <= value <= highest


def test_answers_and_ratings_are_possible_and_follow_the_course() -> None:
    measure = definition("phq-9")
    for story in TREATED:
        answers = [story.answers(n) for n in range(story.sessions)]
        assert all(not measure.faults(one) and not measure.missing(one) for one in answers)
        ratings = [story.rating(0, n) for n in range(story.sessions)]
        assert all(0 <= value <= 10 for value in ratings)
        change = measure.total(answers[-1]) - measure.total(answers[0])
        if story.sessions > 4 and story.course is not Course.SAME:
            assert (change < 0) is (story.course is Course.BETTER)
