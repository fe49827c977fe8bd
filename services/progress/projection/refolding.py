"""What a state holds that no page shows, against the same facts folded anew.

The next fact is folded on it: a goal that is wrongly known to stand still raises no flag any more,
and a moment of looking that lies ahead makes time do what it has not done yet. This asks the fold
itself, so it finds what is spoilt and not what the fold does wrongly: that is the reckoning's part.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import asdict, fields, replace

from services.progress.domain import facts
from services.progress.domain.fold import fold
from services.progress.domain.packed import micros
from services.progress.domain.rules import DEFAULTS, Moment, known_to_stand_still
from services.progress.domain.state import Case
from services.progress.projection.comparing import ARRIVAL
from shared.events import Event


# These follow from a clinic's numbers, from who was heard of first, or stand in a column.
ELSEWHERE = ARRIVAL | {"clinic", "flags", "due_at", "numbers"}


def of_state(case: Case, said: Sequence[Event], now: datetime) -> list[str]:
    """The fields of a state that its facts do not come to: words that hold no value."""
    newest = max([now, *(event.occurred_at for event in said)])
    found = ["state: looked"] if case.looked > micros(newest) else []
    held = {goal: each.still for goal, each in case.goals.items() if each.still}
    if known_to_stand_still(case) != held:
        found.append("state: still")
    theirs, ours = _fields(_folded(case, said)), _fields(case)
    return found + [f"state: {name}" for name in ours if ours[name] != theirs[name]]


def _folded(case: Case, said: Sequence[Event]) -> Case:
    fresh = Case(case.clinic)
    for event in said:
        fact = facts.decode(event.type, event.data())
        if isinstance(fact, facts.Fact):
            at, key = micros(event.occurred_at), UUID(event.key)
            fold(fresh, fact, Moment(at, key.bytes, DEFAULTS, event.event_id.bytes))
    return fresh


def _fields(case: Case) -> dict[str, Any]:
    found = {each.name: getattr(case, each.name) for each in fields(Case)}
    goals = {goal: asdict(replace(held, still=0)) for goal, held in case.goals.items()}
    return {name: found[name] for name in found if name not in ELSEWHERE} | {"goals": goals}
