"""What everything that was done about a flag comes to: reckoned from its acts, one by one. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.progress.domain.lifecycle import Act, before_closing, leads
from services.progress.domain.recalled import ACTS
from shared.events import Event
from shared.events.words import FlagState


@dataclass(frozen=True)
class Done:
    """One act as it was written down; the clock's have nobody in `by`.

    `before` is the flag's state until then, `undoes` the act that this one takes back.
    """

    act_id: UUID
    act: Act
    at: datetime
    by: UUID | None
    to: UUID | None
    note: str | None
    before: str | None
    undoes: UUID | None


Said = tuple[Act, datetime, UUID | None, UUID | None]  # what an act's event tells of it


def of_done(done: Done) -> Said:
    """An act as its event tells of it."""
    return done.act, done.at, done.by, done.to


def of_event(event: Event) -> Said | None:
    """The act of which an event tells; None when it is of something else."""
    if (act := ACTS.get(type(event))) is None:
        return None
    to = getattr(event, "person_id" if act is Act.ESCALATED else "to", None)
    return act, event.occurred_at, getattr(event, "by", None), to


def by_flag(events: Iterable[Event]) -> dict[UUID, frozenset[Said]]:
    """The acts of which these events tell, by flag."""
    found: dict[UUID, set[Said]] = defaultdict(set)
    for event in events:
        if said := of_event(event):
            found[event.flag_id].add(said)  # type: ignore[attr-defined]
    return {flag_id: frozenset(acts) for flag_id, acts in found.items()}


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
    _before: dict[UUID, str | None] = field(default_factory=dict, repr=False, compare=False)

    def takes(self, done: Done) -> None:
        """Take in what was done next."""
        self._before[done.act_id] = done.before
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
            case Act.REOPENED:
                self.closed_at = None
                state = before_closing(self._before.get(done.undoes)) if done.undoes else state
        self.state = state or self.state


def stand(acts: Iterable[Done]) -> Stand:
    """Where a flag stands after these, in the order in which they were done."""
    found = Stand()
    for done in acts:
        found.takes(done)
    return found
