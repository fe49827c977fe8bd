"""Bringing a case's flags in line with its facts, at a moment.

Flags are a function of the facts. They do not lapse because the next score is better; only when
what a flag rested on no longer stands, or its case has ended, is it cleared. There is one open flag
per rule and client: more of the same is more evidence.
"""

from copy import copy
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from services.progress.domain.packed import instant, text_of
from services.progress.domain.rules.evidence import SEVERITIES, Evidence, View, weightiest
from services.progress.domain.rules.house import House
from services.progress.domain.rules.register import RULES
from services.progress.domain.state import Because, Case, Flag
from shared.events.base import derived_bytes
from shared.events.rules import DEFINITIONS
from shared.events.words import Rule


class Cause(Protocol):
    """What makes us look: an event with its id and when it was recorded (microseconds), or time.

    `event_id` is empty when it is time alone.
    """

    @property
    def event_id(self) -> bytes: ...
    @property
    def at(self) -> int: ...
    @property
    def case_id(self) -> bytes: ...
    @property
    def house(self) -> House: ...


class Happened(StrEnum):
    """What a fact did to a flag; more evidence alone is kept, and nobody is told again."""

    RAISED = "raised"  # newly, again, or now more severe
    CLEARED = "cleared"
    MERGED = "merged"
    REWORDED = "reworded"  # it rests on the same and says it in other words or numbers


class Told(Struct, frozen=True):
    """What happened to a flag, and the flag as it was then.

    `cause` is the event that made us look, empty when it was time alone.
    """

    flag: Flag
    what: Happened
    cause: bytes
    at: int

    @property
    def event_id(self) -> bytes:
        """The event that says so: the same fact, or the same moment, always makes the same one.

        Most of what happens is published by nobody, and an id costs as much as a rule.
        """
        if self.cause:
            return derived_bytes(self.cause, f"{self.what} {text_of(self.flag.id)}")
        return derived_bytes(self.flag.id, f"{self.what} {instant(self.at).isoformat()}")


def reassess(case: Case, rule: Rule, client: bytes | None, cause: Cause) -> list[Told]:
    """Bring the flag of one rule and client in line with the facts; what happened to it.

    A late fact is looked at from the latest moment that was looked at, not from its own: what time
    did since then has happened, and does not depend on which publisher was heard of first.
    """
    now = case.looked = max(case.looked, cause.at)
    view = View(case, rule, client, cause.house, now)
    evidence = [] if over(case, rule) else found(view)
    flag = open_flag(case, rule, client)
    if not evidence:
        return _cleared(flag, cause)
    if flag is None:
        return [_told(_raised(view, cause, evidence), Happened.RAISED, cause)]
    return _grown(flag, view, evidence, cause)


def over(case: Case, rule: Rule) -> bool:
    """Whether the case has ended, and with it whatever this rule could ask for.

    Thoughts of suicide or self-harm are nobody's to let lie because a case was closed.
    """
    return case.closed_at is not None and not DEFINITIONS[rule].safety


def _grown(flag: Flag, view: View, evidence: list[Evidence], cause: Cause) -> list[Told]:
    """An open flag on what it rests on now; what that is to those who were told of it."""
    was = copy(flag)
    _rest_on(flag, evidence, view, cause)
    worse = SEVERITIES.index(flag.severity) < SEVERITIES.index(was.severity)
    if worse:
        flag.grown_at = max(cause.at, flag.raised_at)
    if worse or (DEFINITIONS[flag.rule].again and set(flag.evidence) - set(was.evidence)):
        return [_told(flag, Happened.RAISED, cause)]
    if flag.evidence != was.evidence:
        return [_told(flag, Happened.MERGED, cause)]
    return [] if flag == was else [_told(flag, Happened.REWORDED, cause)]


def found(view: View) -> list[Evidence]:
    """What a rule finds while it is switched on, oldest first."""
    evidence = list(RULES[view.rule].find(view))
    if evidence and view.house.since:
        evidence = [each for each in evidence if _on(view, each)]
    if len(evidence) > 1:
        evidence.sort(key=lambda each: (each.at, each.events))
    return evidence


def _on(view: View, evidence: Evidence) -> bool:
    """Facts count by when they were; what time did, by what is in force as we look."""
    return view.house.on(view.rule, evidence.at if evidence.due is None else view.now)


def open_flag(case: Case, rule: Rule, client: bytes | None) -> Flag | None:
    """The flag of a rule and client that has not been cleared."""
    for flag in case.flags:
        if flag.rule == rule and flag.client == client and not flag.cleared:
            return flag
    return None


def _cleared(flag: Flag | None, cause: Cause) -> list[Told]:
    if flag is None:
        return []
    flag.cleared = True
    return [_told(flag, Happened.CLEARED, cause)]


def _raised(view: View, cause: Cause, evidence: list[Evidence]) -> Flag:
    """A new flag, or the one that rested on the same first evidence before it was cleared."""
    case, rule, first = view.case, view.rule, evidence[0]
    flag_id = _flag_id(view, first, cause)
    flag = next((f for f in case.flags if f.id == flag_id), None)
    if flag is None:
        at = _since(view, first, cause)
        flag = Flag(flag_id, rule, view.client, first.severity, at, [], first.because)
        case.flags.append(flag)
    else:
        flag.grown_at = max(cause.at, flag.raised_at)  # who looked has since been told it is over
    flag.cleared = False
    _rest_on(flag, evidence, view, cause)
    return flag


def _flag_id(view: View, first: Evidence, cause: Cause) -> bytes:
    """Named after one client's fact with which it began, or after the moment and whose it was."""
    if first.due is None:
        return derived_bytes(first.events[0], view.rule)
    whose = f" {text_of(view.client)}" if view.client else ""
    return derived_bytes(cause.case_id, f"{view.rule} {instant(first.due).isoformat()}{whose}")


def _since(view: View, first: Evidence, cause: Cause) -> int:
    """A flag is as old as the event that caused it, or as the moment at which time did.

    What only a clinic's new numbers made a flag is not older than these, however late we look.
    """
    if first.due is None:
        return cause.at
    changes = [since for since in view.house.since if first.due < since <= view.now]
    for moment in (first.due, *changes):
        if found(replace(view, now=moment)):
            return moment
    return view.now


def _rest_on(flag: Flag, evidence: list[Evidence], view: View, cause: Cause) -> None:
    """Severity rises and falls with the evidence that stands; the sentence tells the weightiest.

    The numbers that were in force are those of the newest of the most severe.
    """
    shown = newest = evidence[0]
    if len(evidence) > 1:
        shown = weightiest(evidence)
        newest = min(evidence, key=lambda e: (SEVERITIES.index(e.severity), -e.at))
    flag.severity = shown.severity
    rested_on = set(flag.evidence)
    flag.evidence = list(dict.fromkeys(event for each in evidence for event in each.events))
    told = shown.because
    flag.because = Because(told.what, told.code, told.first, told.value, told.at, len(evidence))
    if set(flag.evidence) - rested_on:
        flag.grown_at = max(cause.at, flag.raised_at) if rested_on else flag.raised_at
    at = newest.at if newest.due is None else view.now
    flag.version = view.house.version(flag.rule, at)
    flag.parameters = view.house.values(flag.rule, at)


def _told(flag: Flag, what: Happened, cause: Cause) -> Told:
    return Told(copy(flag), what, cause.event_id, cause.at)
