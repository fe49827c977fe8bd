"""A rebuild while events come in live: how much later they are shown than on a quiet day, and how
fast the log is folded again."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from services.progress.projection.apply import TOPICS
from shared.kafka import KafkaBus, create_topics
from tests.benchmarks.mixes import FULL, blocks
from tests.benchmarks.sizes import sized
from tests.benchmarks.table import Row
from tests.kit import fresh_settings, service_database
from tests.progress.histories import Story
from tests.progress.test_worker import worker
from tests.progress.writing import Writer
from tests.servers import KafkaServer, PostgresServer


BLOCKS, CASES = 30, 1_000  # what is there to be rebuilt
LIVE = 400  # cases that go on meanwhile
PACE = 1 / 200  # seconds between two live events
QUIET = 20  # seconds of a quiet day
A_MINUTE = 1_000_000 / 60  # events in a second, when a million take a minute
ALLOWED = 2.0  # times its 99th percentile
LOOK = 0.002
LONGEST = 120.0
PATIENCE = 300.0
_ASK = "insert into rebuild (reason, sub, role) values ('bench', 'bench', 'operations')"
_BUILDING = "select exists (select from rebuild where state in ('asked', 'building'))"
_RATE = """
select events_done / extract(epoch from coalesce(compared_at, now()) - began_at)::float8
from rebuild order by number desc limit 1
"""
_VERSIONS = "select case_id, version from live.case_state where case_id = any($1)"

Database = asyncpg.Connection


async def measure(postgres: PostgresServer, kafka: KafkaServer) -> list[Row]:
    """The 99th percentile from written to shown, in milliseconds, while a rebuild runs."""
    settings = fresh_settings(postgres, kafka=kafka.address, session_timeout=8.0)
    await service_database(settings, "progress")
    await kafka.recreate_topics(*TOPICS, "progress", "watermarks")
    await create_topics(settings)
    writer = await Writer(KafkaBus(settings.kafka), settings.partitions).begin()
    for block in blocks(FULL, sized(BLOCKS), CASES):
        await writer.write(block)
    database = await asyncpg.connect(settings.database("progress", "owner"))
    with tempfile.TemporaryDirectory() as folder, worker(settings, Path(folder)):
        looking = await asyncpg.connect(settings.database("progress", "owner"))
        quiet, busy = await _both(Live(writer, looking), database)
        rate: float = await database.fetchval(_RATE)
        await looking.close()
    await database.close()
    await writer.close()
    allowed = ALLOWED * quiet
    name = "live while a rebuild runs, p99"
    return [
        Row(name, busy * 1000, "ms", allowed * 1000, allowed / busy, 1.0),
        Row("rebuild meanwhile, compared", rate, "events/s", A_MINUTE, rate / A_MINUTE, 1.0),
    ]


async def _both(live: "Live", database: Database) -> tuple[float, float]:
    """The percentile of a quiet day, and of one with a rebuild."""
    await live.begin()
    end = time.monotonic() + sized(QUIET, 5)

    async def is_quiet() -> bool:
        return time.monotonic() < end

    quiet = await live.go_on(is_quiet)
    await database.execute(_ASK)
    last = time.monotonic() + LONGEST

    async def is_building() -> bool:
        return time.monotonic() < last and bool(await database.fetchval(_BUILDING))

    return quiet, await live.go_on(is_building)


class Live:
    """Cases of which one after the other is rated; each is watched until it has moved."""

    def __init__(self, writer: Writer, database: Database) -> None:
        self._writer = writer
        self._database = database
        self._stories = [Story() for _ in range(LIVE)]
        self._goal = uuid4()
        self._versions: dict[UUID, int] = {}
        self._waiting: dict[UUID, float] = {}
        self._seconds: list[float] = []

    async def begin(self) -> None:
        """Everything that was written before is read."""
        await self._writer.write([story.goal(self._goal) for story in self._stories])
        async with asyncio.timeout(PATIENCE):
            while len(self._versions) < LIVE:
                ids = [story.case_id for story in self._stories]
                rows = await self._database.fetch(_VERSIONS, ids)
                self._versions = {row["case_id"]: row["version"] for row in rows}
                await asyncio.sleep(0.1)

    async def go_on(self, still: Callable[[], Awaitable[bool]]) -> float:
        """Rate at the pace while it holds; the 99th percentile from written to shown."""
        self._seconds, stop = [], asyncio.Event()
        watching = asyncio.create_task(self._watch(stop))
        started, number = time.perf_counter(), 0
        while number % 200 or await still():
            await asyncio.sleep(max(0.0, started + number * PACE - time.perf_counter()))
            story = self._stories[number % LIVE]
            if story.case_id not in self._waiting:  # one at a time, or nobody knows which it was
                self._waiting[story.case_id] = time.perf_counter()
                await self._writer.write([story.rated(self._goal, 5 + number % 2, number)])
            number += 1
        stop.set()
        await watching
        return statistics.quantiles(self._seconds, n=100)[98]

    async def _watch(self, stop: asyncio.Event) -> None:
        while not stop.is_set() or self._waiting:
            rows = await self._database.fetch(_VERSIONS, list(self._waiting))
            now = time.perf_counter()
            for row in rows:
                case_id, version = row["case_id"], row["version"]
                if version > self._versions[case_id] and case_id in self._waiting:
                    self._versions[case_id] = version
                    self._seconds.append(now - self._waiting.pop(case_id))
            await asyncio.sleep(LOOK)
