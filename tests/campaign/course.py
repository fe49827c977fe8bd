"""A case's course as the load makes it: what happens next, and what that is in the ledger.

It begins in the past, so that rules of time have something to say, and comes up to now; from there
on it is live.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from shared.clock import utcnow
from shared.events import Event
from shared.events.goals import GoalSet
from shared.events.intake import CaseClosed, CaseOpened, ClientRegistered
from shared.events.words import EndCode, GoalKind, GoalOwner, Modality
from tests.campaign.facts import Earlier, Facts, Opening


# Days since the referral: before and beyond what the rules of time ask for.
AGES = (3, 20, 50, 90, 110, 140, 220)
FACTS = 60  # so many of them bring a case up to now
LATE, LATE_BY = 0.05, timedelta(days=20)  # some facts speak of an earlier time than they came
QUIET = 0.8  # of the cases go well: what they raise, time raises
WAITS, WAITS_FOR = 0.2, timedelta(days=60)  # of the cases, before anybody is treated
HAD_ANOTHER, EARLIER_BY = 0.2, 500  # of the cases, up to so many days before

Note = Callable[[Facts], None]


class Happening(NamedTuple):
    """An event, and what to write down once it is committed."""

    event: Event
    note: Note


@dataclass
class Course:
    """One case; every method makes something that can happen to it."""

    clinic_id: UUID
    clinician_id: UUID
    dice: random.Random
    clock: datetime
    case_id: UUID = field(default_factory=uuid4)
    client_id: UUID = field(default_factory=uuid4)
    goals: list[UUID] = field(default_factory=lambda: [uuid4(), uuid4()])

    def __post_init__(self) -> None:
        self.quiet = self.dice.random() < QUIET
        self.waits = self.dice.random() < WAITS
        self.step = (utcnow() - self.clock) / FACTS
        self.began = self.clock

    def when(self) -> tuple[dict[str, object], datetime]:
        """What every event has, and the time that it speaks of: within the case, not to come."""
        self.clock += self.step * self.dice.uniform(0.2, 1.8)
        recorded = min(self.clock, utcnow())
        spoken = recorded
        if self.dice.random() < LATE:
            spoken = max(self.began, recorded - LATE_BY * self.dice.random())
        common = {"occurred_at": recorded, "clinic_id": self.clinic_id, "case_id": self.case_id}
        return common, spoken

    def facts(self) -> Facts:
        """Nothing is known yet."""
        return Facts(self.client_id)

    def opening(self) -> list[Happening]:
        """The client is known and the case begins; now and then there was one before."""
        common, _ = self.when()
        earlier = None
        if self.dice.random() < HAD_ANOTHER:
            ended = self.began - timedelta(days=self.dice.randrange(1, EARLIER_BY))
            code = self.dice.choice((EndCode.COMPLETED_AS_AGREED, EndCode.NOT_SUITABLE_NO_ACTION))
            earlier = Earlier(code, ended)
        opened = CaseOpened(
            **common,
            case_number="K-1",
            client_ids=(self.client_id,),
            modality=Modality.INDIVIDUAL,
            clinician_id=self.clinician_id,
            referred_at=self.began,
            previous_case_id=uuid4() if earlier else None,
            previous_end_code=earlier.end_code if earlier else None,
            previous_closed_at=earlier.closed_at if earlier else None,
        )
        known = ClientRegistered(
            occurred_at=opened.occurred_at,
            clinic_id=self.clinic_id,
            client_id=self.client_id,
            contact=None,
        )

        def note(facts: Facts) -> None:
            facts.opening = Opening(opened.event_id, self.began, opened.occurred_at)
            facts.earlier = earlier

        return [Happening(known, _nothing), Happening(opened, note)]

    def setting(self) -> list[Happening]:
        """Its goals are agreed."""
        common, _ = self.when()
        return [self._goal(common, goal_id) for goal_id in self.goals]

    def _goal(self, common: dict[str, object], goal_id: UUID) -> Happening:
        event = GoalSet(
            **common,
            goal_id=goal_id,
            client_id=self.client_id,
            kind=GoalKind.RESILIENCE,
            owner=GoalOwner.CLIENT,
            target=8,
        )
        return Happening(event, lambda facts: facts.goals.update({goal_id: []}))

    def closing(self) -> Happening:
        """It ends; late facts may still come."""
        common, at = self.when()
        event = CaseClosed(**common, end_code=EndCode.COMPLETED_AS_AGREED, closed_at=at)
        return Happening(event, lambda facts: setattr(facts, "closed_at", at))


def _nothing(_: Facts) -> None:
    """What the cases do not show."""
