"""From when on a fact counts, and for whom: sessions recorded early, first words, two clients."""

from collections.abc import Iterable

import pytest

from services.progress.domain.packed import micros
from services.progress.domain.rules import House, passed
from services.progress.domain.state import Case, Flag, decode, encode
from services.progress.projection.folding import fold_case
from shared.events import Event
from shared.events.rules import RuleParameter
from shared.events.words import Attendance, Rule
from tests.progress.histories import at
from tests.progress.lives import Life
from tests.progress.test_order_of_time import (
    APPOINTMENTS,
    CASE_ID,
    CHANGED,
    DAY,
    END,
    GOAL,
    PARTNERS,
    REVIEWED,
    Item,
    recorded,
    session,
)


def test_who_came_early_counts_from_when_the_session_begins() -> None:
    """It is recorded an hour before; whatever rests on it is found when it has begun, unasked."""
    life, first = Life(), House(changes=(CHANGED.changes[1],), since=(0,), numbers=1)
    events = [life.referred(), life.began(), life.answered(12, 0, 10), life.answered(12, 0, 20)]
    early = recorded(session(life, APPOINTMENTS[0], "early", 40), 40, 40)
    case = decode(state_after([*events, early], first))
    begins = micros(at(40 * DAY + 60))
    passed(case, begins - 1, CASE_ID, first)
    assert Rule.NOT_ON_TRACK not in standing(case)
    passed(case, begins, CASE_ID, first)
    assert Rule.NOT_ON_TRACK in standing(case)


@pytest.mark.parametrize("answered", [10, 40 * DAY + 10], ids=["before", "between"])
def test_a_first_score_between_record_and_beginning_is_asked_for_as_the_session_begins(
    answered: float,
) -> None:
    third = House(
        changes=({(Rule.NOT_ON_TRACK, RuleParameter.SESSIONS): 3},), since=(0,), numbers=1
    )
    life, begins = Life(), micros(at(40 * DAY + 60))
    seen = [
        life.attended(APPOINTMENTS[n], Attendance.ATTENDED, (26 + 7 * n) * DAY) for n in range(2)
    ]
    early = recorded(session(life, APPOINTMENTS[2], "early", 40), 40, 40)
    scores = [life.answered(12, 0, answered), life.answered(12, 0, answered + 10)]
    told = sorted([*seen, early, *scores], key=lambda event: event.occurred_at)
    case = decode(state_after([life.referred(), life.began(), *told], third))
    assert case.due_at == begins, "the sweeper looks at what is due"
    passed(case, begins, CASE_ID, third)
    assert Rule.NOT_ON_TRACK in standing(case)


@pytest.mark.parametrize("minutes", [-1, 1])
def test_who_is_recorded_before_a_breach_and_seen_after_it_waited_as_long(minutes: int) -> None:
    """The 42nd day ends between the two."""
    life = Life()
    midnight = 43 * DAY - 9 * 60  # of the calendar: histories begin at nine
    seen = life.attended(APPOINTMENTS[0], Attendance.ATTENDED, midnight + minutes)
    early = seen.model_copy(update={"occurred_at": at(midnight - 30)})
    case = decode(state_after([life.referred(), life.began(), early], House()))
    passed(case, micros(at(midnight + 2)), CASE_ID, House())
    assert (Rule.WAIT_BREACH in standing(case)) is (minutes > 0)


def test_a_clients_first_word_replaces_the_line_that_stood_still() -> None:
    """The clinician's four ratings stood still; of the client's there is but one."""
    life = Life()
    goal = life.goal(GOAL)
    noted = [life.noted(GOAL, 4, week * 7 * DAY) for week in range(4)]
    assert Rule.GOAL_STALLED in standing(decode(state_after([goal, *noted], House())))
    word = life.rated(GOAL, 4, 29 * DAY)
    assert Rule.GOAL_STALLED not in standing(decode(state_after([goal, *noted, word], House())))


@pytest.mark.parametrize("shared", [False, True])
def test_two_clients_below_the_agreed_level_at_one_review_are_two_flags(shared: bool) -> None:
    """It is the same moment, but each flag is one client's and rests on that one's ratings."""
    life, review = Life(), at(20 * DAY).date()
    goals = [REVIEWED, REVIEWED] if shared else [REVIEWED, PARTNERS]
    whose = [None] if shared else [life.client_id, life.other_id]
    agreed = [
        life.attainment(goal, review_on=review, client_id=client)
        for goal, client in zip(goals, whose, strict=False)
    ]
    ours, theirs = life.level(goals[0], -1, 10 * DAY), life.partners(goals[1], -2, 10 * DAY)
    case = decode(state_after([*agreed, ours, theirs], House()))
    passed(case, micros(at(22 * DAY)), CASE_ID, House())
    assert resting(case) == {
        life.client_id.bytes: [ours.event_id.bytes],
        life.other_id.bytes: [theirs.event_id.bytes],
    }
    better = life.level(goals[0], 0, 30 * DAY)
    case = fold_case(encode(case), [Item(better, House())], END).case
    assert resting(case) == {life.other_id.bytes: [theirs.event_id.bytes]}


@pytest.mark.parametrize("usable", [False, True])
def test_only_a_score_that_counts_pairs_with_a_session(usable: bool) -> None:
    life = Life()
    seen = life.attended(APPOINTMENTS[0], Attendance.ATTENDED, 10 * DAY)
    given = life.answered(9, 0, 11 * DAY) if usable else life.unusable(9, 11 * DAY)
    case = decode(state_after([life.referred(), life.began(), seen, given], House()))
    passed(case, micros(at(20 * DAY)), CASE_ID, House())
    assert (Rule.OUTCOME_MISSING in standing(case)) is not usable


def resting(case: Case) -> dict[bytes | None, list[bytes]]:
    """By client, on what flags of standing still rest."""
    flags: list[Flag] = [flag for flag in case.flags if flag.rule is Rule.GOAL_STALLED]
    return {flag.client: flag.evidence for flag in flags if not flag.cleared}


def standing(case: Case) -> set[Rule]:
    """Of which rules a flag stands."""
    return {flag.rule for flag in case.flags if not flag.cleared}


def state_after(events: Iterable[Event], house: House) -> bytes:
    """What the fold makes of these, one after the other."""
    state = b""
    for event in events:
        state = encode(fold_case(state, [Item(event, house)], END).case)
    return state
