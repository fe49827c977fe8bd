"""Any order between publishers and keys comes to the same, and to what the slow reckoning says."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.progress.domain.state import BOOKED, OUTCOMES, SESSIONS, Case
from services.progress.models.goals import GoalProgress
from shared.events import Event
from shared.events.goals import MeasureCompleted
from shared.events.words import Attendance, Rule
from tests.progress import shown, slow
from tests.progress.histories import comparable, folded
from tests.progress.lives import MOVES, Life, Rated


GOALS = (UUID(int=11), UUID(int=12))
SHARED = UUID(int=13)
APPOINTMENTS = (UUID(int=21), UUID(int=22))
times = st.integers(0, 20)
values = st.integers(0, 10)
which = st.integers(0, 9)
of_goals = st.one_of(
    st.tuples(st.just("rated"), st.sampled_from(GOALS), values, times),
    st.tuples(st.just("says"), st.just(SHARED), values, times, st.booleans()),
    st.tuples(st.just("answered"), st.integers(3, 24), st.sampled_from([0, 0, 0, 1, 2, 3]), times),
    st.tuples(st.just("goal"), st.sampled_from(GOALS)),
    st.tuples(st.just("goal"), st.just(SHARED), st.just(0), st.just(False)),
    st.tuples(st.just("moves"), st.sampled_from(GOALS), st.sampled_from([*MOVES, "achieved"])),
    st.tuples(st.just("disagreeing"), st.integers(3, 24), times),
    st.tuples(st.just("amended"), which, values, times, st.booleans()),
    st.tuples(st.just("voided"), which),
    st.tuples(
        st.just("retold"), which, st.integers(3, 24), st.sampled_from([0, 1]), times, st.booleans()
    ),
    st.tuples(st.just("taken_back"), which),
)
of_scheduling = st.one_of(
    st.tuples(
        st.just("attended"), st.sampled_from(APPOINTMENTS), st.sampled_from(Attendance), times
    ),
    st.tuples(st.just("cancelled"), st.sampled_from(APPOINTMENTS), times),
    st.tuples(st.just("booked"), st.sampled_from(APPOINTMENTS), times),
    st.tuples(st.just("moved"), st.sampled_from(APPOINTMENTS), times),
)
CORRECTED: dict[str, Any] = {"amended": Rated, "voided": Rated, "retold": MeasureCompleted}
CORRECTED["taken_back"] = MeasureCompleted


def told(life: Life, acts: list[Any]) -> list[Event]:
    """The events of these acts; a correction is of one of those that came before, if any did."""
    events: list[Any] = []
    for name, *said in acts:
        if name == "disagreeing":
            total, when = said
            event = life.answered(total, 0, when).model_copy(update={"total": total + 1})
        elif name in CORRECTED:
            before = [event for event in events if isinstance(event, CORRECTED[name])]
            if not before:
                continue
            event = getattr(life, name)(before[said[0] % len(before)], *said[1:])
        else:
            event = getattr(life, name)(*said)
        events.append(event)
    return events


def set_out(life: Life) -> list[Event]:
    """The goals, before they are rated: their publisher says so in this order."""
    return [*(life.goal(goal) for goal in GOALS), life.goal(SHARED, 0, False)]


@st.composite
def histories(draw: st.DrawFn) -> dict[str, list[Event]]:
    """Each publisher's events of one case, in its own order."""
    life = Life()
    ends = [life.closed(99)] if draw(st.booleans()) else []
    return {
        "goals": [*set_out(life), *told(life, draw(st.lists(of_goals, max_size=16)))],
        "scheduling": told(life, draw(st.lists(of_scheduling, max_size=6))),
        "intake": [life.referred(), life.began(), *ends],
    }


