"""A case's page against its facts: the numbers of progress, every flag with what it rests on."""

from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from shared.events.words import Attendance
from tests.campaign.facts import Answered, Facts, Rated, scores, standing
from tests.campaign.rules import (
    GOAL_CHANGE,
    OF_CASE,
    OF_CLIENT,
    RELIABLE,
    SEEN,
    Flag,
    days,
    flags,
    stalled,
    treatments,
)


CANCELLED = (Attendance.CANCELLED_BY_CLIENT, Attendance.CANCELLED_BY_SERVICE)


def wrong(facts: Facts, shown: dict[str, Any], now: datetime) -> list[str]:
    """What a case's page shows otherwise than its facts say, in words."""
    return [
        *_goals(facts, shown["goals"]),
        *_measures(facts, shown["measures"]),
        *_differing("attendance", shown["attendance"], attendance(facts, now)),
        *_differing("waiting", shown["waiting"], waiting(facts, now)),
        *_differing("the case", shown, {"status": "closed" if facts.closed_at else "open"}),
        *_flags(facts, shown["flags"], now),
    ]


def _differing(what: str, shown: dict[str, Any], right: dict[str, Any]) -> list[str]:
    return [
        f"{what} shows {name} {shown[name]} for {value}"
        for name, value in right.items()
        if shown[name] != value
    ]


def _verdict(change: int, points: int, count: int) -> str:
    """`change` is upwards when it is for the better."""
    if count < 2:
        return "first_score"
    if abs(change) < points:
        return "no_reliable_change"
    return "reliably_better" if change > 0 else "reliably_worse"


def _goals(facts: Facts, shown: list[dict[str, Any]]) -> list[str]:
    found, by_id = [], {goal["goal_id"]: goal for goal in shown}
    for goal_id, ratings in facts.goals.items():
        goal = by_id.get(str(goal_id))
        if goal is None:
            found.append(f"a goal with {len(ratings)} ratings is not shown")
            continue
        points = [(str(r.rating_id), r.value, r.voided) for r in _in_time(ratings)]
        told = [(each["rating_id"], each["value"], each["voided"]) for each in goal["points"]]
        if told != points:
            found.append(f"{len(told)} ratings of a goal, or others, for {len(points)}")
        found += _differing("a goal", goal, goal_line(standing(ratings)))
    return found


def _in_time(ratings: list[Rated]) -> list[Rated]:
    return sorted(ratings, key=lambda each: each.at)


def goal_line(line: list[Rated]) -> dict[str, Any]:
    """How a goal moved."""
    if not line:
        return {"ratings": 0, "first": None, "latest": None, "best": None, "stalled": False}
    values = [each.value for each in line]
    change = values[-1] - values[0]
    return {
        "ratings": len(values),
        "first": values[0],
        "latest": values[-1],
        "best": max(values),
        "change": change,
        "verdict": _verdict(change, GOAL_CHANGE, len(values)),
        "stalled": stalled(line),
    }


def _measures(facts: Facts, shown: list[dict[str, Any]]) -> list[str]:
    found, by_code = [], {measure["measure"]: measure for measure in shown}
    for code in sorted({answer.measure for answer in facts.answers} | by_code.keys()):
        answers = sorted((a for a in facts.answers if a.measure == code), key=lambda each: each.at)
        points = [(str(a.response_id), a.total, a.voided) for a in answers]
        measure = by_code.get(code, {"points": []})
        told = [(each["response_id"], each["total"], each["voided"]) for each in measure["points"]]
        if told != points:
            found.append(f"{len(told)} answers to {code}, or others, for {len(points)}")
        else:
            found += _differing(code, measure, measure_line(code, scores(facts, code)))
    return found


def measure_line(code: str, line: list[Answered]) -> dict[str, Any]:
    """How a measure moved: lower is better."""
    if not line:
        return {"first": None, "latest": None, "verdict": None}
    first, latest = line[0].total, line[-1].total
    verdict = _verdict(first - latest, RELIABLE[code], len(line))
    return {"first": first, "latest": latest, "change": latest - first, "verdict": verdict}


def attendance(facts: Facts, now: datetime) -> dict[str, Any]:
    """What became of the sessions."""
    met = sorted(facts.sessions.values(), key=lambda each: each.at)
    outcomes, seen = [each.outcome for each in met], [at for at, _ in treatments(facts)]
    in_a_row = 0
    for outcome in outcomes:
        in_a_row = 0 if outcome in SEEN else in_a_row + (outcome is Attendance.DID_NOT_ATTEND)
    return {
        "attended": len(seen),
        "treatments_attended": len(seen),
        "did_not_attend": outcomes.count(Attendance.DID_NOT_ATTEND),
        "cancelled": sum(outcome in CANCELLED for outcome in outcomes),
        "late_not_seen": outcomes.count(Attendance.LATE_NOT_SEEN),
        "sessions": len(outcomes),
        "booked": outcomes.count(None),
        "consecutive_did_not_attend": in_a_row,
        "days_since_contact": days(seen[-1], now) if seen else None,
        "longest_gap_days": max((days(*each) for each in pairwise(seen)), default=None),
    }


def waiting(facts: Facts, now: datetime) -> dict[str, Any]:
    """From the referral to the first treatment session, and on to the second."""
    assert facts.opening is not None
    seen = [at for at, _ in treatments(facts)]
    end = seen[0] if seen else facts.closed_at or now
    return {
        "days": max(0, days(facts.opening.referred_at, end)),
        "still_waiting": not seen and facts.closed_at is None,
        "second_gap_days": days(seen[0], seen[1]) if len(seen) > 1 else None,
    }


def _flags(facts: Facts, shown: list[dict[str, Any]], now: datetime) -> list[str]:
    right, found = flags(facts, now), []
    told: dict[tuple[str, UUID | None], Flag] = {}
    for flag in shown:
        if flag["state"] == "cleared" or flag["rule"] not in OF_CLIENT | OF_CASE:
            continue
        about = flag["rule"], UUID(flag["client_id"]) if flag["client_id"] else None
        found += [f"{about[0]} stands twice"] if about in told else []
        told[about] = Flag(flag["severity"], frozenset(map(UUID, flag["evidence"])))
    for about in sorted(right.keys() | told.keys(), key=str):
        found += _differently(about[0], right.get(about), told.get(about))
    return found


def _differently(rule: str, right: Flag | None, told: Flag | None) -> list[str]:
    if right is None or told is None:
        return [f"{rule} {'does not stand' if told is None else 'stands without a reason'}"]
    found = []
    if told.severity != right.severity:
        found.append(f"{rule} is {told.severity} for {right.severity}")
    if told.evidence != right.evidence and None not in right.evidence:
        more, less = (
            ", ".join(sorted(map(str, each)))
            for each in (told.evidence - right.evidence, right.evidence - told.evidence)
        )
        found.append(f"{rule} rests besides on [{more}], and not on [{less}]")
    return found
