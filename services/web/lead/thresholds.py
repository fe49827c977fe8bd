"""The numbers of the flag rules between a form and the services. Pure."""

import re
from dataclasses import dataclass
from typing import Any

from services.web import words
from services.web.flagging.history import measured
from services.web.sources import cited
from services.web.visit import Form


ON, VERSION = "on", "version"


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
        if choices(rule):
            form[field_of(rule["rule"], VERSION)] = str(rule["version"])
        for each in rule["parameters"]:
            form[field_of(rule["rule"], each["name"])] = str(each["value"])
    return form


def choices(rule: dict[str, Any]) -> list[tuple[str, str]]:
    """The versions of a rule as they are chosen between; none where there is one only."""
    found = rule.get("versions") or []
    if len(found) < 2:
        return []
    return [(str(each["version"]), f"Version {each['version']}: {_choice(each)}") for each in found]


def _choice(version: dict[str, Any]) -> str:
    usual = ", the usual one" if version["usual"] else ""
    return f"{words.lower(version['words'])} ({cited(version['source'])}{usual})"


def entries(form: Form, rules: list[dict[str, Any]]) -> list[Change]:
    """Every number that the form holds; what is out of its range is noted in the form."""
    found = []
    for rule in rules:
        name = rule["rule"]
        if not rule["safety"]:
            on = int(form.get(field_of(name, ON)) == "yes")
            found.append(Change(name, ON, on, int(rule["on"]), 1))
        if choices(rule):
            found += _version(form, rule)
        for each in rule["parameters"]:
            field = field_of(name, each["name"])
            value = form.number(field)
            if value is None or not each["lowest"] <= value <= each["highest"]:
                form.wrong(field, _wants(name, each))
                continue
            found.append(Change(name, each["name"], value, each["value"], each["default"]))
    return found


def _wants(rule: str, parameter: dict[str, Any]) -> str:
    """`Goal stuck, over how many ratings: a whole number from 3 to 12 ratings`."""
    name = words.said(words.RULES, rule).capitalize().rstrip("?")
    span = f"from {parameter['lowest']} to {parameter['highest']}"
    unit = "" if parameter["unit"] == "answer" else f" {parameter['unit']}"
    return f"{name}, {parameter['words']}: a whole number {span}{unit}"


def _version(form: Form, rule: dict[str, Any]) -> list[Change]:
    """Which version the form chooses; one that does not exist is noted in the form."""
    field = field_of(rule["rule"], VERSION)
    if form.get(field) not in dict(choices(rule)):
        form.wrong(field, f"{words.said(words.RULES, rule['rule']).capitalize()}: choose a version")
        return []
    usual = next(each["version"] for each in rule["versions"] if each["usual"])
    return [Change(rule["rule"], VERSION, form.number(field) or 0, rule["version"], usual)]


def changed(wanted: list[Change], rules: list[dict[str, Any]]) -> list[Change]:
    """What differs from what holds now; a rule that is switched off has only that."""
    known = {rule["rule"] for rule in rules}
    return [each for each in wanted if each.rule in known and each.value != each.now]


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
    if value["parameter"] == VERSION:
        return f"{said}: version {value['value']} of the rule"
    numbers = rule["parameters"] if rule else []
    known = next((each for each in numbers if each["name"] == value["parameter"]), None)
    if known is None:
        return f"{said}: {value['value']}"
    which = f"{said}, {known['words']}" if len(numbers) > 1 else said
    return f"{which}: {measured(value['value'], known['unit'])}"


_TRIED = re.compile(r"([A-Z0-9_]{1,40})\.([a-z_]{1,40})=([0-9]{1,9})")


def as_tried(different: list[Change]) -> str:
    """What a trial was made of, as the page keeps it beside the result."""
    return " ".join(f"{each.rule}.{each.parameter}={each.value}" for each in different)


def tried_words(tried: str, rules: list[dict[str, Any]]) -> str:
    """The same for people."""
    found = [
        {"rule": rule, "parameter": parameter, "value": int(value)}
        for rule, parameter, value in _TRIED.findall(tried)
    ]
    return version_words(found, rules) if found else ""
