"""The load generator's own book: what was committed, for certain, and what was rolled back."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from shared.events import Event
from shared.events.scheduling import AppointmentBooked
from tests.campaign.facts import Facts


@dataclass
class Ledger:
    """Everything that was answered with 201 or committed, and what was rolled back."""

    cases: dict[UUID, Facts] = field(default_factory=dict)
    committed: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    rolled_back: set[bytes] = field(default_factory=set)
    answered: set[str] = field(default_factory=set)  # ids of ratings that HTTP answered with 201
    bookings: dict[UUID, UUID] = field(default_factory=dict)  # event → the client to be told of it

    def commit(self, *events: Event) -> None:
        """These are in the database, for certain."""
        for event in events:
            self.committed[event.publisher].add(event.event_id.bytes)
            if isinstance(event, AppointmentBooked):
                self.bookings |= dict.fromkeys([event.event_id], event.client_ids[0])

    def __len__(self) -> int:
        return sum(map(len, self.committed.values())) + len(self.answered)
