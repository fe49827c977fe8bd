"""What a flag rests on, what that is compared with, and how it stands since. No database here."""

from collections.abc import Iterable, Sequence
from typing import TypedDict
from uuid import UUID

from services.progress.domain.packed import instant
from services.progress.domain.readings import Reading, readings, series
from services.progress.domain.state import SPOILT, Case
from services.progress.models.flags import EvidenceRead
from shared.events.words import Rule


COMPARED = (Rule.DETERIORATION, Rule.NOT_ON_TRACK, Rule.RECOVERED_READY)  # with the first
MOVING = (*COMPARED, Rule.GOAL_STALLED)  # of these the newest value says how things stand
Reads = list[EvidenceRead]


class Lists(TypedDict):
    """The three lists of a flag's answer."""

    rests_on: list[EvidenceRead]
    compared_with: list[EvidenceRead]
    since: list[EvidenceRead]


def lists(case: Case | None, rule: Rule, client: UUID | None, evidence: Sequence[UUID]) -> Lists:
    """All that a flag rests on. A case that cannot be taken apart is as one that cannot be read."""
    try:
        firsts, newest = _ends(case, client, evidence) if case else ([], [])
        return Lists(
            rests_on=rests_on(case, evidence),
            compared_with=firsts if rule in COMPARED else [],
            since=newest if rule in MOVING else [],
        )
    except SPOILT:
        return Lists(rests_on=rests_on(None, evidence), compared_with=[], since=[])


def rests_on(case: Case | None, evidence: Iterable[UUID]) -> list[EvidenceRead]:
    """The events of a flag by their time; first those that the case no longer holds.

    Of a case that nobody can read (None) all are told by their id alone, and nothing is compared.
    """
    known = {each.event: each for each in readings(case)} if case else {}
    found = [_read(event_id, known.get(event_id.bytes)) for event_id in evidence]
    return sorted(found, key=lambda each: (each.at is not None, each.at, each.event_id.bytes))


def _ends(case: Case, client: UUID | None, evidence: Sequence[UUID]) -> tuple[Reads, Reads]:
    """The first and the newest value of each line that the evidence is of, where it is not it."""
    wanted = {event_id.bytes for event_id in evidence}
    lines = series(case, client.bytes if client else None)
    touched = [line for line in lines if any(each.event in wanted for each in line)]
    firsts, newest = ([line[place] for line in touched] for place in (0, -1))
    return _but(firsts, wanted), _but(newest, wanted)


def _but(found: list[Reading], wanted: set[bytes]) -> Reads:
    return [_read(UUID(bytes=each.event), each) for each in found if each.event not in wanted]


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
