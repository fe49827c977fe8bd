"""The load generator's own book: what was committed, and what the cases must come to.

The fold here is written apart from the projection's: slow, obvious, from all facts at once. It
knows ratings, PHQ-9 and two rules, SI_ITEM and DETERIORATION; other rules' flags it leaves alone.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from shared.events import Event


PHQ9_CHANGE, GOAL_CHANGE = 6, 3  # reliable change, as the domain sheet has it (B.1)
KNOWN_RULES = ("SI_ITEM", "DETERIORATION")


class Rated(NamedTuple):
    """A rating; `at` is minutes after the case began, None: when it was answered."""

    rating_id: UUID
    value: int
    at: float


class Answered(NamedTuple):
    """A PHQ-9."""

    response_id: UUID
    total: int
    nine: int
    at: float


@dataclass
class Facts:
    """One case, in the order in which its transactions were committed."""

    goals: dict[UUID, list[Rated]] = field(default_factory=lambda: defaultdict(list))
    answers: list[Answered] = field(default_factory=list)
    attended: int = 0


@dataclass
class Ledger:
    """Everything that was answered with 201 or committed, and what was rolled back."""

    cases: dict[UUID, Facts] = field(default_factory=lambda: defaultdict(Facts))
    committed: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    rolled_back: set[bytes] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)  # ids of ratings that HTTP answered with 201

    def commit(self, *events: Event) -> None:
        """These are in the database, for certain."""
        for event in events:
            self.committed[event.publisher].add(event.event_id.bytes)

    def __len__(self) -> int:
        return sum(map(len, self.committed.values())) + len(self.answered)


def wrong(facts: Facts, shown: dict[str, Any]) -> list[str]:
    """What a case's page shows otherwise than its facts say, in words."""
    return [
        *_goals(facts, shown["goals"]),
        *_answers(facts, shown["measures"]),
        *_attendance(facts, shown["attendance"]),
        *_flags(facts, shown["flags"]),
    ]


def _goals(facts: Facts, shown: list[dict[str, Any]]) -> list[str]:
    found, by_id = [], {goal["goal_id"]: goal for goal in shown}
    for goal_id, ratings in facts.goals.items():
        goal = by_id.get(str(goal_id))
        ordered = sorted(ratings, key=lambda each: each.at)
        points = [(str(each.rating_id), each.value) for each in ordered]
        values = [each.value for each in ordered]
        if goal is None:
            found.append(f"a goal with {len(points)} ratings is not shown")
        elif [(each["rating_id"], each["value"]) for each in goal["points"]] != points:
            found.append(f"{len(goal['points'])} ratings of a goal, or others, for {len(points)}")
        elif values:
            right = (len(values), values[0], values[-1], max(values))
            told = (goal["ratings"], goal["first"], goal["latest"], goal["best"])
            found += [f"a goal shows {told} for {right}"] if told != right else []
    return found


def _answers(facts: Facts, shown: list[dict[str, Any]]) -> list[str]:
    ordered = sorted(facts.answers, key=lambda each: each.at)
    points = [(str(each.response_id), each.total) for each in ordered]
    told = [
        (point["response_id"], point["total"])
        for measure in shown
        if measure["measure"] == "phq-9"
        for point in measure["points"]
    ]
    return [f"{len(told)} answers, or others, for {len(points)}"] if told != points else []


def _attendance(facts: Facts, shown: dict[str, Any]) -> list[str]:
    told = shown["attended"]
    return [f"{told} attended for {facts.attended}"] if told != facts.attended else []


def _flags(facts: Facts, shown: list[dict[str, Any]]) -> list[str]:
    raised = [flag["rule"] for flag in shown if flag["state"] != "cleared"]
    right = {"SI_ITEM": any(each.nine for each in facts.answers), "DETERIORATION": worse(facts)}
    return [
        f"{raised.count(rule)} {rule} for {int(right[rule])}"
        for rule in KNOWN_RULES
        if raised.count(rule) != int(right[rule])
    ]


def worse(facts: Facts) -> bool:
    """Whether a score or a goal ever stood reliably below where it began."""
    totals = [each.total for each in sorted(facts.answers, key=lambda each: each.at)]
    if any(total - totals[0] >= PHQ9_CHANGE for total in totals):
        return True
    for ratings in facts.goals.values():
        values = [each.value for each in sorted(ratings, key=lambda each: each.at)]
        if any(values[0] - value >= GOAL_CHANGE for value in values):
            return True
    return False
