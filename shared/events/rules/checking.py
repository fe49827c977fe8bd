"""Whether a clinic may set numbers of rules so: clinics keeps them, progress tries them."""

from collections.abc import Sequence

from shared.events.rules.parts import Definition, RuleParameter
from shared.events.rules.table import DEFINITIONS
from shared.events.words import Rule


Value = tuple[Rule, RuleParameter, int]


def fault(values: Sequence[Value]) -> str | None:
    """What is wrong, in words: each number is one of its rule's, once, and within its range."""
    if len({(rule, name) for rule, name, _ in values}) < len(values):
        return "names a number of a rule twice"
    return next((said for each in values if (said := _fault(*each))), None)


def _fault(rule: Rule, name: RuleParameter, value: int) -> str | None:
    definition = DEFINITIONS[rule]
    if name is RuleParameter.ON:
        return _fault_of_switch(definition, value)
    if name is RuleParameter.VERSION:
        return _fault_of_version(definition, value)
    found = next((each for each in definition.parameters if each.name is name), None)
    if found is None:
        return f"{rule} has no number called {name}"
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
