"""Which flags must stand on a case, by its facts and the day: the rules written a second time.

Apart from the projection's, slow and obvious, from all facts at once. Every rule that facts or time
can raise is here, with the numbers that hold where a clinic set none, on UTC's calendar: the
campaign's clinic has told nobody where it is.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.events.words import Attendance, EndCode
from tests.campaign.facts import Answered, Facts, Rated, scores, standing


# Reliable change and the first score at caseness (domain sheet B.1).
RELIABLE = {"phq-9": 6, "gad-7": 4}
CASENESS = {"phq-9": 10, "gad-7": 8}
GOAL_CHANGE, TARGET = 3, 8
COURSE_ENDS = (
    EndCode.COMPLETED_AS_AGREED,
    EndCode.ENDED_EARLIER_THAN_PLANNED,
    EndCode.ENDED_EARLIER_THAN_ASKED,
)
SEEN = (Attendance.ATTENDED, Attendance.LATE_SEEN)
SAFETY = ("SI_ITEM",)
WORST_FIRST = ("urgent", "high", "medium", "low", "info")


class Flag(NamedTuple):
    """A flag that stands: how severe it is, and on which events it rests."""

    severity: str
    evidence: frozenset[UUID | None]


class Found(NamedTuple):
    """One thing that a flag rests on."""

    severity: str
    events: tuple[UUID | None, ...]


Rule = Callable[[Facts, datetime], Iterable[Found]]


def flags(facts: Facts, now: datetime) -> dict[tuple[str, UUID | None], Flag]:
    """Every flag that must stand, by rule and client; the end of a case leaves those of safety."""
    found = {}
    for rules, client in ((OF_CLIENT, facts.client_id), (OF_CASE, None)):
        for name, rule in rules.items():
            over = facts.closed_at is not None and name not in SAFETY
            if rests_on := [] if over else list(rule(facts, now)):
                severity = min((each.severity for each in rests_on), key=WORST_FIRST.index)
                evidence = frozenset(event for each in rests_on for event in each.events)
                found[name, client] = Flag(severity, evidence)
    return found


def days(begin: datetime, end: datetime) -> int:
    """Midnights between two moments."""
    return (end.date() - begin.date()).days


def treatments(facts: Facts) -> list[tuple[datetime, UUID]]:
    """Sessions in which somebody was seen."""
    seen = (met for met in facts.sessions.values() if met.outcome in SEEN)
    return sorted((met.at, met.event_id) for met in seen)


def si_item(facts: Facts, _: datetime) -> Iterable[Found]:
    """Answers above 0 to item 9; urgent from 2 on, after a rise, or when there is a plan."""
    before = 0
    for answer in scores(facts, "phq-9"):
        if answer.safety is None:
            continue
        if answer.safety > 0:
            rose = 0 < before < answer.safety
            yield Found("urgent" if rose or answer.safety >= 2 else "high", (answer.event_id,))
        before = answer.safety
    for said in facts.disclosures:
        yield Found("urgent" if said.plan else "high", (said.event_id,))


def deterioration(facts: Facts, _: datetime) -> Iterable[Found]:
    """Reliably worse than the first of its kind."""
    for measure, change in RELIABLE.items():
        totals = scores(facts, measure)
        for answer in totals:
            if answer.total - totals[0].total >= change:
                yield Found("medium", (answer.event_id,))
    for ratings in facts.goals.values():
        line = standing(ratings)
        for rating in line:
            if line[0].value - rating.value >= GOAL_CHANGE:
                yield Found("medium", (rating.event_id,))


def not_on_track(facts: Facts, now: datetime) -> Iterable[Found]:
    """At session 6 or later the score that held then was no better than the first; until one got
    reliably better. A score of the day of session 6 holds in it."""
    seen = treatments(facts)
    for measure, change in RELIABLE.items() if len(seen) >= 6 else ():
        totals, (sixth, event) = scores(facts, measure), seen[5]
        for number, answer in enumerate(totals[1:], 1):
            if totals[0].total - answer.total >= change:
                break
            after = totals[number + 1].at if number + 1 < len(totals) else None
            holds = sixth.date() < after.date() if after else sixth <= now
            if holds and answer.total >= totals[0].total:
                yield Found("medium", (answer.event_id, event))
                break


def goal_stalled(facts: Facts, _: datetime) -> Iterable[Found]:
    """Four ratings without a point gained, short of the target; no rating counts for two such."""
    for ratings in facts.goals.values():
        line = standing(ratings)
        while len(line) >= 4:
            first, last = line[0], line[3]
            still = last.value < TARGET and last.value <= first.value
            if still:
                yield Found("low", (last.event_id, first.event_id))
            line = line[4:] if still else line[1:]


def recovered_ready(facts: Facts, _: datetime) -> Iterable[Found]:
    """The latest two scores of a measure recovered reliably, while neither of the latest two of
    any is at caseness."""
    lines = {measure: scores(facts, measure) for measure in RELIABLE}
    if any(each.total >= CASENESS[code] for code, line in lines.items() for each in line[-2:]):
        return
    for code, line in lines.items():
        if line and line[0].total >= CASENESS[code]:
            held = _recovered_at_the_end(code, line)
            if len(held) >= 2:
                yield Found("info", (held[0].event_id, held[1].event_id))


def _recovered_at_the_end(code: str, line: list[Answered]) -> list[Answered]:
    first, held = line[0].total, list[Answered]()
    for answer in line[1:]:
        well = answer.total < CASENESS[code] and first - answer.total >= RELIABLE[code]
        held = [*held, answer] if well else []
    return held


def missed_in_a_row(facts: Facts) -> list[list[UUID]]:
    """For each missed session the row that it ends; only being seen ends a row."""
    rows, row = [], list[UUID]()
    for met in sorted(facts.sessions.values(), key=lambda each: each.at):
        if met.outcome is Attendance.DID_NOT_ATTEND:
            row = [*row, met.event_id]
            rows.append(row)
        elif met.outcome in SEEN:
            row = []
    return rows


def dna_1(facts: Facts, _: datetime) -> Iterable[Found]:
    """First sessions missed."""
    return [Found("low", tuple(row)) for row in missed_in_a_row(facts) if len(row) == 1]


def dna_2(facts: Facts, _: datetime) -> Iterable[Found]:
    """The second in a row, and those after it."""
    return [Found("medium", tuple(row)) for row in missed_in_a_row(facts) if len(row) >= 2]


def late_not_seen(facts: Facts, _: datetime) -> Iterable[Found]:
    """Too late to be seen."""
    for met in facts.sessions.values():
        if met.outcome is Attendance.LATE_NOT_SEEN:
            yield Found("low", (met.event_id,))


def outcome_missing(facts: Facts, now: datetime) -> Iterable[Found]:
    """A treatment session, no score within 7 days of it, and it is too late for one."""
    answered = [answer.at for answer in facts.answers if not answer.voided]
    for at, event in treatments(facts):
        if days(at, now) > 7 and not any(abs(days(at, score)) <= 7 for score in answered):
            yield Found("low", (event,))


def wait_breach(facts: Facts, now: datetime) -> Iterable[Found]:
    """More than 42 days to the first treatment, high from 126; who waits still, by their bands.

    It rests on the opening alone."""
    if facts.opening is None:
        return
    seen = treatments(facts)
    ends = [now, *(at for at, _ in seen[:1]), *([facts.closed_at] if facts.closed_at else [])]
    waited = days(facts.opening.referred_at, min(ends))
    if waited > 42:
        yield Found("high" if waited > 126 else "medium", (facts.opening.event_id,))


def long_gap(facts: Facts, now: datetime) -> Iterable[Found]:
    """More than 28 days between the first two treatment sessions, medium from 90; it rests on the
    first."""
    seen = treatments(facts)
    if seen:
        end = seen[1][0] if len(seen) > 1 else facts.closed_at or now
        gap = days(seen[0][0], min(end, now))
        if gap > 28:
            yield Found("medium" if gap > 90 else "low", (seen[0][1],))


def disengaged(facts: Facts, now: datetime) -> Iterable[Found]:
    """An open case and more than 90 days without treatment."""
    if facts.opening and facts.closed_at is None:
        opened = (facts.opening.recorded_at, facts.opening.event_id)
        last, event = [opened, *treatments(facts)][-1]
        if days(last, now) > 90:
            yield Found("medium", (event,))


def repeat_referral(facts: Facts, _: datetime) -> Iterable[Found]:
    """Within a year of a completed course."""
    if facts.opening is None or facts.earlier is None:
        return
    passed = days(facts.earlier.closed_at, facts.opening.referred_at)
    if facts.earlier.end_code in COURSE_ENDS and 0 <= passed <= 365:
        yield Found("info", (facts.opening.event_id,))


OF_CLIENT: dict[str, Rule] = {
    "SI_ITEM": si_item,
    "DETERIORATION": deterioration,
    "NOT_ON_TRACK": not_on_track,
    "GOAL_STALLED": goal_stalled,
    "RECOVERED_READY": recovered_ready,
}
OF_CASE: dict[str, Rule] = {
    "DNA_1": dna_1,
    "DNA_2": dna_2,
    "LATE_NOT_SEEN": late_not_seen,
    "OUTCOME_MISSING": outcome_missing,
    "WAIT_BREACH": wait_breach,
    "LONG_GAP": long_gap,
    "DISENGAGED": disengaged,
    "REPEAT_REFERRAL": repeat_referral,
}


def stalled(line: list[Rated]) -> bool:
    """Whether a goal stands still now: its latest four ratings, short of the target."""
    return len(line) >= 4 and line[-1].value < TARGET and line[-1].value <= line[-4].value
