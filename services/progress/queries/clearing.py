"""Why a flag was cleared, as far as its case still says: what went away of what it rested on."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from services.progress.domain.packed import instant
from services.progress.domain.readings import Reading, readings, voided
from services.progress.domain.state import SPOILT, Because, Case
from services.progress.models.ended import Ended, EndedBy
from shared.events.rules import DEFINITIONS
from shared.events.words import Rule


SAID = {"disclosure", "unsent"}
SESSION = "scheduling.attendance_recorded"


def ended(case: Case | None, rule: Rule, because: Because, evidence: Sequence[UUID]) -> list[Ended]:
    """What went away, each with how; empty where the case cannot be read or does not say.

    A case that ended takes its flags along; what was voided before it ended them earlier.
    """
    try:
        found = list(_went(case, because, evidence)) if case else []
        if not found and case and case.closed_at is not None and not DEFINITIONS[rule].safety:
            found = [_ended(EndedBy.CASE_CLOSED, None, instant(case.closed_at))]
        return found or (list(_standing(case, evidence)) if case else [])
    except SPOILT:
        return []


def _went(case: Case, because: Because, evidence: Sequence[UUID]) -> Iterator[Ended]:
    """The evidence that was voided, and what is not there any more for another reason."""
    void = {each.event: each for each in voided(case)}
    there = {each.event for each in readings(case)}
    for event in evidence:
        if found := void.get(event.bytes):
            yield _ended(EndedBy.VOIDED, found)
    if any(event.bytes not in there and event.bytes not in void for event in evidence):
        yield _replaced(case, because)


def _replaced(case: Case, because: Because) -> Ended:
    """What the case holds under no such event any more: told by the weightiest fact's moment."""
    if because.what in SAID:
        return _ended(EndedBy.TAKEN_BACK, None, instant(because.at))
    same = (each for each in readings(case) if (each.type, each.at) == (SESSION, because.at))
    session = next(same, None)
    return _ended(EndedBy.RECORDED_OTHERWISE if session else EndedBy.NOT_HELD, session)


def _standing(case: Case, evidence: Sequence[UUID]) -> Iterator[Ended]:
    """What still stands; what people entered may have been corrected, which its service says."""
    wanted = {event.bytes for event in evidence}
    for reading in readings(case):
        if reading.event in wanted:
            yield _ended(EndedBy.STANDS, reading)


def _ended(how: EndedBy, found: Reading | None, at: datetime | None = None) -> Ended:
    return Ended(
        how=how,
        event_id=UUID(bytes=found.event) if found else None,
        at=instant(found.at) if found else at,
        type=found.type if found else None,
        words=found.words if found else None,
        subject_id=UUID(bytes=found.subject) if found and found.subject else None,
        goal_id=UUID(bytes=found.goal) if found and found.goal else None,
    )
