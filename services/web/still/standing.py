"""Since when a case stands still, and what is therefore not shown of it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.web import words
from services.web.cases import Case, name_in
from services.web.charts.words import number
from services.web.clients import Part
from services.web.directory import Clinic
from services.web.walltime import wall


MISSING = {
    "goals": "Goals, scores, flags and safety answers since then are not shown here.",
    "scheduling": "What became of sessions since then, and flags about it, are not shown here.",
    "intake": "What front desk recorded of this case since then is not shown here.",
}


@dataclass(frozen=True)
class Still:
    """One case that stands still, in words."""

    case_id: str
    name: str
    clinician: str
    since: str
    says: str  # how many could not be read, how many wait
    missing: str


def still_of(told: dict[str, Any] | None, clinic: Clinic, now: datetime) -> Still | None:
    """What a case's own page says; None for one that goes on, or when progress is away."""
    return _still({"case_id": "", "clinician_id": None} | told, "", clinic, now) if told else None


def cases_of(still: Part, cases: dict[str, Case], clinic: Clinic, now: datetime) -> list[Still]:
    """Those that stand still, with their names."""
    return [_still(each, name_in(cases, each["case_id"]), clinic, now) for each in still.items]


def _still(told: dict[str, Any], name: str, clinic: Clinic, now: datetime) -> Still:
    return Still(
        told["case_id"],
        name,
        clinic.who(told["clinician_id"]),
        words.within(wall(told["since"], clinic.zone), now),
        how_many(told["unreadable"], told["waiting"]),
        " ".join(says for topic, says in MISSING.items() if topic in told["topics"]),
    )


def how_many(unreadable: int, waiting: int) -> str:
    """`one event could not be read, and 14 that came after it wait`."""
    said = f"{number(unreadable)} event{'' if unreadable == 1 else 's'} could not be read"
    if not waiting:
        return said
    behind = "it" if unreadable == 1 else "them"
    return f"{said}, and {waiting} that came after {behind} {'waits' if waiting == 1 else 'wait'}"
