"""The reckoning against the projection: on any history, in any order, both come to the same.

They share no code, so where they differ one of them is wrong. Each control spoils what the
projection holds of one kind, and the reckoning finds it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.progress.domain.packed import instant, micros
from services.progress.domain.rules import DEFAULTS, passed
from services.progress.domain.rules.house import house_of
from services.progress.domain.state import Case, Flag, encode
from services.progress.projection.differing import of_flags, of_parts
from services.progress.projection.folding import fold_case
from services.progress.projection.incidents import ONLY_LOG, ONLY_TABLES
from services.progress.projection.reckoning import House, figures, standing, told
from services.progress.projection.reckoning.rules import OF_CLIENTS, OF_THE_CASE
from services.progress.projection.refolding import of_state
from services.progress.projection.showing import flags_of, shown
from services.progress.projection.sweep import evaluate
from shared.events import Event
from shared.events.clinics import RulesChanged, RuleValue
from shared.events.rules import RuleParameter
from shared.events.words import Rule, Severity
from tests.progress import test_order, test_order_of_time
from tests.progress.histories import Story, at, folded
from tests.progress.scenario_table import ALL
from tests.progress.scenarios import Scenario
from tests.progress.test_order_of_time import DAY, END, Item, Step, interleaved


CASE = UUID(int=1).bytes  # by whose id flags of time are called; here nobody asks for names
HALIFAX = "America/Halifax"


def changed(version: int, day: int, *values: tuple[Rule, RuleParameter, int]) -> RulesChanged:
    """A clinic's own numbers, in force from a day on."""
    said = tuple(RuleValue(rule=r, parameter=name, value=value) for r, name, value in values)
    return RulesChanged(
        occurred_at=at(0),
        clinic_id=uuid4(),
        version=version,
        effective_from=at(day * DAY),
        values=said,
    )


P = RuleParameter
SAID = (
    changed(
        1,
        30,
        *((Rule.WAIT_BREACH, P.DAYS, 28), (Rule.LONG_GAP, P.ON, 0), (Rule.WAIT_BREACH, P.ON, 0)),
        *((Rule.DETERIORATION, P.ON, 0), (Rule.OUTCOME_MISSING, P.WINDOW_DAYS, 0)),
    ),
    changed(2, 150, (Rule.DNA_2, P.IN_A_ROW, 5)),  # never: the third came into force before it
    changed(
        3,
        120,
        *((Rule.DISENGAGED, P.DAYS, 40), (Rule.NOT_ON_TRACK, P.SESSIONS, 1)),
        *((Rule.NOT_ON_TRACK, P.VERSION, 2), (Rule.RECOVERED_READY, P.VERSION, 2)),
        *((Rule.DNA_2, P.IN_A_ROW, 3), (Rule.GOAL_STALLED, P.RATINGS, 3)),
        (Rule.WAIT_BREACH, P.FROM_DAYS, 14),
    ),
)
# Of the clinic nothing is heard at first, then its zone, then all of its numbers at once.
KNOWN = [House(), House(HALIFAX), House(HALIFAX, SAID)]
TOLD = {
    str(each.version): {
        "effective_from": each.effective_from.isoformat(),
        "values": [(value.rule, value.parameter, value.value) for value in each.values],
    }
    for each in SAID
}
HOUSES = [DEFAULTS, house_of(HALIFAX, {}, 1), house_of(HALIFAX, TOLD, 2)]


def differing(
    case: Case, events: Iterable[Event], now: datetime, known: list[House] = KNOWN
) -> list[str]:
    """What differs between a state and the reckoning of the events that it came from."""
    history, zone = told(in_publishers_order(events)), known[case.numbers].zone
    found = of_parts(shown(UUID(int=0), case, zone, now), figures(history, zone, now))
    return found + of_flags(case, flags_of(case), history, known, now)


def in_publishers_order(events: Iterable[Event]) -> Sequence[Event]:
    """As the log is read: one publisher after the other, each in its own order."""
    return sorted(events, key=lambda event: event.publisher)


def gone_through(steps: Iterable[Step]) -> Case:
    """What the projection comes to after these steps, wherever they stop."""
    case, known = None, DEFAULTS
    for step in steps:
        known = HOUSES[step.house.numbers] if step.house else known
        if step.event is not None:
            state = encode(case) if case else b""
            case = fold_case(state, [Item(step.event, known)], END).case
        elif case and not step.house:
            evaluate(case, CASE, known, step.until)
    assert case is not None
    return case


