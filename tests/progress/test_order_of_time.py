"""Time, late facts and the order of arrival: whatever came when, the same flags stand at the end.

The reference knows all facts at once and asks every rule once, at the last moment. What live does
is hundreds of small steps: facts of each publisher in its own order and any order between them,
back-dated or late, sweeps between them, a clinic's zone and numbers that are heard of at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.progress.domain import facts
from services.progress.domain.packed import micros
from services.progress.domain.rules import House, next_due
from services.progress.domain.rules.assess import reassess
from services.progress.domain.rules.register import RULES, for_all
from services.progress.domain.rules.turns import Moment
from services.progress.domain.state import Case, decode, encode
from services.progress.projection.carrying import carry_over, told_of
from services.progress.projection.folding import fold_case
from services.progress.projection.sweep import evaluate
from shared.events import Event
from shared.events.rules import RuleParameter
from shared.events.words import Attendance, Disclosure, Rule, SessionKind
from tests.progress.histories import at
from tests.progress.lives import Life


DAY = 24 * 60
CASE_ID = UUID(int=10).bytes
LAST = 300  # the day on which all is known and everything is asked
END = micros(at(LAST * DAY))
GOAL, REVIEWED, PARTNERS, BOTH = (UUID(int=n) for n in (11, 12, 13, 14))
APPOINTMENTS = tuple(UUID(int=20 + n) for n in range(4))
HEARD = House("America/Halifax", numbers=1)
CHANGED = House(
    "America/Halifax",
    since=(micros(at(30 * DAY)), micros(at(120 * DAY))),
    changes=(
        {(Rule.WAIT_BREACH, RuleParameter.DAYS): 20, (Rule.LONG_GAP, RuleParameter.ON): 0},
        {
            (Rule.DISENGAGED, RuleParameter.DAYS): 40,
            (Rule.NOT_ON_TRACK, RuleParameter.SESSIONS): 1,
            (Rule.GOAL_STALLED, RuleParameter.RATINGS): 6,
        },
    ),
    numbers=2,
)

days = st.integers(0, 200)
sessions = st.tuples(
    st.sampled_from(APPOINTMENTS),
    st.sampled_from([*Attendance, "cancelled", "moved", "early"]),
    days,
    days,
)
of_goals = st.one_of(
    st.tuples(st.just("rated"), st.just(GOAL), st.integers(0, 10), days),
    st.tuples(st.just("noted"), st.just(GOAL), st.integers(4, 5), days),
    st.tuples(st.just("level"), st.sampled_from([REVIEWED, BOTH]), st.integers(-2, 2), days),
    st.tuples(st.just("partners"), st.sampled_from([PARTNERS, BOTH]), st.integers(-2, 2), days),
    st.tuples(st.just("answered"), st.integers(3, 24), st.sampled_from([0, 0, 1, 3]), days),
    st.tuples(st.just("unusable"), st.integers(3, 24), days),
    st.tuples(st.just("discloses"), st.sampled_from(Disclosure), days),
    st.tuples(st.just("moves"), st.just(REVIEWED), st.sampled_from(["paused", "resumed"]), days),
)


@dataclass(frozen=True)
class Step:
    """One thing that happens to the projection of a case: a fact, a sweep, news of its clinic."""

    event: Event | None = None
    until: int = 0
    house: House | None = None


@dataclass(frozen=True)
class Item:
    """A fact as the fold takes it."""

    event: Event
    house: House

    @property
    def fact(self) -> facts.Fact:
        """What it says."""
        said = facts.decode(self.event.type, self.event.data())
        assert isinstance(said, facts.Fact)
        return said

    @property
    def event_id(self) -> bytes:
        """Its id."""
        return self.event.event_id.bytes

    @property
    def at(self) -> int:
        """When it was recorded."""
        return micros(self.event.occurred_at)

    @property
    def case_id(self) -> bytes:
        """Whose it is."""
        return UUID(self.event.key).bytes


def recorded(event: Any, day: int, came: int) -> Event:
    """The event of a day as it was recorded: at once or late; nobody records what is to come."""
    told: Event = event.model_copy(update={"occurred_at": at(max(day, came) * DAY)})
    return told


def session(life: Life, appointment: UUID, outcome: Any, day: int) -> Event:
    """What became of a session, whichever word tells it."""
    if outcome == "cancelled":
        return life.cancelled(appointment, day * DAY)
    if outcome == "moved":
        return life.moved(appointment, day * DAY)
    if outcome == "early":  # who came an hour before it begins is recorded then
        return life.attended(appointment, Attendance.ATTENDED, day * DAY + 60)
    return life.attended(appointment, outcome, day * DAY)


@st.composite
def histories(draw: st.DrawFn) -> list[list[Step]]:
    """Each publisher's steps of one case, in its own order; the sweeper's, and its clinic's."""
    life = Life()
    told = [
        recorded(getattr(life, name)(*said, day * DAY), day, draw(days))
        for name, *said, day in draw(st.lists(of_goals, max_size=10))
    ]
    review = at(draw(days) * DAY).date()
    of_one = {REVIEWED: life.client_id, PARTNERS: life.other_id, BOTH: None}
    goals: list[Event] = [
        life.goal(GOAL),
        *(life.attainment(each, review_on=review, client_id=of_one[each]) for each in of_one),
        *told,
    ]
    held: list[Event] = [life.booked(each, 0, SessionKind.TREATMENT) for each in APPOINTMENTS[:2]]
    for appointment, outcome, day, came in draw(st.lists(sessions, max_size=8)):
        held.append(recorded(session(life, appointment, outcome, day), day, came))
    intake: list[Event] = [life.referred(), recorded(life.began(), 0, draw(st.integers(0, 60)))]
    if draw(st.booleans()):
        ends = draw(days)
        intake.append(recorded(life.closed(ends * DAY), ends, draw(days)))
    sweeps = sorted(draw(st.lists(st.integers(0, LAST), max_size=5)))
    return [
        *([Step(event) for event in events] for events in (goals, held, intake)),
        [Step(until=micros(at(day * DAY))) for day in sweeps],
        [Step(house=HEARD), Step(house=CHANGED)][: draw(st.integers(0, 2))],
    ]


