"""The load: writers who commit events, and callers who rate goals over HTTP until they get a 201.

A commit whose answer did not come is tried again with the same events: then an id that is there
already says that it had been committed. So everything in the ledger is certain.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy.exc import IntegrityError

from deploy.demo import NORTHGATE, PEOPLE
from shared import outbox
from shared.consumer.failure import Meaning, meaning
from shared.db import Database
from shared.events import Event
from shared.events.words import Attendance
from shared.settings import Settings
from tests.campaign.ledger import Answered, Ledger, Rated
from tests.progress.histories import Story


PUBLISHERS = ("intake", "scheduling", "goals")
WRITERS, CALLERS = 4, 2
HURRY = 500  # events
BATCH = 40  # events of a transaction, at most
ROLLED_BACK = 0.05  # of the transactions
NEWCOMERS = 0.02  # a case more, in so many of the turns
LATE = 0.05  # of the facts speak of an earlier time than others that came before
AGAIN = 0.1  # seconds between two tries
ANSWERS_IN = 120.0
CLINICIAN = next(person for person in PEOPLE if person.name == "Mara Ellis")
TRANSIENT = {404, 429, 502, 503, 504}  # 404: the service has not heard of it yet


class RolledBack(Exception):
    """A transaction that its own business gave up."""


@dataclass
class Case:
    """One case of one writer."""

    story: Story
    goals: list[UUID] = field(default_factory=lambda: [uuid4(), uuid4()])
    minute: int = 0
    opened: bool = False

    def when(self, dice: random.Random) -> float:
        """The next fact's minute; now and then it speaks of an earlier one."""
        self.minute += 1
        return self.minute - (dice.randrange(20) + 0.5 if dice.random() < LATE else 0)