@settings(max_examples=300, deadline=None)
@given(st.data(), test_order_of_time.histories(), st.integers(0, 400))
def test_time_zones_and_numbers_come_to_the_same_whatever_came_when(
    data: st.DataObject, queues: list[list[Step]], day: int
) -> None:
    steps = data.draw(interleaved(queues))
    steps = steps[: data.draw(st.integers(1, len(steps)))]
    events = [step.event for step in steps if step.event]
    if not events:
        return
    case = gone_through(steps)
    assert differing(case, events, at(day * DAY)) == []
    assert differing(case, events, instant(case.looked) + timedelta(days=1)) == []
    assert of_state(case, in_publishers_order(events), instant(case.looked)) == []


@settings(max_examples=300, deadline=None)
@given(st.data(), test_order.histories(), st.integers(0, 60))
def test_ratings_answers_and_corrections_come_to_the_same(
    data: st.DataObject, history: dict[str, list[Event]], day: int
) -> None:
    events = data.draw(test_order.interleaved(history))
    events = events[: data.draw(st.integers(1, len(events)))]
    case, _ = folded(events)
    assert differing(case, events, at(day * DAY)) == []
    assert of_state(case, in_publishers_order(events), instant(case.looked)) == []


def test_every_rule_that_the_projection_raises_is_reckoned() -> None:
    assert {*OF_CLIENTS, *OF_THE_CASE} == set(Rule) - {Rule.SAFEGUARDING}


@pytest.mark.parametrize("scenario", ALL, ids=lambda one: f"{one.rule}: {one.what}")
def test_a_rule_is_reckoned_at_its_boundary_and_not_one_unit_before(scenario: Scenario) -> None:
    history = told(in_publishers_order(scenario.happens(Story())))
    flags = standing(history, reckoned(scenario.house), scenario.seen)
    found = [stands.severity for (rule, _), stands in flags.items() if rule is scenario.rule]
    assert found == ([scenario.severity] if scenario.severity else [])


def reckoned(house: Any) -> House:
    """A scenario's clinic in the reckoning's own form."""
    said = []
    for number, (since, changes) in enumerate(zip(house.since, house.changes, strict=True), 1):
        values = [(rule, name, value) for (rule, name), value in changes.items()]
        event = changed(number, 0, *values)
        said.append(event.model_copy(update={"effective_from": instant(since)}))
    return House(house.zone, tuple(said))


def spoilt_flag(case: Case, rule: Rule) -> Flag:
    """The standing flag of a rule, to be spoilt."""
    return next(flag for flag in case.flags if flag.rule is rule and not flag.cleared)


def gone(case: Case, rule: Rule) -> str:
    """The flag is lost."""
    case.flags.remove(spoilt_flag(case, rule))
    return ONLY_LOG


def cleared(case: Case, rule: Rule) -> str:
    """The flag counts as over."""
    spoilt_flag(case, rule).cleared = True
    return ONLY_LOG


def another_client(case: Case, rule: Rule) -> str:
    """It stands for somebody of whom nothing is known."""
    spoilt_flag(case, rule).client = UUID(int=99).bytes
    return ONLY_TABLES


def more_evidence(case: Case, rule: Rule) -> str:
    """It rests on something that never was."""
    spoilt_flag(case, rule).evidence.append(bytes(16))
    return "evidence"


def other_severity(case: Case, rule: Rule) -> str:
    """It is thought of another weight than it has."""
    flag = spoilt_flag(case, rule)
    flag.severity = Severity.INFO if flag.severity is not Severity.INFO else Severity.URGENT
    return "severity"


def other_version(case: Case, rule: Rule) -> str:
    """Another version of the rule is said to have raised it."""
    spoilt_flag(case, rule).version += 1
    return "version"


def other_numbers(case: Case, rule: Rule) -> str:
    """Other numbers are said to have been in force."""
    spoilt_flag(case, rule).parameters = {"of": 1}
    return "parameters"


SPOILT_FLAGS = (
    *(gone, cleared, another_client, more_evidence),
    *(other_severity, other_version, other_numbers),
)
RAISED = {one.rule: one for one in ALL if one.severity}


@pytest.mark.parametrize("rule", RAISED)
@pytest.mark.parametrize("spoil", SPOILT_FLAGS)
def test_control_a_flag_of_any_rule_that_is_not_what_the_log_says_is_found(
    rule: Rule, spoil: Callable[[Case, Rule], str]
) -> None:
    scenario = RAISED[rule]
    events = list(scenario.happens(Story()))
    case, _ = folded(events, house=scenario.house)
    passed(case, micros(scenario.seen), CASE, scenario.house)
    known = [reckoned(scenario.house)] * (case.numbers + 1)
    assert differing(case, events, scenario.seen, known) == []
    what = spoil(case, rule)
    assert f"flag {rule}: {what}" in differing(case, events, scenario.seen, known)
