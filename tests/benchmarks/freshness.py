"""From a rating's 201 to its being shown by progress, at half load, against its floors' sum."""

import asyncio
import logging
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import structlog

from services.goals.main import service as goals
from services.progress.main import service as progress
from shared import relay
from shared.bus import Message, Partition
from shared.db import Database
from shared.events.intake import CaseOpened
from shared.events.words import Role
from shared.kafka import KafkaBus, create_topics
from shared.settings import Settings
from tests.benchmarks.table import Row, show
from tests.goals.world import World
from tests.kit import Issuer, application, fresh_settings, service_database
from tests.progress.test_worker import worker
from tests.progress.writing import Writer
from tests.servers import KafkaServer, PostgresServer, running_kafka, running_postgres


CLIENTS, SATURATION, RATED = 8, 3.0, 300
PAUSE = 0.01  # between two measurements of a floor, so that they are no load of their own
ALLOWED = 3.0  # times the sum of the floors
USUAL = 25.0  # milliseconds, the median


async def measure(postgres: PostgresServer, kafka: KafkaServer) -> list[Row]:
    """The 99th percentile and the median in milliseconds; ratio = allowed ÷ seen."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = fresh_settings(postgres, kafka=kafka.address)
    for name in ("goals", "progress"):
        await service_database(settings, name)
    await kafka.recreate_topics("clinics", "intake", "scheduling", "goals", "progress", "floor")
    await create_topics(settings)
    async with running(settings) as clinic:
        pace = 2 / await clinic.saturated()
        # The floors at the same load, in the same moments.
        seen, written, moved = await asyncio.gather(
            clinic.paced(pace), commit(settings), produce_and_fetch(settings)
        )
    floors = [percentile(each) for each in (written, moved, written)]
    allowed = ALLOWED * sum(floors) * 1000
    late, usual = percentile(seen) * 1000, statistics.median(seen) * 1000
    return [
        Row("freshness, 201 to shown, p99", late, "ms", allowed, allowed / late, 1.0),
        Row("freshness, 201 to shown, p50", usual, "ms", USUAL, USUAL / usual, 1.0),
    ]


def percentile(seconds: Sequence[float]) -> float:
    """The 99th."""
    return statistics.quantiles(seconds, n=100)[98]


class Clinic:
    """Cases with a goal each, and the two services' calls."""

    def __init__(self, world: World, shown: httpx.AsyncClient) -> None:
        self.world = world
        self.shown = shown
        self.cases: list[tuple[CaseOpened, str]] = []
        # Made once: to sign a token takes its issuer a millisecond, in which nobody here goes on.
        self._headers = world.headers(Role.CLINICIAN)

    async def begin(self, writer: Writer) -> None:
        """Both services hear of the cases; progress has shown each of them once."""
        for _ in range(CLIENTS):
            case = await self.world.opens_case()
            goal = await self.world.sets_goal(case)
            self.cases.append((case, goal["goal_id"]))
        await writer.write([case for case, _ in self.cases])
        for case, goal in self.cases:
            async with asyncio.timeout(60):
                while (await self.visible(case, await self.rate(goal))).status_code != 200:
                    continue

    async def rate(self, goal: str) -> str:
        """One rating; the id of its event."""
        body = {"value": 5, "rated_by": "client"}
        answer = await self.world.post(f"goals/{goal}/ratings", body)
        assert answer.status_code == 201, answer.text
        return answer.headers["Tidemark-Event"]

    async def visible(self, case: CaseOpened, event: str) -> httpx.Response:
        """Returns once progress shows the event."""
        path = f"/v1/cases/{case.case_id}"
        return await self.shown.get(path, params={"after": event}, headers=self._headers)

    async def saturated(self) -> float:
        """Ratings a second when everybody sends the next one once the last one is shown."""
        end, done = time.perf_counter() + SATURATION, [0] * len(self.cases)

        async def one(number: int) -> None:
            while time.perf_counter() < end:
                await self._one(number)
                done[number] += 1

        await asyncio.gather(*(one(number) for number in range(len(self.cases))))
        return sum(done) / SATURATION

    async def paced(self, pace: float) -> list[float]:
        """Seconds from each 201 to shown, while a rating begins every `pace` seconds."""
        started, tasks = time.perf_counter(), []
        for number in range(RATED):
            await asyncio.sleep(max(0.0, started + number * pace - time.perf_counter()))
            tasks.append(asyncio.create_task(self._one(number)))
        return list(await asyncio.gather(*tasks))

    async def _one(self, number: int) -> float:
        case, goal = self.cases[number % len(self.cases)]
        event = await self.rate(goal)
        answered = time.perf_counter()
        await asyncio.sleep(
            0
        )  # who asks is another process elsewhere: the relay has its turn first
        assert (await self.visible(case, event)).status_code == 200
        return time.perf_counter() - answered


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Clinic]:
    """The goals service with its relay, progress' API here and its worker in its own process."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stack.enter_context(worker(settings, folder))
        issuer, bus, stop = Issuer(), KafkaBus(settings.kafka), asyncio.Event()
        app = application(goals, settings, issuer)
        calls = await stack.enter_async_context(_client(app))
        shown = await stack.enter_async_context(_client(application(progress, settings, issuer)))
        relaying = asyncio.create_task(relay.run(bus, settings, "goals", app.state.wake, stop))
        database = Database(settings.database("goals", "worker"), 2)
        writer = Writer(bus, settings.partitions, but="goals")
        clinic = Clinic(World(calls, issuer, database), shown)
        await clinic.begin(await writer.begin())
        yield clinic
        stop.set()
        await relaying
        await writer.close()
        await database.close()


@asynccontextmanager
async def _client(app: Any) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service.test") as http:
        yield http
    await app.state.database.close()


async def commit(settings: Settings) -> list[float]:
    """What one small transaction takes."""
    connection = await asyncpg.connect(settings.database("progress", "owner"))
    await connection.execute("create table if not exists floor (value int)")

    seconds = []
    for _ in range(RATED):
        started = time.perf_counter()
        await connection.execute("insert into floor values (1)")
        seconds.append(time.perf_counter() - started)
        await asyncio.sleep(PAUSE)
    await connection.close()
    return seconds


async def produce_and_fetch(settings: Settings) -> list[float]:
    """What one record takes from a producer to a reader of its topic."""
    bus, part = KafkaBus(settings.kafka), Partition("floor", 0)
    sender, reader = await bus.sender(), await bus.reader()
    reader.assign({part: 0})
    seconds = []
    for _ in range(RATED):
        started = time.perf_counter()
        await sender.send(part.topic, [Message(0, b"key", b"value", [])])
        while not await reader.fetch(1.0, 10):
            continue
        seconds.append(time.perf_counter() - started)
        await asyncio.sleep(PAUSE)
    await sender.close()
    await reader.close()
    return seconds


if __name__ == "__main__":
    with running_postgres() as given, running_kafka() as broker:
        show(asyncio.run(measure(given, broker)))
