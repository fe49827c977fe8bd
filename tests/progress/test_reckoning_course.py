"""Rules of scores, waits and safety on courses as clinics have them: both reckonings agree.

Histories of any kind seldom come to a recovery or to session k; these are made of little else.
"""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from hypothesis import event, given, settings
from hypothesis import strategies as st

from services.progress.domain.packed import micros
from services.progress.domain.rules import House, passed
from shared.events import Event
from shared.events.rules import RuleParameter as P
from shared.events.words import Rule
from tests.progress.histories import START, at, folded
from tests.progress.lives import Life
from tests.progress.scenarios import DAY, MISSED, SEEN
from tests.progress.test_reckoning import CASE, differing, reckoned


SEEN_AT = 120 * DAY
# On the hour, around it, and either side of Auckland's midnight (11:00 in UTC, two hours later).
minutes = st.sampled_from([0, 0, -10, 10, 119, 120, 121])
weeks = st.integers(0, 6)
# Low, at the cut-off, high; the low ones most often, since they have to hold.
TOTALS = {"phq-9": [5, 5, 9, 10, 12, 20], "gad-7": [3, 3, 7, 8, 12, 16]}
unknown = st.tuples(
    st.sampled_from(["phq-9", "core-10"]), st.sampled_from([-1, 0, 1, 3, 300]), weeks, minutes
)
outcomes = st.tuples(st.sampled_from([SEEN, SEEN, SEEN, MISSED]), st.integers(0, 12))


@st.composite
def houses(draw: st.DrawFn) -> House:
    """A clinic that looks early, by either version of the rules of scores."""
    said = {
        (Rule.NOT_ON_TRACK, P.SESSIONS): draw(st.integers(1, 4)),
        (Rule.NOT_ON_TRACK, P.VERSION): draw(st.integers(1, 2)),
        (Rule.RECOVERED_READY, P.SCORES): draw(st.integers(2, 3)),
        (Rule.RECOVERED_READY, P.VERSION): draw(st.integers(1, 2)),
        (Rule.WAIT_BREACH, P.FROM_DAYS): draw(st.sampled_from([14, 42])),
    }
    return House("Pacific/Auckland", (micros(START) - 1,), (said,), 1)


@st.composite
def courses(draw: st.DrawFn) -> Sequence[Event]:
    """Questionnaires week after week, sessions in some of the weeks, heard of in any order."""
    life = Life()
    told: list[Any] = [life.referred(), life.began()]
    for code, totals in TOTALS.items():
        first = draw(st.sampled_from([totals[-1], totals[0]]))
        later = draw(st.lists(st.sampled_from(totals), max_size=6))
        for week, total in enumerate([first, *later]):
            when = week * 7 * DAY + draw(minutes)
            told.append(life.answered(total, None, when, code))
    for code, said, week, minute in draw(st.lists(unknown, max_size=2)):
        update = {"version": "2", "items": {"9": said, "6": said}}
        answer = life.answered(9, None, week * 7 * DAY + minute, code)
        told.append(answer.model_copy(update=update))
    for outcome, week in draw(st.lists(outcomes, max_size=6, unique_by=lambda one: one[1])):
        told.append(life.attended(uuid4(), outcome, week * 7 * DAY))
    return draw(st.permutations(told))


@settings(max_examples=300, deadline=None)
@given(houses(), courses())
def test_courses_come_to_the_same(house: House, events: Sequence[Event]) -> None:
    case, _ = folded(events, house=house)
    passed(case, micros(at(SEEN_AT)), CASE, house)
    for flag in case.flags:
        event(f"{flag.rule} {'over' if flag.cleared else 'stands'}")
    known = [reckoned(house)] * (case.numbers + 1)
    assert differing(case, events, at(SEEN_AT), known) == []