@st.composite
def interleaved(draw: st.DrawFn, queues: list[list[Step]]) -> list[Step]:
    """All steps, each publisher's in its order, and any order between them."""
    turns = [number for number, theirs in enumerate(queues) for _ in theirs]
    left = [iter(theirs) for theirs in queues]
    return [next(left[number]) for number in draw(st.permutations(turns))]


def lived(steps: Iterable[Step], house: House, ahead: int | None = None) -> Case:
    """What the projection comes to when all has happened and the last sweep was made.

    Each fact is heard of at the end, or, where the publishers' clocks are so many microseconds
    `ahead`, that long before it was recorded.
    """
    state, known, case_id = b"", House(), b""
    for step in [*steps, Step(until=END)]:
        known = step.house or known
        if step.event is not None:
            item = Item(step.event, known)
            case_id = item.case_id
            now = END if ahead is None else item.at - ahead
            state = encode(fold_case(state, [item], now).case)
        elif state and not step.house:
            case = decode(state)
            evaluate(case, case_id, known, step.until)
            state = encode(case)
    assert known.numbers == house.numbers
    return decode(state)


def test_control_a_late_fact_looked_at_from_its_own_time_forgets_what_time_did() -> None:
    """What takes back a moment that was looked at already loses a flag that nobody asks for."""
    life = Life()
    newest = recorded(life.attended(APPOINTMENTS[1], Attendance.ATTENDED, 100 * DAY), 100, 100)
    events = [life.referred(), life.began(), newest]
    late = recorded(life.attended(APPOINTMENTS[0], Attendance.ATTENDED, 50 * DAY), 50, 50)
    state = b""
    for forgetful in (False, True):
        for event in (*events, late):
            if event is late and forgetful:
                state = encode(_forgotten(decode(state)))
            state = encode(fold_case(state, [Item(event, House())], END).case)
        found = {flag.rule for flag in decode(state).flags if not flag.cleared}
        assert (Rule.LONG_GAP in found) is not forgetful
        state = b""


def _forgotten(case: Case) -> Case:
    case.looked = 0
    return case


def standing(case: Case) -> set[Any]:
    """The open flags: rule, client, how severe, on what they rest, what they say and count by."""
    return {
        (
            *(flag.rule, flag.client, flag.severity, tuple(flag.evidence), flag.because),
            tuple(sorted(flag.parameters.items())),
        )
        for flag in case.flags
        if not flag.cleared
    }


def reference(queues: list[list[Step]]) -> set[Any]:
    """All facts first, no flag on the way; then every rule once, at the last moment."""
    house = queues[4][-1].house if queues[4] else None
    house = house or House()
    case = lived([step for theirs in queues[:3] for step in theirs], House())
    case.flags.clear()
    case_id = next(UUID(step.event.key).bytes for step in queues[0] if step.event)
    moment = Moment(END, case_id, house)
    for about in for_all(case, tuple(RULES)):
        reassess(case, *about, moment)
    return standing(case)


@settings(max_examples=300, deadline=None)
@given(st.data(), histories())
def test_the_same_flags_stand_whatever_came_when(
    data: st.DataObject, queues: list[list[Step]]
) -> None:
    house = (queues[4][-1].house if queues[4] else None) or House()
    ahead = data.draw(st.sampled_from([None, 0, 2_000_000, micros(at(2 * DAY)) - micros(at(0))]))
    case = lived(data.draw(interleaved(queues)), house, ahead)
    assert standing(case) == reference(queues)
    assert case.due_at == next_due(case, house, END)


@settings(max_examples=100, deadline=None)
@given(st.data(), histories())
def test_a_version_that_heard_of_it_in_another_order_takes_over_the_names(
    data: st.DataObject, queues: list[list[Step]]
) -> None:
    house = (queues[4][-1].house if queues[4] else None) or House()
    live = lived(data.draw(interleaved(queues)), house)
    built = lived(data.draw(interleaved(queues)), house)
    carry_over(built, told_of(live.flags))
    assert named(built) == named(live)
    assert standing(built) == standing(live)
    assert len({flag.id for flag in built.flags}) == len(built.flags)


def test_control_without_that_the_names_are_others() -> None:
    """A clinic's day begins elsewhere at another moment; whoever hears of it last cannot know."""
    life = Life()
    facts_ = [Step(event) for event in (life.referred(), life.began())]
    swept = Step(until=micros(at(100 * DAY)))
    live = lived([*facts_, swept, Step(house=HEARD)], HEARD)
    built = lived([Step(house=HEARD), *facts_, swept], HEARD)
    assert standing(built) == standing(live)
    assert named(built) != named(live)


def named(case: Case) -> set[Any]:
    """How the open flags are called, and since when they stand and grew."""
    standing_ = (flag for flag in case.flags if not flag.cleared)
    return {(f.id, f.rule, f.client, f.raised_at, f.grown_at) for f in standing_}
