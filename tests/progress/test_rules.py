"""Rules at their boundaries, and the page that shows them."""

import pytest

from services.progress.domain.packed import micros
from services.progress.domain.rules import RULES, passed
from services.progress.domain.sentences import SENTENCES, sentence
from shared.events.rules import DEFINITIONS, RuleParameter
from shared.events.words import Rule, Severity
from tests.progress.histories import START, Story, folded
from tests.progress.rules_page import FILE, page
from tests.progress.scenario_table import ALL
from tests.progress.scenarios import LONDON, Scenario, past, referred


@pytest.mark.parametrize("scenario", ALL, ids=lambda one: f"{one.rule}: {one.what}")
def test_a_rule_fires_at_its_boundary_and_not_one_unit_before(scenario: Scenario) -> None:
    flag = scenario.flag()
    assert (flag and flag.severity) == scenario.severity


def test_every_rule_has_scenarios_on_both_sides() -> None:
    for rule in RULES:
        sides = {one.severity is None for one in ALL if one.rule is rule}
        assert sides == {True, False}, rule


def test_every_rule_is_data_and_a_function_or_a_persons_word() -> None:
    assert set(DEFINITIONS) == set(Rule)
    assert set(DEFINITIONS) - set(RULES) == {Rule.SAFEGUARDING}


@pytest.mark.parametrize("rule", Rule)
def test_a_default_lies_within_its_range(rule: Rule) -> None:
    for each in DEFINITIONS[rule].parameters:
        assert each.lowest <= each.default <= each.highest
        assert each.source


def test_a_flag_keeps_rule_version_and_the_parameters_it_rests_on() -> None:
    flag = Scenario(Rule.WAIT_BREACH, "", referred(), Severity.MEDIUM, past(42)).flag()
    assert flag
    assert flag.version == DEFINITIONS[Rule.WAIT_BREACH].version
    assert flag.parameters == {"from_days": 42, "days": 42, "red_days": 126}


@pytest.mark.parametrize("scenario", [one for one in ALL if one.severity], ids=lambda one: one.what)
def test_a_flag_says_why_in_one_sentence_that_speaks_of_no_safety(scenario: Scenario) -> None:
    flag = scenario.flag()
    assert flag
    said = sentence(flag.because, START.date())
    assert said.endswith(".")
    assert said.count(". ") == 0
    assert not any(word in said.lower() for word in ("safe ", "low risk", "no risk", "risk "))


def test_every_kind_of_sentence_is_made_by_some_scenario() -> None:
    made = {flag.because.what for one in ALL if (flag := one.flag())}
    only_tried = {"untreated", "gap_ended"}  # of cases that are closed: a trial says them, no flag
    assert made | only_tried | {"concern", "waited", "gap"} >= set(SENTENCES)


def test_time_makes_the_same_flag_however_late_somebody_looks() -> None:
    story = Story()
    events, later = referred()(story), past(200)
    steps, fresh = (folded(events, house=LONDON)[0] for _ in range(2))
    for moment in (past(42), past(126), later):
        passed(steps, micros(moment), story.case_id.bytes, LONDON)
    passed(fresh, micros(later), story.case_id.bytes, LONDON)
    kept = [(f.rule, f.severity, f.raised_at, f.cleared) for f in steps.flags]
    assert kept == [(f.rule, f.severity, f.raised_at, f.cleared) for f in fresh.flags]


def test_the_page_is_fresh() -> None:
    """After a change: python -m tests.progress.rules_page."""
    assert FILE.read_text() == page()


def test_on_is_no_number_of_a_rule() -> None:
    assert not any(
        each.name is RuleParameter.ON for one in DEFINITIONS.values() for each in one.parameters
    )
