"""What a flag rests on, what that is compared with, and how it stands since. No database here."""

from collections.abc import Iterable, Sequence
from typing import TypedDict
from uuid import UUID

from services.progress.domain.packed import instant
from services.progress.domain.readings import Reading, readings, series
from services.progress.domain.state import Case
from services.progress.models.flags import EvidenceRead
from shared.events.words import Rule


COMPARED = (Rule.DETERIORATION, Rule.NOT_ON_TRACK, Rule.RECOVERED_READY)  # with the first
MOVING = (*COMPARED, Rule.GOAL_STALLED)  # of these the newest value says how things stand


class Lists(TypedDict):
    """The three lists of a flag's answer."""

    rests_on: list[EvidenceRead]
    compared_with: list[EvidenceRead]
    since: list[EvidenceRead]


def lists(case: Case | None, rule: Rule, client: UUID | None, evidence: Sequence[UUID]) -> Lists:
    """All that a flag rests on. A case that cannot be taken apart is as one that cannot be read."""
    try:
        return Lists(
            rests_on=rests_on(case, evidence),
            compared_with=compared_with(case, rule, client, evidence),
            since=since(case, rule, client, evidence),
        )
    except (ValueError, LookupError, OverflowError):
        return Lists(rests_on=rests_on(None, evidence), compared_with=[], since=[])


def rests_on(case: Case | None, evidence: Iterable[UUID]) -> list[EvidenceRead]:
    """The events of a flag by their time; first those that the case no longer holds.

    Of a case that nobody can read (None) all are told by their id alone, and nothing is compared.
    """
    known = {each.event: each for each in readings(case)} if case else {}
    found = [_read(event_id, known.get(event_id.bytes)) for event_id in evidence]
    return sorted(found, key=lambda each: (each.at is not None, each.at, each.event_id.bytes))


def compared_with(
    case: Case | None, rule: Rule, client: UUID | None, evidence: Sequence[UUID]
) -> list[EvidenceRead]:
    """The first value of each line that the evidence is of, where that is what it is held to."""
    if case is None or rule not in COMPARED:
        return []
    wanted = {event_id.bytes for event_id in evidence}
    firsts = (line[0] for line in _touched(case, client, wanted))
    return [_shown(each) for each in firsts if each.event not in wanted]


def since(
    case: Case | None, rule: Rule, client: UUID | None, evidence: Sequence[UUID]
) -> list[EvidenceRead]:
    """The newest value of each such line, where it came after what the flag rests on."""
    if case is None or rule not in MOVING:
        return []
    wanted = {event_id.bytes for event_id in evidence}
    newest = (line[-1] for line in _touched(case, client, wanted))
    return [_shown(each) for each in newest if each.event not in wanted]


def _touched(case: Case, client: UUID | None, wanted: set[bytes]) -> list[list[Reading]]:
    lines = series(case, client.bytes if client else None)
    return [line for line in lines if any(each.event in wanted for each in line)]


def _shown(reading: Reading) -> EvidenceRead:
    return _read(UUID(bytes=reading.event), reading)


def _read(event_id: UUID, found: Reading | None) -> EvidenceRead:
    if found is None:
        return EvidenceRead(
            event_id=event_id, type=None, at=None, words=None, subject_id=None, goal_id=None
        )
    return EvidenceRead(
        event_id=event_id,
        type=found.type,
        at=instant(found.at),
        words=found.words,
        subject_id=UUID(bytes=found.subject) if found.subject else None,
        goal_id=UUID(bytes=found.goal) if found.goal else None,
    )
