"""What a trial of other numbers found, in words, and the period that it reckons. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.web import words
from services.web.cases import Case, whose
from services.web.charts.words import count
from services.web.freshness import unread
from services.web.walltime import wall


# How far back a trial looks: days, and words. A quarter, as leads report.
PERIODS = (("", "All of the past"), ("365", "The last 12 months"), ("91", "The last 3 months"))
HEADINGS = (
    ("more", "More"),
    ("fewer", "Fewer"),
    ("rises", "More severe"),
    ("falls", "Less severe"),
    ("sooner", "Sooner"),
    ("later", "Later"),
)


AT_ONCE = (("more", "Would come at once"), ("fewer", "Would go at once"))
EFFECTS = tuple(effect for effect, _ in HEADINGS)
BY_RULE = ("Rule", "Flags as it is", "Flags as tried", *(said for _, said in HEADINGS))


@dataclass(frozen=True)
class Shown:
    """A trial as the page has it."""

    trial_id: str
    running: bool
    heading: str
    below: list[str]
    cases: int
    in_all: int
    groups: list[tuple[str, list[Any]]]
    by_rule: list[tuple[str, ...]]  # the rows under BY_RULE; none where one rule was tried
    cut_off: bool


def since_of(period: str | None, now: datetime) -> str | None:
    """From when on a trial counts; None: all of the past, also for a period that is not offered."""
    if not period or period not in dict(PERIODS):
        return None
    return (now - timedelta(days=int(period))).isoformat()


def shown(trial: dict[str, Any], cases: dict[str, Case], zone: str, now: datetime) -> Shown:
    """What was found so far; `now` is the clinic's wall time."""
    return Shown(
        trial["trial_id"],
        trial["state"] == "running",
        heading(trial),
        below(trial, zone, now),
        trial["cases"],
        trial["cases_in_all"],
        _groups(trial, cases, zone, now),
        by_rule(trial),
        trial["cut_off"],
    )


def _groups(
    trial: dict[str, Any], cases: dict[str, Case], zone: str, now: datetime
) -> list[tuple[str, list[Any]]]:
    """The flags by what would become of them: those first that the switch itself changes."""
    also = {_flag_of(each) for each in trial["at_once"]}
    differences = [_marked(each, also) for each in trial["differences"]]
    kinds = [(said, trial["at_once"], change) for change, said in AT_ONCE]
    kinds += [(said, differences, change) for change, said in HEADINGS]
    return [(said, _those(found, change, cases, zone, now)) for said, found, change in kinds]


def _flag_of(each: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(each[name] for name in ("case_id", "rule", "client_id", "change"))


def _marked(each: dict[str, Any], also: set[tuple[Any, ...]]) -> dict[str, Any]:
    """A difference that stands among those at once too says so, or why it is no news."""
    if _flag_of(each) in also:
        return each | {"beside": "at once"}
    news = each["change"] != "more" or not each.get("open_now")
    return each if news else each | {"beside": "one is open already"}


def by_rule(trial: dict[str, Any]) -> list[tuple[str, ...]]:
    """What would become of each rule's flags, where there is more than one rule to tell apart."""
    if len(trial["rules"]) < 2:
        return []
    names = ("before", "after", *EFFECTS)
    return [
        (words.said(words.RULES, each["rule"]), *(str(each[name]) for name in names))
        for each in trial["rules"]
    ]


def heading(trial: dict[str, Any]) -> str:
    """`14 more flags, 9 fewer, 3 rise to urgent, over 120 cases.`"""
    said = [count(trial["more"], "more flag", "more flags"), f"{trial['fewer']} fewer"]
    said += [_moves(each) for each in trial["severities"]]
    read = trial["cases"] - trial.get("unreadable", 0)
    so_far = " so far" if trial["state"] != "done" else ""
    return f"{', '.join(said)}, over {count(read, 'case')}{so_far}."


def _moves(each: dict[str, Any]) -> str:
    verb = each["change"] if each["flags"] == 1 else each["change"].rstrip("s")
    return f"{each['flags']} {verb} to {words.said(words.SEVERITIES, each['severity']).lower()}"


def below(trial: dict[str, Any], zone: str, now: datetime) -> list[str]:
    """For which period it reckons, what it compares, and which flags would only come at another
    time."""
    said = [f"Counted are flags that rest on something {_period(trial, zone, now)}"]
    said[0] += ", as if today’s numbers, and these, had always held. No flag has changed."
    if trial["state"] == "done":
        said.append(_at_once(trial["comes_at_once"], trial["goes_at_once"]))
    moved = [f"{trial[name]} {name}" for name in ("sooner", "later") if trial[name]]
    if moved:
        said.append(f"Of the flags that there would be either way, {' and '.join(moved)}.")
    if not_read := unread(trial):
        said.append(not_read)
    if trial["state"] == "cancelled":
        said.append("You stopped it here: the rest of the cases was not looked at.")
    return said


def _at_once(come: int, go: int) -> str:
    """What the switch itself would change, apart from how it would always have been."""
    if not come and not go:
        return "Switched on now, no flag would come or go at once."
    return f"Switched on now, {count(come, 'flag')} would come at once and {go} go."


def _period(trial: dict[str, Any], zone: str, now: datetime) -> str:
    begun = trial["since"] or trial["history_since"]
    ended = wall(trial["until"], zone).date()
    until = "today" if ended == now.date() else words.day(ended, now.date())
    if begun is None:
        return f"up to {until}"
    said = f"between {words.day(wall(begun, zone).date(), now.date())} and {until}"
    return said if trial["since"] else f"{said}, all of the past"


def _those(
    found: list[dict[str, Any]], change: str, cases: dict[str, Case], zone: str, now: datetime
) -> list[Any]:
    return [
        (each, words.said(words.RULES, each["rule"]), whose(cases, each), _how(each, zone, now))
        for each in found
        if each["change"] == change
    ]


def _how(each: dict[str, Any], zone: str, now: datetime) -> str:
    """`from high to urgent`, or how severe the flag is that would come, go, or only move."""
    beside = f", {each['beside']}" if "beside" in each else ""
    severities = [each[name] for name in ("severity_before", "severity_after") if each[name]]
    said = [words.said(words.SEVERITIES, one).lower() for one in severities]
    if each["change"] in ("sooner", "later"):
        return f"{said[-1]}, it would come {_moved(each, zone, now)}"
    return f"from {said[0]} to {said[1]}" if len(said) > 1 else "".join(said) + beside


def _moved(each: dict[str, Any], zone: str, now: datetime) -> str:
    """`3 days sooner: 2 Aug, not 5 Aug`."""
    told = each.get("raised_before"), each.get("raised_after")
    if not all(told):
        return str(each["change"])
    was, would = (wall(str(at), zone).date() for at in told)
    days = abs((was - would).days)
    if not days:
        return f"{each['change']}, on the same day"
    on, instead = (words.lower(words.day(date, now.date())) for date in (would, was))
    return f"{count(days, 'day')} {each['change']}: {on}, not {instead}"
