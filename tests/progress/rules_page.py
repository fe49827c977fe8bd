"""`python -m tests.progress.rules_page` writes docs/reference/rules.md from rules and scenarios."""

from pathlib import Path

from services.progress.domain.rules.days import day_of
from services.progress.domain.sentences import sentence
from shared.events.rules import DEFINITIONS, Clocks, Definition
from tests.progress.scenario_table import ALL


FILE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"
HEAD = """# Flag rules

A flag says that a clinician should look; it never says that somebody is safe. This page is printed
from the rules and their tests by `python -m tests.progress.rules_page`. Sources are those of the
domain sheet; a *suggestion* has none and is a clinic's to set. Days are dates on the clinic's
calendar.
"""


def page() -> str:
    """The page as rules and scenarios say now."""
    return HEAD + "".join(_rule(one) for one in DEFINITIONS.values())


def _rule(one: Definition) -> str:
    told = ", ".join(each.value.replace("_", " ") for each in one.tell) or "nobody"
    lines = [
        f"\n## {one.rule}\n",
        f"{one.words}. Version {one.version}; severity {one.severity}; told: {told}."
        f" Source: {one.source}.",
        *(f"Version {each.number}: {each.words}. Source: {each.source}." for each in one.others),
        f"{_clocks(one.clocks)} {_closing(one)}\n",
        *_parameters(one),
        *_scenarios(one),
    ]
    return "\n".join(lines) + "\n"


def _clocks(clocks: Clocks) -> str:
    if clocks.acknowledge is None:
        return "No clock."
    kind = "of the clinic's hours" if clocks.working else "by the clock, nights and holidays too"
    return (
        f"To be acknowledged within {clocks.acknowledge} hours, acted on within {clocks.act} from"
        f" then and closed within {clocks.close} from there, {kind}."
    )


def _closing(one: Definition) -> str:
    return (
        "It cannot be switched off, and only a clinician closes it, with a reason."
        if one.safety
        else "A clinic may switch it off."
    )


def _parameters(one: Definition) -> list[str]:
    if not one.parameters:
        return []
    rows = [
        f"| {each.name} | {each.words} | {each.default} | {each.lowest} to {each.highest}"
        f" {each.unit} | {each.source} |"
        for each in one.parameters
    ]
    return ["| Number | What | Default | Range | Source |", "|---|---|---|---|---|", *rows, ""]


def _scenarios(one: Definition) -> list[str]:
    rows = []
    for scenario in ALL:
        if scenario.rule is one.rule:
            flag = scenario.flag()
            said = sentence(flag.because, day_of(flag.because.at, "Europe/London")) if flag else ""
            rows.append(f"| {scenario.what} | {flag.severity if flag else 'no flag'} | {said} |")
    return ["| When | Flag | It says |", "|---|---|---|", *rows] if rows else []


if __name__ == "__main__":
    FILE.write_text(page())
