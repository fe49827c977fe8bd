"""The load: writers who commit what happens to their cases, until the events are enough.

A commit whose answer did not come is tried again with the same events: then an id that is there
already says that it had been committed. So everything in the ledger is certain.
"""

import asyncio
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from deploy.demo import NORTHGATE, PEOPLE
from shared import outbox
from shared.clock import utcnow
from shared.consumer.failure import Meaning, meaning
from shared.db import Database
from shared.events import Event
from shared.settings import Settings
from tests.campaign import said, sessions
from tests.campaign.course import AGES, Course, Happening
from tests.campaign.ledger import Ledger


PUBLISHERS = ("clinics", "intake", "scheduling", "goals")
WRITERS, CALLERS = 4, 2
HURRY = 500  # events
BATCH = 40  # events of a transaction, at most
ROLLED_BACK = 0.05  # of the transactions
NEWCOMERS = 0.005  # a case more, in so many of the turns
LEAVERS = 0.01  # a case that ends, in so many of the turns
MEETINGS = 0.15  # so many of the turns are about sessions, the others about what clients say
AGAIN = 0.1  # seconds between two tries
CLINICIAN = next(person for person in PEOPLE if person.name == "Mara Ellis")
TOLD_EVERY = 1.0  # seconds between two bookings whose client is to be told at once


class RolledBack(Exception):
    """A transaction that its own business gave up."""


class Load:
    """So many events are `allowed`; `write` makes them, in tasks of its own."""

    def __init__(self, settings: Settings, seed: int, cases: int) -> None:
        self.ledger = Ledger()
        self.allowed = 0
        self.written = 0
        self._seed = seed
        self._dice = random.Random(seed)
        self._cases: list[list[Course]] = [[] for _ in range(WRITERS)]
        for number in range(cases):
            self._cases[number % WRITERS].append(self.course(self._dice))
        self._databases = {
            name: Database(settings.database(name, "worker"), WRITERS + CALLERS + 1)
            for name in PUBLISHERS
        }

    def course(self, dice: random.Random, began: datetime | None = None) -> Course:
        """A case to come."""
        age = timedelta(days=dice.choice(AGES))
        own = random.Random(dice.random())
        return Course(NORTHGATE.clinic_id, CLINICIAN.staff_id, own, began or utcnow() - age)

    def hurry(self) -> None:
        """Some more, at once."""
        self.allowed = max(self.allowed, self.written + HURRY)

    async def close(self) -> None:
        """Give the connections back."""
        for database in self._databases.values():
            await database.close()

    async def write(self, number: int, stop: asyncio.Event) -> None:
        """One writer owns its cases: the order of its commits is the order of their facts.

        It ends between two commits, never within one: what is committed is in the ledger.
        """
        dice, mine = random.Random(self._seed * 100 + number), self._cases[number]
        unopened, opened = mine[::-1], list[Course]()
        while not stop.is_set():
            slow = self.written >= self.allowed
            if slow:  # a trickle, so that everybody always has something to do
                await asyncio.sleep(AGAIN)
            if dice.random() < NEWCOMERS:
                unopened.append(self.course(dice))
            if unopened and (not opened or dice.random() < 0.5):
                opened.append(await self.begin(unopened.pop()))
                continue
            many = 1 if slow else min(len(opened), dice.randrange(1, BATCH))
            await self._go_on(dice.sample(opened, many), dice)

    async def begin(self, course: Course) -> Course:
        """A case is opened and its goals are agreed."""
        self.ledger.cases[course.case_id] = course.facts()
        await self._happen("intake", course, course.opening())
        await self._happen("goals", course, course.setting())
        return course

    async def _happen(self, publisher: str, course: Course, what: Sequence[Happening]) -> None:
        await self.commit(publisher, [each.event for each in what])
        for each in what:
            each.note(self.ledger.cases[course.case_id])

    async def _go_on(self, courses: list[Course], dice: random.Random) -> None:
        """One transaction of one service, about several cases."""
        cases = self.ledger.cases
        if dice.random() < LEAVERS and cases[courses[0].case_id].closed_at is None:
            await self._happen("intake", courses[0], [courses[0].closing()])
            return
        if dice.random() < MEETINGS:
            publisher, make = "scheduling", sessions.of_scheduling
        else:
            publisher, make = "goals", said.of_goals
        what = [(course, make(course, cases[course.case_id])) for course in courses]
        if await self.commit(publisher, [each.event for _, each in what], dice):
            for course, each in what:
                each.note(cases[course.case_id])

    async def commit(
        self, publisher: str, events: Sequence[Event], dice: random.Random | None = None
    ) -> bool:
        """Whether these events are committed now; False when the transaction was rolled back."""
        given_up = dice is not None and dice.random() < ROLLED_BACK
        while True:
            try:
                await self._try(publisher, events, given_up)
            except RolledBack:
                self.ledger.rolled_back |= {event.event_id.bytes for event in events}
                return False
            except IntegrityError:
                pass  # the last try was committed, only its answer did not come
            except Exception as error:
                if meaning(error) is not Meaning.WAIT:
                    raise
                await asyncio.sleep(AGAIN)
                continue
            self.ledger.commit(*events)
            self.written += len(events)
            return True

    async def _try(self, publisher: str, events: Sequence[Event], given_up: bool) -> None:
        async with self._databases[publisher].session() as session:
            await outbox.publish(session, *events)
            if given_up:
                raise RolledBack

    async def book(self, course: Course, stop: asyncio.Event) -> None:
        """Sessions of one case, each of which its client is to be told of at once."""
        while not stop.is_set():
            now = utcnow()
            common = {"occurred_at": now, "clinic_id": course.clinic_id, "case_id": course.case_id}
            booked = sessions.booking(course, dict(common), now + timedelta(days=30))
            await self._happen("scheduling", course, [booked])
            await asyncio.sleep(TOLD_EVERY)
