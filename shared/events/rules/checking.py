"""Whether a clinic may set numbers of rules so: clinics keeps them, progress tries them."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.events.rules.parts import Definition, RuleParameter
from shared.events.rules.table import DEFINITIONS
from shared.events.words import Rule


Value = tuple[Rule, RuleParameter, int]


class Fault(NamedTuple):
    """What is wrong, in words, and with which field of a list of values: "2.value"."""

    field: str
    said: str


def fault(values: Sequence[Value]) -> Fault | None:
    """What is wrong first: each number is one of its rule's, once, and within its range."""
    known: set[tuple[Rule, RuleParameter]] = set()
    for place, (rule, name, value) in enumerate(values):
        if (rule, name) in known:
            return Fault(f"{place}.parameter", "is named a second time for this rule")
        known.add((rule, name))
        if said := _fault_of_name(rule, name):
            return Fault(f"{place}.parameter", said)
        if said := _fault(rule, name, value):
            return Fault(f"{place}.value", said)
    return None


def _fault_of_name(rule: Rule, name: RuleParameter) -> str | None:
    definition = DEFINITIONS[rule]
    if name in (RuleParameter.ON, RuleParameter.VERSION):
        return None
    if any(each.name is name for each in definition.parameters):
        return None
    return f"{rule} has no number called {name}"


def _fault(rule: Rule, name: RuleParameter, value: int) -> str | None:
    definition = DEFINITIONS[rule]
    if name is RuleParameter.ON:
        return _fault_of_switch(definition, value)
    if name is RuleParameter.VERSION:
        return _fault_of_version(definition, value)
    found = definition.parameter(name)
    if not found.lowest <= value <= found.highest:
        return f"{name} of {rule} must be from {found.lowest} to {found.highest}"
    return None


def _fault_of_version(definition: Definition, value: int) -> str | None:
    numbers = [one.number for one in definition.versions]
    if value in numbers and len(numbers) > 1:
        return None
    if len(numbers) == 1:
        return f"{definition.rule} has one version only"
    return f"version of {definition.rule} must be {' or '.join(map(str, numbers))}"


def _fault_of_switch(definition: Definition, value: int) -> str | None:
    if value not in (0, 1):
        return f"{definition.rule} is either on (1) or off (0)"
    if definition.safety and not value:
        return f"{definition.rule} is about safety and cannot be switched off"
    return None
