"""Months as a lead picks them, and figures as lines of a table or a CSV. Pure."""

import csv
import io
import re
from datetime import date
from typing import Any

from services.web import words
from services.web.freshness import unread


Choice = tuple[str, str]  # a month as an address and as a reader has it
MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])")

SHOWN = 13  # months that can be picked: this one and a year before
BACK = 4  # months in which a finished course is looked for where the last whole one has none
TOO_FEW = "too few to show"  # a number that is left out where small ones are suppressed
COURSES = "recovery", "reliable_recovery", "reliable_improvement", "reliable_deterioration"
WHATS = {
    "open": "Open",
    "reliably_better": "Reliably better",
    "reached": "Reached",
    "reliably_worse": "Reliably worse",
    "stalled": "Stalled",
}


def months(today: date) -> list[Choice]:
    """(2026-11, November 2026), the newest first."""
    counted = [today.year * 12 + today.month - 1 - back for back in range(SHOWN)]
    days = [date(n // 12, n % 12 + 1, 1) for n in counted]
    return [(f"{day:%Y-%m}", f"{day:%B %Y}") for day in days]


def chosen(asked: str | None, known: list[Choice]) -> Choice:
    """The month that was asked for, else the last whole one."""
    return next((each for each in known if each[0] == asked), known[1])


def not_shown_words(asked: str | None, known: list[Choice]) -> str:
    """Why the last whole month stands here instead of what an address asks for; empty if it stands.

    What was typed there is not repeated, unless it is a month.
    """
    if asked is None or asked in dict(known):
        return ""
    return f"{_why_not(asked, known)}, so {known[1][1]} stands here, the last whole month."


def _why_not(asked: str, known: list[Choice]) -> str:
    if not MONTH.fullmatch(asked):
        return "The address names no month"
    name = f"{date(int(asked[:4]), int(asked[5:]), 1):%B %Y}"
    if asked > known[0][0]:
        return f"{name} has not begun"
    return f"{name} is too long ago to be shown"


def kinds_note(month: Choice, known: list[Choice]) -> str:
    """That goals are told as they stand today, where the page is about a month that is over."""
    if month[0] == known[0][0]:
        return ""
    return f"These goals of {month[1]} are counted as they stand today, not as they stood then."


def finished(told: dict[str, Any]) -> bool:
    """Whether a month has courses that ended: without one no outcome can be counted."""
    return any(each["of"] for each in told["figures"] if each["figure"] in COURSES)


def nearby(known: list[Choice]) -> list[Choice]:
    """Where else to look: in the month that runs, then in those before the last whole one."""
    return [known[0], *known[2 : 2 + BACK]]


def instead_words(empty: str, shown: str, *, over: bool) -> str:
    """Why another month stands here than the last whole one."""
    running = "" if over else ", which is not over yet"
    return f"No course ended in {empty}, so {shown} stands here{running}."


def published(told: dict[str, Any]) -> dict[str, Any]:
    """A month's figures without the numbers that rounding would make say what they do not."""
    few = set(told["too_few"])
    return told | {
        "cases": None if "cases" in few else told["cases"],
        "figures": [_published(each, few) for each in told["figures"]],
        "kinds": [
            each
            | {what: None for what in WHATS if f"{each['kind']}.{what}" in few}
            | {"goals": None if each["kind"] in few else each["goals"]}
            for each in told["kinds"]
        ],
    }


def _published(figure: dict[str, Any], few: set[str]) -> dict[str, Any]:
    code = figure["figure"]
    counted = {"counted": None, "percent": None} if code in few else {}
    return figure | counted | ({"of": None} if f"{code} of" in few else {})


def percent(figure: dict[str, Any]) -> str:
    """`52.4 %`, that nobody was counted (which has no percentage), or that nobody could be.

    Where small numbers are suppressed nobody knows which: there are too few to show.
    """
    if figure["counted"] is None:
        return TOO_FEW
    if figure["percent"] is None:
        return f"none of {figure['of']}" if figure["of"] else "none to count"
    return f"{figure['percent']:g} %"


def as_csv(told: dict[str, Any]) -> str:
    """A month's figures, one a line: what, numerator, denominator, per cent, rule.

    A number that is too small to show is blank, never 0: that would say that there is nobody.
    Wherever both numbers stand and somebody could be counted, the per cent stands too. How many
    cases the numbers are without is never rounded: it tells of the file, not of people.
    """
    out = io.StringIO()
    lines = csv.writer(out)
    rounded = "yes" if told["suppressed"] else "no"
    lines.writerow(["month", "figure", "counted", "of", "percent", "rounded_to_5", "rule"])
    for each in told["figures"]:
        row = [told["month"], each["figure"], *_share(each["counted"], each["of"]), rounded]
        lines.writerow([*row, each["words"]])
    for kind in told["kinds"]:
        name = kind["kind"]
        for what in WHATS:
            row = [told["month"], f"{name}.{what}", *_share(kind[what], kind["goals"]), rounded]
            lines.writerow([*row, told["kinds_words"]])
    if said := unread(told):
        row = [told["month"], "cases_not_read", told["unreadable"], "", "", "no"]
        lines.writerow([*row, said])
    if number := told.get("standing_still"):
        said = "what came of them since they stand still is in none of these numbers"
        lines.writerow([told["month"], "cases_standing_still", number, "", "", "no", said])
    return out.getvalue()


def _share(counted: int | None, of: int | None) -> tuple[int | None, int | None, float | None]:
    """Numerator, denominator and per cent of a line; None stands blank in the file."""
    share = None if counted is None or not of else round(100 * counted / of, 1)
    return counted, of, share


def file_name(month: str, *, rounded: bool) -> str:
    """What a month's CSV is called: what may be shown outside must not be mistaken for the rest."""
    return f"outcomes-{month}{'-rounded' if rounded else ''}.csv"


def figure_name(code: str, figures: list[dict[str, Any]]) -> str:
    """A figure's name: its label, or `Resilience: stalled` for goals of a kind."""
    label = next((each["label"] for each in figures if each["figure"] == code), None)
    if label:
        return str(label)
    kind, _, what = code.partition(".")
    return f"{words.said(words.KINDS, kind)}: {WHATS.get(what, what).lower()}"