@st.composite
def interleaved(draw: st.DrawFn, events: dict[str, list[Event]]) -> list[Event]:
    """All of them, each publisher's in its order, and any order between publishers."""
    turns = [publisher for publisher, theirs in events.items() for _ in theirs]
    queues = {publisher: iter(theirs) for publisher, theirs in events.items()}
    return [next(queues[publisher]) for publisher in draw(st.permutations(turns))]


@settings(max_examples=100)
@given(st.data(), histories())
def test_the_order_between_publishers_does_not_matter(
    data: st.DataObject, history: dict[str, list[Event]]
) -> None:
    one, other = data.draw(interleaved(history)), data.draw(interleaved(history))
    assert comparable(folded(one)[0]) == comparable(folded(other)[0])


@settings(max_examples=100)
@given(st.data(), histories())
def test_the_fold_comes_to_what_the_slow_reckoning_says(
    data: st.DataObject, history: dict[str, list[Event]]
) -> None:
    events = data.draw(interleaved(history))
    case, _ = folded(events)
    told = {g.goal_id: (g.ratings, g.first, g.latest, g.best) for g in shown.goals(case)}
    assert told == slow.goals(events)
    totals = {
        measure.client_id: [p.total for p in measure.points if p.usable and not p.voided]
        for measure in shown.measures(case)
    }
    assert {client: scores for client, scores in totals.items() if scores} == slow.totals(events)
    sessions = {
        UUID(bytes=id_): "booked" if n == BOOKED else OUTCOMES[n]
        for _, id_, _, n, _ in SESSIONS.rows(case.sessions)
    }
    assert sessions == slow.outcomes(events)


@settings(max_examples=100)
@given(st.data(), histories())
def test_what_was_corrected_is_shown_as_if_it_had_come_right(
    data: st.DataObject, history: dict[str, list[Event]]
) -> None:
    events = data.draw(interleaved(history))
    corrected, _ = folded(events)
    right, _ = folded(slow.come_right(events))
    assert standing_parts(corrected) == standing_parts(right)
    for rule in (Rule.SI_ITEM, Rule.DETERIORATION):
        assert evidence(corrected, rule) == evidence(right, rule)


def standing_parts(case: Case) -> list[Any]:
    """What is shown of a case, without what was voided."""
    parts: list[Any] = [*shown.goals(case), *shown.measures(case)]
    left: list[Any] = []
    for part in parts:
        points = [point for point in part.points if not point.voided]
        if points or isinstance(part, GoalProgress):
            left.append(part.model_copy(update={"points": points}))
    whole = shown.whole(case)
    return [left, *(whole[name] for name in ("outcome", "kinds", "attainment", "worst"))]


@settings(max_examples=100)
@given(st.data(), histories())
def test_flags_rest_on_exactly_what_the_slow_reckoning_finds(
    data: st.DataObject, history: dict[str, list[Event]]
) -> None:
    events = data.draw(interleaved(history))
    case, _ = folded(events)
    assert evidence(case, Rule.SI_ITEM) == slow.alarming(events)
    assert evidence(case, Rule.DETERIORATION) == slow.worse(events)
    keys = [(flag.rule, flag.client) for flag in case.flags if not flag.cleared]
    assert len(keys) == len(set(keys)), "one open flag per rule and client"


def evidence(case: Case, rule: Rule) -> set[UUID]:
    """The events on which the open flags of a rule rest."""
    flags = [flag for flag in case.flags if flag.rule is rule and not flag.cleared]
    return {UUID(bytes=event) for flag in flags for event in flag.evidence}


@settings(max_examples=50)
@given(st.data(), histories())
def test_folding_in_pieces_is_folding_at_once(
    data: st.DataObject, history: dict[str, list[Event]]
) -> None:
    events: Sequence[Event] = data.draw(interleaved(history))
    cut = data.draw(st.integers(1, len(events)))
    case, told = folded(events[:cut])
    case, more = folded(events[cut:], case)
    at_once, told_at_once = folded(events)
    assert case == at_once
    assert told + more == told_at_once