class Load:
    """`allow` so many events; `write` and `call` make them, each in tasks of their own."""

    def __init__(self, settings: Settings, seed: int, cases: int) -> None:
        self.ledger = Ledger()
        self.allowed = 0
        self.written = 0
        self.cases: list[list[Case]] = [[] for _ in range(WRITERS)]
        self._settings = settings
        self._seed = seed
        for number in range(cases):
            self.cases[number % WRITERS].append(Case(_story()))
        self._databases = {
            name: Database(settings.database(name, "worker"), WRITERS + CALLERS)
            for name in PUBLISHERS
        }

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
        dice, mine = random.Random(self._seed * 100 + number), self.cases[number]
        while not stop.is_set():
            slow = self.written >= self.allowed
            if slow:  # a trickle, so that everybody always has something to do
                await asyncio.sleep(AGAIN)
            if dice.random() < NEWCOMERS:
                mine.append(Case(_story()))
            case = dice.choice(mine)
            if not case.opened:
                await self._open(case)
                continue
            some = dice.choices(mine, k=1 if slow else dice.randrange(1, BATCH))
            some = [each for each in some if each.opened]
            if dice.random() < 0.1:
                await self._attend(some, dice)
            else:
                await self._rate(some, dice)

    async def _open(self, case: Case) -> None:
        await self.commit("intake", [case.story.opened()])
        await self.commit("goals", [case.story.goal(goal) for goal in case.goals])
        case.opened = True
        for goal in case.goals:
            self.ledger.cases[case.story.case_id].goals[goal] = []

    async def _attend(self, cases: list[Case], dice: random.Random) -> None:
        met = Attendance.ATTENDED
        events = [each.story.attended(uuid4(), met, each.when(dice)) for each in cases]
        if await self.commit("scheduling", events, dice):
            for event in events:
                self.ledger.cases[event.case_id].attended += 1

    async def _rate(self, cases: list[Case], dice: random.Random) -> None:
        """Ratings, and a PHQ-9 now and then."""
        events: list[Event] = []
        facts: list[tuple[UUID, UUID | None, Rated | Answered]] = []
        for case in cases:
            story, when = case.story, case.when(dice)
            if dice.random() < 0.1:
                nine = int(dice.random() < 0.05)
                answered = story.answered(dice.randrange(1, 20) + nine, nine, when)
                told = Answered(answered.response_id, answered.total, nine, when)
                facts.append((story.case_id, None, told))
                events.append(answered)
            else:
                goal = dice.choice(case.goals)
                rated = story.rated(goal, dice.randrange(4, 11), when)
                facts.append((story.case_id, goal, Rated(rated.rating_id, rated.value, when)))
                events.append(rated)
        if await self.commit("goals", events, dice):
            self._note(facts)

    def _note(self, facts: list[tuple[UUID, UUID | None, Rated | Answered]]) -> None:
        for case_id, goal, fact in facts:
            held = self.ledger.cases[case_id]
            if goal is not None and isinstance(fact, Rated):
                held.goals[goal].append(fact)
            elif isinstance(fact, Answered):
                held.answers.append(fact)

    async def commit(
        self, publisher: str, events: Sequence[Event], dice: random.Random | None = None
    ) -> bool:
        """Whether these events are committed now; False when the transaction was rolled back."""
        given_up = dice is not None and dice.random() < ROLLED_BACK
        while True:
            try:
                async with self._databases[publisher].session() as session:
                    await outbox.publish(session, *events)
                    if given_up:
                        raise RolledBack
            except RolledBack:
                self.ledger.rolled_back |= {event.event_id.bytes for event in events}
                return False
            except IntegrityError:
                break  # the last try was committed, only its answer did not come
            except Exception as error:
                if meaning(error) is not Meaning.WAIT:
                    raise
                await asyncio.sleep(AGAIN)
                continue
            break
        self.ledger.commit(*events)
        self.written += len(events)
        return True

    async def call(self, http: httpx.AsyncClient, number: int, stop: asyncio.Event) -> None:
        """One caller: a case of its own, a goal, and ratings of it, each until it is answered."""
        dice, story = random.Random(self._seed * 100 + 50 + number), _story()
        await self.commit("intake", [story.opened()])
        body = {"kind": "resilience", "title": "campaign", "owner": "client", "target": 8}
        ids = {"case_id": str(story.case_id), "client_id": str(story.client_id)}
        goal = UUID((await answered(http, "/v1/goals", {**body, **ids}))["goal_id"])
        ratings = self.ledger.cases[story.case_id].goals[goal]
        while not stop.is_set():
            value = dice.randrange(4, 11)
            rating = {"value": value, "rated_by": "client", "client_id": str(story.client_id)}
            said = await answered(http, f"/v1/goals/{goal}/ratings", rating)
            ratings.append(Rated(UUID(said["rating_id"]), value, len(ratings)))
            self.ledger.answered.add(said["rating_id"])
            with suppress(TimeoutError):
                async with asyncio.timeout(AGAIN):
                    await stop.wait()


def _story() -> Story:
    return Story(clinic_id=NORTHGATE.clinic_id, clinician_id=CLINICIAN.staff_id)


@asynccontextmanager
async def caller(settings: Settings, service: str, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """Calls to one service as one person."""
    headers = {"Authorization": f"Bearer {token}"}
    address = settings.url_of(service)
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=15) as http:
        yield http


async def asked(http: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """The content of a 200, however often it takes."""
    end = time.monotonic() + ANSWERS_IN
    while True:
        with suppress(httpx.TransportError):
            answer = await http.get(path)
            if answer.status_code == 200:
                found: dict[str, Any] = answer.json()
                return found
        assert time.monotonic() < end, f"{path}: no answer in {ANSWERS_IN} s"
        await asyncio.sleep(AGAIN)


async def answered(http: httpx.AsyncClient, path: str, body: dict[str, object]) -> dict[str, str]:
    """The content of a 201, with the same key however often it takes."""
    key, end = {"Idempotency-Key": str(uuid4())}, time.monotonic() + ANSWERS_IN
    while True:
        with suppress(httpx.TransportError):
            answer = await http.post(path, json=body, headers=key)
            if answer.status_code not in TRANSIENT:
                assert answer.status_code == 201, f"{path}: {answer.status_code} {answer.text}"
                found: dict[str, str] = answer.json()
                return found
        assert time.monotonic() < end, f"{path}: no definite answer in {ANSWERS_IN} s"
        await asyncio.sleep(AGAIN)
