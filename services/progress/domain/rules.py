"""The flag rules, version 1: what asks for a clinician's look, never a prediction of safety.

Flags are a function of the case's facts. They do not lapse because the next score is better; only
when the facts that a flag rested on no longer stand (a score that came late moved the baseline) is
it cleared. There is one open flag per rule and client: more of the same is more evidence.
"""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.progress.domain.lines import line
from services.progress.domain.measures import GOAL_CHANGE, safety_item
from services.progress.domain.series import compared, counting
from services.progress.domain.state import ANSWERS, UNKNOWN, Because, Case, Flag, Measure
from shared.events import derived_id
from shared.events.measures import Change
from shared.events.words import GoalMethod, Rule, Severity


VERSION = 1

# Any answer above 0 to PHQ-9 item 9 asks for a look, 2 and 3 urgently (domain sheet C.2, SI_ITEM
# [S4][S43]). An item that was not told is unknown, not 0 (C.2, stream consequence 5).
SI_URGENT = 2

SEVERITIES = tuple(Severity)  # worst first


class Cause(Protocol):
    """The event that brought a fact: its id, and when it was recorded (microseconds)."""

    @property
    def event_id(self) -> bytes: ...
    @property
    def at(self) -> int: ...


@dataclass(frozen=True)
class Evidence:
    """One fact that a flag rests on."""

    at: int
    event: bytes
    severity: Severity
    because: Because


class Happened(StrEnum):
    """What a fact did to a flag; more evidence alone is kept, and nobody is told again."""

    RAISED = "raised"  # newly, again, or now more severe
    CLEARED = "cleared"
    MERGED = "merged"


@dataclass(frozen=True)
class Told:
    """What happened to a flag, and the flag as it was then."""

    flag: Flag
    what: Happened


def safety_answers(case: Case, client: bytes | None) -> Iterator[Evidence]:
    """Answers above 0 to a safety item."""
    for measure in case.measures:
        if measure.client != client or not (item := safety_item(measure.code, measure.version)):
            continue
        for at, _, event, _, answer, *_ in ANSWERS.rows(measure.answers):
            if answer not in (0, UNKNOWN):
                severity = Severity.URGENT if answer >= SI_URGENT else Severity.HIGH
                because = Because("item", measure.code, int(item), answer, at, 1)
                yield Evidence(at, event, severity, because)


def deteriorations(case: Case, client: bytes | None) -> Iterator[Evidence]:
    """Scores reliably worse than the first of the same measure or goal in the case (C.2, B.1)."""
    for measure in case.measures:
        if measure.client == client:
            yield from _worse_scores(measure)
    for goal in case.goals.values():
        if goal.kind and goal.method == GoalMethod.GBO:
            rows = line(goal, client)
            for at, _, event, value, *_ in rows:
                if value - rows[0][3] <= -GOAL_CHANGE:
                    because = Because("goal", goal.kind, rows[0][3], value, at, 1)
                    yield Evidence(at, event, Severity.MEDIUM, because)


def _worse_scores(measure: Measure) -> Iterator[Evidence]:
    rows = counting(measure)
    first = next(rows, None)
    for row in rows:
        if first and compared(measure, first, row) is Change.RELIABLY_WORSE:
            because = Because("measure", measure.code, first[3], row[3], row[0], 1)
            yield Evidence(row[0], row[2], Severity.MEDIUM, because)


RULES = {Rule.SI_ITEM: safety_answers, Rule.DETERIORATION: deteriorations}


def reassess(case: Case, rule: Rule, client: bytes | None, cause: Cause) -> list[Told]:
    """Bring the flag of one rule and client in line with the facts; what happened to it.

    A new flag is as old as the event that caused it.
    """
    evidence = sorted(RULES[rule](case, client), key=lambda each: (each.at, each.event))
    flag = next(
        (f for f in case.flags if f.rule == rule and f.client == client and not f.cleared), None
    )
    if not evidence:
        return _cleared(flag)
    if flag is None:
        return [Told(copy(_raised(case, rule, client, cause, evidence)), Happened.RAISED)]
    before, rested_on = flag.severity, flag.evidence
    _rest_on(flag, evidence)
    if SEVERITIES.index(flag.severity) < SEVERITIES.index(before):
        return [Told(copy(flag), Happened.RAISED)]
    return [] if flag.evidence == rested_on else [Told(copy(flag), Happened.MERGED)]


def _cleared(flag: Flag | None) -> list[Told]:
    if flag is None:
        return []
    flag.cleared = True
    return [Told(copy(flag), Happened.CLEARED)]


def _raised(
    case: Case, rule: Rule, client: bytes | None, cause: Cause, evidence: list[Evidence]
) -> Flag:
    """A new flag, or the one that rested on the same first evidence before it was cleared."""
    flag_id = derived_id(UUID(bytes=evidence[0].event), rule).bytes
    flag = next((f for f in case.flags if f.id == flag_id), None)
    if flag is None:
        because = evidence[0].because
        flag = Flag(flag_id, rule, client, evidence[0].severity, cause.at, [], because)
        case.flags.append(flag)
    flag.cleared = False
    _rest_on(flag, evidence)
    return flag


def _rest_on(flag: Flag, evidence: list[Evidence]) -> None:
    """Severity rises and falls with the evidence that stands; the sentence tells the weightiest."""
    weightiest = min(evidence, key=lambda e: (SEVERITIES.index(e.severity), -e.at))
    flag.severity = weightiest.severity
    flag.evidence = [each.event for each in evidence]
    told = weightiest.because
    flag.because = Because(told.what, told.code, told.first, told.value, told.at, len(evidence))
