"""Answers to questionnaires, as they stand once corrected; and what their totals mean."""

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from shared.events import Event, measures
from shared.events.goals import MeasureAmended, MeasureCompleted, MeasureVoided
from shared.events.measures import Change, Direction, Measure


@dataclass(frozen=True)
class Answer:
    """One questionnaire as it stands; `event_id` is the event that flags rest on."""

    response_id: UUID
    event_id: UUID
    client: UUID
    measure: str
    version: str
    at: datetime
    total: int
    items: dict[str, int]
    usable: bool
    came: int
    voided: bool = False

    @property
    def definition(self) -> Measure | None:
        """What its numbers mean; None for a measure or version that is not known here."""
        try:
            return measures.definition(self.measure, self.version)
        except (measures.UnknownMeasure, measures.UnknownVersion):
            return None

    @property
    def edition(self) -> int:
        """Its version as a number; 0 for what is none, or none that rows can keep."""
        kept = self.version.isdecimal() and int(self.version) < 256
        return int(self.version) if kept else 0

    @property
    def agrees(self) -> bool:
        """Whether its total may be used: one that its items do not come to is kept, not used."""
        known = self.definition
        come_to = None if known is None else known.come_to(self.items, self.total)
        return self.usable and come_to is not False

    @property
    def counts(self) -> bool:
        """Whether it counts: usable, and not taken back."""
        return self.agrees and not self.voided

    @property
    def safety(self) -> tuple[str, int] | None:
        """The safety item and its answer; None when it was not told, which is not 0.

        A version that is not known is read as the newest that is known of its measure: an answer
        above 0 is better looked at for nothing than not at all. Rows keep answers of 0 to 254.
        """
        known = self.definition or _newest(self.measure)
        if known is None or not known.safety_items:
            return None
        item = str(known.safety_items[0].item)
        said = self.items.get(item, -1)
        return (item, min(said, 254)) if said >= 0 else None


def _newest(code: str) -> Measure | None:
    return next((each for each in measures.newest() if each.code == code), None)


def take(answers: dict[UUID, Answer], event: Event, came: int) -> None:
    """Let one event say what it does of a questionnaire; others say nothing."""
    if isinstance(event, MeasureCompleted):
        answers[event.response_id] = _answer(event, event.event_id, came)
    elif isinstance(event, MeasureAmended | MeasureVoided):
        was = answers.get(event.response_id)
        if was is None or was.voided:
            return  # never heard of, or void: nothing to correct
        if isinstance(event, MeasureVoided):
            answers[event.response_id] = replace(was, voided=True)
        else:
            same = was.client == event.client_id
            id_ = was.event_id if same else event.event_id  # a new fact, about somebody else
            answers[event.response_id] = _answer(event, id_, was.came)


def _answer(event: MeasureCompleted | MeasureAmended, event_id: UUID, came: int) -> Answer:
    return Answer(
        event.response_id,
        event_id,
        event.client_id,
        event.measure,
        event.version,
        event.answered_at,
        event.total,
        dict(event.items),
        event.usable,
        came,
    )


def series(answers: dict[UUID, Answer]) -> dict[tuple[str, UUID], list[Answer]]:
    """The questionnaires of each kind and client, void ones too, oldest first; then as they came.

    The one that counts and came first in time is the baseline of its case (C.2, consequence 3).
    """
    found: dict[tuple[str, UUID], list[Answer]] = {}
    for each in sorted(answers.values(), key=lambda each: (each.at, each.came)):
        found.setdefault((each.measure, each.client), []).append(each)
    return found


def comparable(first: Answer, later: Answer) -> bool:
    """Whether two totals were made in the same way: one version, the same items left out."""
    if first.edition != later.edition:
        return False
    known = first.definition
    if known is None or not known.has_total or not any(known.unscored.values()):
        return True
    return known.comparable(first.items, later.items)


def change(first: Answer, later: Answer) -> Change:
    """What a later total says against the first: reliable from the published points on (B.1)."""
    known = later.definition
    if not comparable(first, later):
        return Change.NOT_COMPARABLE
    if known is None or not known.has_total or known.reliable_change is None:
        return Change.NO_PUBLISHED_THRESHOLD
    needed = Fraction(known.reliable_change.points) * known.per_point
    gained = later.total - first.total
    if known.direction is Direction.HIGHER_IS_WORSE:
        gained = -gained
    if abs(gained) < needed:
        return Change.NO_RELIABLE_CHANGE
    return Change.RELIABLY_BETTER if gained > 0 else Change.RELIABLY_WORSE


def at_caseness(answer: Answer) -> bool:
    """Whether a total is at its published cut-off, or beyond it in the worse direction."""
    known = answer.definition
    if known is None or known.caseness is None or not known.has_total:
        return False
    cut_off = Fraction(known.caseness.total) * known.per_point
    over = answer.total - cut_off
    if known.direction is Direction.HIGHER_IS_BETTER:
        over = -over
    return over > 0 or (over == 0 and not known.caseness.beyond)
