"""The life of a flag as the log tells it: what people did, and what they had seen. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.progress.domain.acted import LOOKS, Done, Stand, of_event
from shared.events import Event
from shared.events.progress import FlagRaised


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
    stand: Stand = field(default_factory=Stand)
    acts: list[tuple[Event, Done]] = field(default_factory=list)

    def hears(self, event: Event) -> None:
        """Take in what happened next; what is no act and raises nothing is passed over."""
        if isinstance(event, FlagRaised):
            self._raised(event)
        elif done := of_event(event):
            self.acts.append((event, replace(done, before=self.stand.state.value)))
            self.stand.takes(done)
            if done.act in LOOKS:
                self.seen, self.later, self.risen, self.asks_since = self.raised, set(), False, None

    def _raised(self, event: FlagRaised) -> None:
        self.raised = event
        if self.seen is None:
            return
        more = set(event.evidence).difference(self.seen.evidence)
        self.later |= more
        self.risen = self.risen or not more
        self.asks_since = self.asks_since or event.occurred_at
