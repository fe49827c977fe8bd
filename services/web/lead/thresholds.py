"""The numbers of the flag rules between a form and the services. Pure."""

from dataclasses import dataclass
from typing import Any

from services.web import words
from services.web.charts.words import count
from services.web.flagging.history import measured
from services.web.visit import Form


ON = "on"


@dataclass(frozen=True)
class Change:
    """One number of a rule as it was typed, with what it is now and what is usual."""

    rule: str
    parameter: str
    value: int
    now: int
    usual: int

    def as_json(self) -> dict[str, Any]:
        """As the services take it."""
        return {"rule": self.rule, "parameter": self.parameter, "value": self.value}


def field_of(rule: str, parameter: str) -> str:
    """The field of a number in the form."""
    return f"{rule}-{parameter}"


def filled(known: dict[str, Any]) -> Form:
    """The form as it stands for what holds now."""
    form = Form({"version": str(known["version"])})
    for rule in known["rules"]:
        if rule["on"]:
            form[field_of(rule["rule"], ON)] = "yes"
        for each in rule["parameters"]:
            form[field_of(rule["rule"], each["name"])] = str(each["value"])
    return form


def entries(form: Form, rules: list[dict[str, Any]]) -> list[Change]:
    """Every number that the form holds; what is out of its range is noted in the form."""
    found = []
    for rule in rules:
        name = rule["rule"]
        if not rule["safety"]:
            on = int(form.get(field_of(name, ON)) == "yes")
            found.append(Change(name, ON, on, int(rule["on"]), 1))
        for each in rule["parameters"]:
            field = field_of(name, each["name"])
            value = form.number(field)
            if value is None or not each["lowest"] <= value <= each["highest"]:
                span = f"from {each['lowest']} to {each['highest']}"
                form.wrong(field, f"{words.said(words.RULES, name).capitalize()}: {span}")
                continue
            found.append(Change(name, each["name"], value, each["value"], each["default"]))
    return found


def changed(wanted: list[Change], rules: list[dict[str, Any]]) -> list[Change]:
    """What differs from what holds now; a rule that is switched off has only that."""
    known = {rule["rule"] for rule in rules}
    return [each for each in wanted if each.rule in known and each.value != each.now]


def trial_words(trial: dict[str, Any]) -> str:
    """`14 more flags, 9 fewer, over 120 cases.`"""
    more = f"{count(trial['more'], 'more flag', 'more flags')}, {trial['fewer']} fewer"
    return f"{more}, over {count(trial['cases'], 'case')}."


def version_words(values: list[dict[str, Any]], rules: list[dict[str, Any]]) -> str:
    """What a version sets, in words; nothing set is the usual numbers."""
    if not values:
        return "the usual numbers"
    return "; ".join(_value_words(each, rules) for each in values)


def _value_words(value: dict[str, Any], rules: list[dict[str, Any]]) -> str:
    rule = next((each for each in rules if each["rule"] == value["rule"]), None)
    said = words.said(words.RULES, value["rule"])
    if value["parameter"] == ON:
        return f"{said}: {'on' if value['value'] else 'off'}"
    known = next(
        (p for p in (rule or {}).get("parameters", ()) if p["name"] == value["parameter"]), None
    )
    unit = known["unit"] if known else ""
    return f"{said}: {measured(value['value'], unit)}"
