"""What changed since the last session: from a case's points after the last one attended. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.web import words
from services.web.charts.scores import at_caseness
from services.web.charts.words import count, minus, number, signed
from services.web.charts.yardstick import LEVELS, TEN
from services.web.clinician.figures import chart_measure
from services.web.diary import SEEN
from shared.events.measures import UnknownMeasure, definition


@dataclass(frozen=True)
class Change:
    """One thing that is otherwise than it was: of what, and from what to what."""

    what: str
    said: str


@dataclass(frozen=True)
class Names:
    """Titles of goals by id, and who somebody of the case is (empty where there is only one)."""

    goals: dict[str, str]
    client: Callable[[str | None], str]

    def goal(self, goal: dict[str, Any]) -> str:
        """A goal in the client's own words; by its kind where they cannot be shown."""
        title = self.goals.get(goal["goal_id"])
        return f"“{title}”" if title else f"A goal: {words.said(words.KINDS, goal['kind']).lower()}"


def last_session(appointments: list[dict[str, Any]], shown: dict[str, Any] | None) -> str | None:
    """When the latest session that was attended ended; its start, where the diary is away."""
    ends: list[str] = [each["ends_at"] for each in appointments if each.get("outcome") in SEEN]
    if ends:
        return max(ends, key=datetime.fromisoformat)
    last: str | None = shown["attendance"].get("last_contact") if shown else None
    return last


def changes(shown: dict[str, Any], since: str, names: Names) -> list[Change]:
    """What is otherwise than at the end of the last session: goals, scores, statuses, flags."""
    moment = datetime.fromisoformat(since)
    return [
        *(each for goal in shown["goals"] for each in _goal(goal, moment, names)),
        *(each for answered in shown["measures"] for each in _measure(answered, moment, names)),
        *_flags(shown["flags"], moment),
    ]


def _goal(goal: dict[str, Any], since: datetime, names: Names) -> Iterator[Change]:
    title = names.goal(goal)
    moved = goal.get("status_since")
    if moved and datetime.fromisoformat(moved) > since:
        yield Change(title, words.said(words.GOAL_STATUSES, goal["status"]).lower())
    counting = [point for point in goal["points"] if not point.get("voided")]
    lines = dict.fromkeys((point.get("client_id"), point["by"]) for point in counting)
    for client, by in lines:
        theirs = [p for p in counting if (p.get("client_id"), p["by"]) == (client, by)]
        before, after = _split(theirs, since)
        if after:
            who = _who(client, by, len(lines), names)
            yield Change(f"{title}{who}", _rated(goal, before, after))


def _who(client: str | None, by: str, lines: int, names: Names) -> str:
    if lines < 2:
        return ""
    name = names.client(client)
    if by == "clinician":
        return f", the clinician{f' about {name}' if name else ''}"
    return f", {name or 'the client'}"


def _split(points: Iterable[dict[str, Any]], since: datetime) -> tuple[list[Any], list[Any]]:
    """Points up to a moment, and those after it; each oldest first."""
    ordered = sorted(points, key=lambda point: datetime.fromisoformat(point["at"]))
    first = [p for p in ordered if datetime.fromisoformat(p["at"]) <= since]
    return first, ordered[len(first) :]


def _rated(goal: dict[str, Any], before: list[Any], after: list[Any]) -> str:
    on = LEVELS if goal.get("method") == "gas" else TEN
    now = on.value(after[-1]["value"])
    if not before:
        return f"rated for the first time, {now}"
    was = before[-1]["value"]
    if was == after[-1]["value"]:
        return f"still {now}"
    return f"{on.value(was)} → {now}, {signed(after[-1]['value'] - was)}"


def _measure(answered: dict[str, Any], since: datetime, names: Names) -> Iterator[Change]:
    name = answered["name"] + (f", {who}" if (who := names.client(answered["client_id"])) else "")
    told = [point for point in answered["points"] if not point["voided"]]
    before, after = _split((point for point in told if point["usable"]), since)
    if after and answered["has_total"]:
        yield Change(name, _scored(answered, before, after))
    elif after:
        yield Change(name, _items(before, after))
    yield from _safety(name, *_split(told, since))


def _scored(answered: dict[str, Any], before: list[Any], after: list[Any]) -> str:
    now = after[-1]["points"]
    if not before:
        return f"answered for the first time, {now}{_side(answered, None, after[-1]['total'])}"
    was = before[-1]
    side = _side(answered, was["total"], after[-1]["total"])
    if was["points"] == now:
        return f"still {now}{side}"
    moved = minus(str(round(float(now) - float(was["points"]), 2)).removesuffix(".0"))
    return f"{was['points']} → {now}, {moved}{side}"


def _side(answered: dict[str, Any], was: int | None, now: int) -> str:
    """On which side of the cut-off it came to lie, where it crossed it or came new."""
    try:
        measure = chart_measure(definition(answered["measure"].lower()))
    except UnknownMeasure:
        return ""
    if measure.cut_off is None:
        return ""
    case = at_caseness(measure, measure.cut_off, now)
    if was is None:
        return "; at caseness" if case else "; not at caseness"
    if case == at_caseness(measure, measure.cut_off, was):
        return ""
    return "; at caseness now" if case else "; no longer at caseness"


def _items(before: list[Any], after: list[Any]) -> str:
    if not before:
        return "answered for the first time"
    was, now = before[-1]["items"] or {}, after[-1]["items"] or {}
    moved = sum(now[item] != was[item] for item in now if item in was)
    said = f"{count(moved, 'item')} otherwise" if moved else "every item as before"
    return f"answered again, {said}"


def _safety(name: str, before: list[Any], after: list[Any]) -> Iterator[Change]:
    """The safety item: told when it is above nought, and when it was so before."""
    asked = [point for point in after if point["safety"] is not None]
    for item, now in (asked[-1]["safety"] if asked else {}).items():
        known = [p["safety"][item] for p in before if p["safety"]]
        if now or (known and known[-1]):
            was = f"{known[-1]} → " if known else ""
            yield Change(f"{name}, item {item}", f"{was}{now}")


def _flags(flags: list[dict[str, Any]], since: datetime) -> Iterator[Change]:
    stand = [flag for flag in flags if flag["state"] != "cleared"]
    new = [flag for flag in stand if datetime.fromisoformat(flag["raised_at"]) > since]
    if new:
        titles = words.listed(list(dict.fromkeys(words.said(words.RULES, f["rule"]) for f in new)))
        raised = f"{number(len(new))} {'flag' if len(new) == 1 else 'flags'} raised"
        yield Change(raised.capitalize(), titles)
