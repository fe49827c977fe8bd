"""Any order between publishers and keys comes to the same, and to what the slow reckoning says."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.progress.domain.state import OUTCOMES, SESSIONS, Case
from shared.events import Event
from shared.events.words import Attendance, Rule
from tests.progress import shown, slow
from tests.progress.histories import Story, comparable, folded


GOALS = (UUID(int=11), UUID(int=12))
APPOINTMENTS = (UUID(int=21), UUID(int=22))
times = st.integers(0, 20)
ratings = st.tuples(st.just("rated"), st.sampled_from(GOALS), st.integers(0, 10), times)
answers = st.tuples(
    st.just("answered"), st.integers(3, 24), st.sampled_from([0, 0, 0, 1, 2, 3]), times
)
sets = st.tuples(st.just("goal"), st.sampled_from(GOALS))
sessions = st.tuples(
    st.just("attended"), st.sampled_from(APPOINTMENTS), st.sampled_from(Attendance), times
)
cancelled = st.tuples(st.just("cancelled"), st.sampled_from(APPOINTMENTS), times)


@st.composite
def histories(draw: st.DrawFn) -> dict[str, list[Event]]:
    """Each publisher's events of one case, in its own order."""
    story = Story()
    made: dict[str, list[Any]] = {
        "goals": draw(st.lists(ratings | answers | sets, max_size=14)),
        "scheduling": draw(st.lists(sessions | cancelled, max_size=6)),
    }
    events = {
        publisher: [getattr(story, name)(*said) for name, *said in said_by]
        for publisher, said_by in made.items()
    }
    events["intake"] = [story.opened(), *([story.closed(99)] if draw(st.booleans()) else [])]
    return events


@st.composite
def interleaved(draw: st.DrawFn, events: dict[str, list[Event]]) -> list[Event]:
    """All of them, each publisher's in its order, and any order between publishers."""
    turns = [publisher for publisher, theirs in events.items() for _ in theirs]
    queues = {publisher: iter(theirs) for publisher, theirs in events.items()}
    return [next(queues[publisher]) for publisher in draw(st.permutations(turns))]


@settings(max_examples=150)
@given(st.data(), histories())
def test_the_order_between_publishers_does_not_matter(
    data: st.DataObject, history: dict[str, list[Event]]
) -> None:
    one, other = data.draw(interleaved(history)), data.draw(interleaved(history))
    assert comparable(folded(one)[0]) == comparable(folded(other)[0])


@settings(max_examples=150)
@given(st.data(), histories())
def test_the_fold_comes_to_what_the_slow_reckoning_says(
    data: st.DataObject, history: dict[str, list[Event]]
) -> None:
    events = data.draw(interleaved(history))
    case, _ = folded(events)
    told = {g.goal_id: (g.ratings, g.first, g.latest, g.best) for g in shown.goals(case)}
    assert told == slow.goals(events)
    measures = shown.measures(case)
    assert [point.total for m in measures for point in m.points] == slow.totals(events)
    sessions = {UUID(bytes=id_): OUTCOMES[n] for _, id_, _, n, _ in SESSIONS.rows(case.sessions)}
    assert sessions == slow.outcomes(events)


@settings(max_examples=150)
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
