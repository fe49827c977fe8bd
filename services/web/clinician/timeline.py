"""The timeline of a case: what happened and what is booked, newest first. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from services.web import words
from services.web.cases import Flag
from services.web.charts.words import count
from services.web.clinician.figures import name_of_measure
from services.web.closing.words import ending
from services.web.diary import Session
from services.web.directory import Clinic
from services.web.flagging.history import act_name, act_words
from services.web.walltime import wall


CLEARED = "cleared"
OVER = " It no longer stands."
LATER = "More came to it later; a flag keeps its newest words only."


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, in words, and what stands small below it."""

    at: datetime
    words: str
    small: str = ""
    flag: Flag | None = None


@dataclass(frozen=True)
class Sources:
    """What the services told of a case; a service that is away told nothing."""

    shown: dict[str, Any] | None = None
    flags: list[Flag] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    goals: list[dict[str, Any]] = field(default_factory=list)
    referral: dict[str, Any] | None = None


def timeline(told: Sources, clinic: Clinic, now: datetime) -> list[Entry]:
    """Everything that has happened, and the sessions that are booked, the newest first."""
    entries = [
        *_referral(told, clinic),
        *_goals(told, clinic),
        *_coming(told.sessions, now),
        *(_session(session) for session in told.sessions if not session.to_come(now)),
        *_ratings(told, clinic),
        *_answers(told, clinic),
        *(entry for flag in told.flags for entry in _flag(flag, clinic, told)),
        *_closed(told, clinic),
    ]
    # What follows from another thing of the same moment stands above it, as what is newer does.
    return sorted(entries, key=lambda entry: entry.at)[::-1]


def _referral(told: Sources, clinic: Clinic) -> list[Entry]:
    if not told.referral:
        return []
    sender = told.referral.get("sender") or ""
    sender = clinic.staff.get(sender, sender)
    at = wall(told.referral["received_at"], clinic.zone)
    return [Entry(at, "Referral received", f"from {sender}" if sender else "")]


def _goals(told: Sources, clinic: Clinic) -> list[Entry]:
    return [
        Entry(
            wall(goal["set_at"], clinic.zone), f"Goal set: “{goal['title']}”", _kind(goal["kind"])
        )
        for goal in told.goals
    ]


def _kind(code: str) -> str:
    return words.said(words.KINDS, code)


def _coming(sessions: list[Session], now: datetime) -> list[Entry]:
    """What is booked, as one entry, so that it does not push away what has happened."""
    coming = [session for session in sessions if session.to_come(now)]
    if not coming:
        return []
    first = min(coming, key=lambda session: session.starts)
    said = f"{count(len(coming), 'session')} booked"
    small = f"{'the next: ' if len(coming) > 1 else ''}{first.minutes} min, {first.place}"
    return [Entry(first.starts, said, small)]


def _session(session: Session) -> Entry:
    if session.status != "booked":
        said = f"Session {session.called_off or 'cancelled'}"
    else:
        said = words.said(words.OUTCOMES, session.outcome) or "Session, attendance not recorded"
    reason = f". {session.why}" if session.why else ""
    return Entry(session.starts, said, f"{session.minutes} min, {session.place}{reason}")


def _ratings(told: Sources, clinic: Clinic) -> Iterator[Entry]:
    goals = told.shown["goals"] if told.shown else []
    points = sorted(
        wall(point["at"], clinic.zone)
        for goal in goals
        for point in goal["points"]
        if not point.get("voided")
    )
    for _, group in groupby(points, key=lambda at: at.date()):
        times = list(group)
        yield Entry(times[-1], f"{count(len(times), 'goal rating')} taken")


def _answers(told: Sources, clinic: Clinic) -> list[Entry]:
    return [
        Entry(wall(point["at"], clinic.zone), *_answered(name_of_measure(m["measure"]), point))
        for m in (told.shown["measures"] if told.shown else [])
        for point in m["points"]
    ]


def _answered(name: str, point: dict[str, Any]) -> tuple[str, str]:
    """A score in points, and below it why it does not count, where it does not."""
    points = point.get("points")
    said = f"{name} {points}" if points is not None else f"{name} answered"
    if point.get("voided"):
        return said, "voided"
    return said, "" if point.get("usable", True) else "not used: it differs from its items"


def _closed(told: Sources, clinic: Clinic) -> list[Entry]:
    at = _closed_at(told)
    how = ending(told.shown.get("end_code")) if told.shown else ""
    return [Entry(wall(at, clinic.zone), "Case closed", how)] if at else []


def _closed_at(told: Sources) -> str | None:
    return told.shown.get("closed_at") if told.shown else None


def _flag(flag: Flag, clinic: Clinic, told: Sources) -> list[Entry]:
    """When it was raised, when it last came to more, and what people did, in turn.

    Its severity and its words are those of what came last, so they stand there.
    """
    at = wall(flag.raised_at, clinic.zone)
    newest = wall(flag.grown_at or flag.raised_at, clinic.zone)
    said, earlier = flag.says + (OVER if flag.state == CLEARED else ""), []
    if newest > at:
        said = ("Raised again. " if flag.seen_before else "More came. ") + said
        earlier = [Entry(at, f"Flag raised: {words.lower(flag.title)}", LATER)]
    acts = told.shown.get("flag_acts", []) if told.shown else []
    did = (_act(act, flag, clinic) for act in acts if act["flag_id"] == flag.flag_id)
    return [*earlier, Entry(newest, flag.title, said, flag), *did]


def _act(act: dict[str, Any], flag: Flag, clinic: Clinic) -> Entry:
    """What somebody did about a flag; it stays, whatever comes to the flag afterwards."""
    note = f" “{act['note']}”" if act.get("note") else ""
    said = f"{flag.title.capitalize()}: {words.lower(act_words(act, clinic))}.{note}"
    return Entry(wall(act["at"], clinic.zone), f"Flag {words.lower(act_name(act))}", said)
