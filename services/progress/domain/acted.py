"""What everything that was done about a flag comes to: reckoned from its acts, one by one. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.progress.domain.lifecycle import Act, leads
from shared.events import Event
from shared.events.progress import (
    FlagAcknowledged,
    FlagActioned,
    FlagAssigned,
    FlagClosed,
    FlagEscalated,
    FlagReopened,
    FlagReviewStarted,
)
from shared.events.words import FlagState


ACTS: dict[type[Event], Act] = {
    FlagAcknowledged: Act.ACKNOWLEDGED,
    FlagReviewStarted: Act.REVIEW_STARTED,
    FlagAssigned: Act.ASSIGNED,
    FlagActioned: Act.ACTIONED,
    FlagEscalated: Act.ESCALATED,
    FlagClosed: Act.CLOSED,
    FlagReopened: Act.REOPENED,
}
LOOKS = (Act.ACKNOWLEDGED, Act.CLOSED)


@dataclass(frozen=True)
class Done:
    """One act as it was written down; the clock's have nobody in `by`, and a role in `code`.

    `before` is the flag's state until then, `undoes` the act that this one takes back.
    """

    act_id: UUID
    act: Act
    at: datetime
    by: UUID | None
    to: UUID | None
    code: str | None
    note: str | None = None
    before: str | None = None
    undoes: UUID | None = None


Said = tuple[Act, datetime, UUID | None, UUID | None, str | None]  # what an act's event tells of it
Acts = Counter[tuple[UUID, Said]]  # each with its flag, under the name that it has now


def of_done(done: Done) -> Said:
    """An act as its event tells of it."""
    return done.act, done.at, done.by, done.to, done.code


def of_event(event: Event) -> Done | None:
    """The act of which an event tells, without what is in none; None where it is of no act."""
    if (act := ACTS.get(type(event))) is None:
        return None
    if isinstance(event, FlagEscalated):
        who: tuple[Any, ...] = (None, event.person_id, event.to)
    else:
        names = ("by", "to", "action", "reason")
        by, to, action, reason = (getattr(event, name, None) for name in names)
        who = (by, to, action or reason)
    return Done(event.event_id, act, event.occurred_at, *who)


@dataclass
class Stand:
    """What a flag's row of acts says: where it stands, who saw it, whose it is, who was told."""

    state: FlagState = FlagState.RAISED
    acknowledged_by: UUID | None = None
    acknowledged_at: datetime | None = None
    note: str | None = None
    assigned_to: UUID | None = None
    told: frozenset[UUID] = frozenset()
    closed_at: datetime | None = None
    _closed: dict[UUID, FlagState] = field(default_factory=dict, repr=False, compare=False)

    def takes(self, done: Done) -> None:
        """Take in what was done next.

        In which state an act found the flag follows from those before it; nobody's word is taken.
        """
        state = leads(done.act)
        match done.act:
            case Act.ACKNOWLEDGED:
                self.acknowledged_by, self.acknowledged_at = done.by, done.at
                self.note, self.closed_at = done.note, None
            case Act.REVIEW_STARTED:
                self.assigned_to = self.assigned_to or done.by
            case Act.ASSIGNED:
                self.assigned_to = done.to
            case Act.ESCALATED:
                self.told |= {done.to} if done.to else set()
            case Act.CLOSED:
                self.closed_at = done.at
                self._closed[done.act_id] = self.state
            case Act.REOPENED:
                self.closed_at = None
                state = self._closed.get(done.undoes, state) if done.undoes else state
        self.state = state or self.state


def stand(acts: Iterable[Done]) -> Stand:
    """Where a flag stands after these, in the order in which they were done."""
    found = Stand()
    for done in acts:
        found.takes(done)
    return found
