"""The life of a flag as the log tells it: what people did, and what they had seen. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.progress.domain.lifecycle import Act, leads
from shared.events import Event
from shared.events.progress import (
    FlagAcknowledged,
    FlagActioned,
    FlagAssigned,
    FlagClosed,
    FlagEscalated,
    FlagRaised,
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


@dataclass
class Life:
    """One flag: take its events in with `hears`, in the order of the log.

    `seen` is the flag as it had last been told of when somebody looked; `later` the evidence that
    was told since, `risen` that it came to more on the same, `asks_since` when that began.
    """

    raised: FlagRaised | None = None
    seen: FlagRaised | None = None
    later: set[UUID] = field(default_factory=set)
    risen: bool = False
    asks_since: datetime | None = None
    state: FlagState = FlagState.RAISED
    acknowledged: FlagAcknowledged | None = None
    assigned_to: UUID | None = None
    told: list[UUID] = field(default_factory=list)
    closed_at: datetime | None = None
    acts: list[tuple[Event, FlagState]] = field(default_factory=list)  # with the state before

    def hears(self, event: Event) -> None:
        """Take in what happened next; what is no act and raises nothing is passed over."""
        if isinstance(event, FlagRaised):
            self._raised(event)
        elif act := ACTS.get(type(event)):
            self.acts.append((event, self.state))
            self.state = leads(act) or self.state
            self._did(event)
            if act in LOOKS:
                self.seen, self.later, self.risen, self.asks_since = self.raised, set(), False, None

    def _raised(self, event: FlagRaised) -> None:
        self.raised = event
        if self.seen is None:
            return
        more = set(event.evidence).difference(self.seen.evidence)
        self.later |= more
        self.risen = self.risen or not more
        self.asks_since = self.asks_since or event.occurred_at

    def _did(self, event: Event) -> None:
        match event:
            case FlagAcknowledged():
                self.acknowledged, self.closed_at = event, None
            case FlagReviewStarted():
                self.assigned_to = self.assigned_to or event.by
            case FlagAssigned():
                self.assigned_to = event.to
            case FlagEscalated():
                self.told += [event.person_id] if event.person_id else []
            case FlagClosed():
                self.closed_at = event.occurred_at
            case FlagReopened():
                self.closed_at = None
