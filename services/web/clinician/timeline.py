"""The timeline of a case: sessions, ratings, answers and flags, newest first. Pure."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from services.web import words
from services.web.cases import Flag
from services.web.charts.words import count
from services.web.clinician.figures import name_of_measure
from services.web.diary import Session
from services.web.directory import Clinic
from services.web.walltime import wall


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, in words, and what stands small below it."""

    at: datetime
    words: str
    small: str = ""
    flag: Flag | None = None


def timeline(
    shown: dict[str, Any] | None,
    flags: list[Flag],
    sessions: list[Session],
    clinic: Clinic,
    now: datetime,
) -> list[Entry]:
    """Everything that has happened, newest first."""
    entries = [_session(session) for session in sessions if session.starts <= now]
    if shown:
        entries += _ratings(shown, clinic) + _answers(shown, clinic)
    entries += [entry for flag in flags for entry in _flag(flag, clinic)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _session(session: Session) -> Entry:
    if session.status != "booked":
        said = "Session cancelled"
    else:
        said = words.said(words.OUTCOMES, session.outcome) or "Session, attendance not recorded"
    return Entry(session.starts, said, f"{session.minutes} min, {session.place}")


def _ratings(shown: dict[str, Any], clinic: Clinic) -> list[Entry]:
    points = sorted(wall(p["at"], clinic.zone) for goal in shown["goals"] for p in goal["points"])
    days = groupby(points, key=lambda at: at.date())
    entries = []
    for _, group in days:
        times = list(group)
        entries.append(Entry(times[-1], f"{count(len(times), 'goal rating')} taken"))
    return entries


def _answers(shown: dict[str, Any], clinic: Clinic) -> list[Entry]:
    return [
        Entry(wall(p["at"], clinic.zone), f"{name_of_measure(m['measure'])} {p['total']}")
        for m in shown["measures"]
        for p in m["points"]
    ]


def _flag(flag: Flag, clinic: Clinic) -> list[Entry]:
    raised = Entry(wall(flag.raised_at, clinic.zone), flag.title, flag.sentence, flag)
    if not flag.acknowledged:
        return [raised]
    who = clinic.who(flag.acknowledged["by"])
    taken = Entry(
        wall(flag.acknowledged["at"], clinic.zone), "Flag acknowledged", f"{flag.title}, by {who}"
    )
    return [taken, raised]
