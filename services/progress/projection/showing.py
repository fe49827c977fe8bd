"""What the read tables show of a case, in the shape of the reckoning: read, never reckoned anew."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.progress.domain.packed import instant
from services.progress.domain.state import (
    BOOKED,
    KINDS,
    NOT_TOLD,
    OUTCOMES,
    SESSIONS,
    Case,
    Flag,
    encode_because,
)
from services.progress.models.answers import MeasureProgress
from services.progress.models.goals import GoalProgress
from services.progress.projection.reckoning import Stands
from services.progress.queries import standing
from shared.events.words import Rule


class Flagged(NamedTuple):
    """A flag that stands, as a row or a state has it: what the log can tell of it, and the rest.

    Name, age and sentence follow from how the facts came, or are made of what it rests on; the row
    and the state must have the same.
    """

    stands: Stands
    flag_id: UUID
    clinic_id: UUID
    raised_at: datetime
    grown_at: datetime
    because: bytes


Parts = dict[str, dict[Any, Any]]
Key = tuple[Rule, UUID | None]


def shown(case_id: UUID, case: Case, zone: str, now: datetime) -> Parts:
    """Each part of what is shown, by its rows or fields; as `reckoning.figures` has them."""
    said = standing.whole(case_id, case, zone, now)
    about = ("case_number", "status", "clinician_id", "client_ids", "opened_at", "closed_at")
    return {
        "case": {name: said[name] for name in (*about, "end_code")},
        "goals": {goal.goal_id: _goal(goal) for goal in said["goals"]},
        "kinds of goal": {each.kind.value: dict(each) for each in said["kinds"]},
        "attainment": {each.client_id: dict(each) for each in said["attainment"]},
        "measures": {(each.measure, each.client_id): _measure(each) for each in said["measures"]},
        "sessions": _sessions(case),
        "attendance": dict(said["attendance"]),
        "waiting": dict(said["waiting"]),
        "outcome": {each.client_id: _outcome(each) for each in said["outcome"]},
    }


def _goal(goal: GoalProgress) -> dict[str, Any]:
    lines = {
        (
            *(each.client_id, each.by, each.ratings, each.first, each.latest),
            *(each.best, each.change, each.verdict),
        )
        for each in goal.lines
    }
    points = [(p.rating_id, p.at, p.value, p.by, p.client_id, p.voided) for p in goal.points]
    still = {"stalled_clients": set(goal.stalled_clients)}
    return dict(goal) | {"trend": goal.trend.per_week, "lines": lines, "points": points} | still


def _measure(measure: MeasureProgress) -> dict[str, Any]:
    points = [
        (p.response_id, p.at, p.total, p.safety, p.items, p.usable, p.voided)
        for p in measure.points
    ]
    trend = measure.trend
    return dict(measure) | {
        "trend": trend.per_week,
        "index": trend.index,
        "reliable": trend.reliable,
        "items": {item.number: (item.first, item.latest) for item in measure.items},
        "points": points,
    }


def _outcome(each: Any) -> dict[str, Any]:
    return dict(each) | {"pairs": [(pair.measure, pair.first, pair.last) for pair in each.pairs]}


def _sessions(case: Case) -> dict[UUID, dict[str, Any]]:
    return {
        UUID(bytes=id_): {
            "at": instant(at),
            "outcome": None if outcome == BOOKED else OUTCOMES[outcome],
            "kind": None if kind == NOT_TOLD else KINDS[kind],
        }
        for at, id_, _, outcome, kind in SESSIONS.rows(case.sessions)
    }


def flags_of(case: Case) -> dict[Key, list[Flagged]]:
    """The flags that stand by the state."""
    found: dict[Key, list[Flagged]] = {}
    for flag in sorted(case.flags, key=lambda each: each.id):
        if not flag.cleared:
            key = flag.rule, UUID(bytes=flag.client) if flag.client else None
            found.setdefault(key, []).append(_flagged(flag, case.clinic))
    return found


def _flagged(flag: Flag, clinic: bytes) -> Flagged:
    stands = Stands(
        flag.version,
        flag.severity.value,
        tuple(UUID(bytes=event) for event in flag.evidence),
        tuple(sorted(flag.parameters.items())),
    )
    return Flagged(
        stands,
        UUID(bytes=flag.id),
        UUID(bytes=clinic),
        instant(flag.raised_at),
        instant(flag.grown_at),
        encode_because(flag.because),
    )
