"""What was done about a flag, who has been told, and by which numbers: in words. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.web import words
from services.web.directory import Clinic
from services.web.flagging.words import (
    ACTIONS,
    CLOSE_REASONS,
    DONE,
    REOPEN_REASONS,
    TELLERS,
)
from services.web.sources import cited
from services.web.walltime import wall


CODES = ACTIONS | CLOSE_REASONS | REOPEN_REASONS


@dataclass(frozen=True)
class Entry:
    """One line: what happened, by whom and when, and the note that belongs to it."""

    words: str
    when: str
    note: str = ""


MORE = "More came, which asks for a new look: it was raised again"


def history(told: dict[str, Any], clinic: Clinic, now: datetime) -> list[Entry]:
    """Every act, the newest first, and what came since the last look."""
    made = [(each["at"], act_words(each, clinic), each.get("note") or "") for each in told["acts"]]
    if told["seen_before"] and told["clock"]:
        made.append((told["clock"]["since"], MORE, ""))
    made.sort(key=lambda each: datetime.fromisoformat(each[0]))
    return [Entry(said, _when(at, clinic, now), note) for at, said, note in reversed(made)]


def act_words(act: dict[str, Any], clinic: Clinic) -> str:
    """`Handed over to Mara Ellis by Ruth Adeyemi`, `Closed by Mara Ellis: it is resolved`."""
    name, code, done = act["act"], act.get("code"), act_name(act)
    if name == "escalated":
        often = " a second time" if (act.get("step") or 0) > 1 else ""
        return f"{done} to {_teller(code, act.get('to'), clinic)}: its time ran out{often}"
    if name == "assigned" and not _taken(act):
        done = f"{done} to {clinic.who(act.get('to'))}"
    by = f"{done} by {clinic.who(act.get('by'))}"
    return f"{by}: {words.lower(words.said(CODES, code))}" if code else by


def act_name(act: dict[str, Any]) -> str:
    """The kind of an act: `Acknowledged`, `Taken`, `Handed over`."""
    return "Taken" if act["act"] == "assigned" and _taken(act) else words.said(DONE, act["act"])


def _taken(act: dict[str, Any]) -> bool:
    return act.get("to") == act.get("by")


def told_words(told: list[dict[str, Any]], clinic: Clinic, now: datetime) -> list[Entry]:
    """Who has been told, and when; whoever was told before is told again."""
    found: list[Entry] = []
    known: set[str] = set()
    for each in told:
        who = _capital(_teller(each["role"], each.get("person_id"), clinic))
        again = ", again" if who in known else ""
        found.append(Entry(f"{who}{again}", _when(each["at"], clinic, now)))
        known.add(who)
    return found


def _teller(role: str | None, person: str | None, clinic: Clinic) -> str:
    said = words.said(TELLERS, role)
    return f"{clinic.who(person)}, {said}" if person else said


def parameter_words(parameter: dict[str, Any]) -> str:
    """`By which treatment session: 8 sessions (usually 6)`."""
    value, usual = parameter["value"], parameter["default"]
    here = "" if value == usual else f" (usually {usual})"
    return f"{_capital(parameter['words'])}: {measured(value, parameter['unit'])}{here}"


def sources_of(parameters: list[dict[str, Any]]) -> list[str]:
    """Where the numbers come from, each source once."""
    return list(dict.fromkeys(_capital(cited(each["source"])) for each in parameters))


def measured(value: int, unit: str) -> str:
    """`8 sessions`, `1 day`, `answer 2`."""
    if unit == "answer":
        return f"answer {value}"
    return f"{value} {unit.removesuffix('s') if value == 1 else unit}"


def within(when: str, clinic: Clinic, now: datetime) -> str:
    """Day and time in a clinic, within a sentence."""
    return words.within(wall(when, clinic.zone), now)


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def _when(at: str, clinic: Clinic, now: datetime) -> str:
    return words.moment(wall(at, clinic.zone), now)
