"""The projection lane against a textbook Faust table and plain aiokafka: one fold, in turns."""

import asyncio
import random
import statistics
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import asyncpg

from deploy.environment import PROJECT, inherited
from services.progress.projection.apply import TOPICS
from shared.events import Event
from shared.kafka import KafkaBus, create_topics
from shared.settings import Settings
from tests.benchmarks.table import Row, show
from tests.kit import fresh_settings, service_database
from tests.progress.histories import Story
from tests.progress.world import EMPTY
from tests.progress.writing import Writer
from tests.servers import KafkaServer, PostgresServer, running_kafka, running_postgres


ROUNDS = 3
BLOCKS, CASES, RATINGS = 6, 2_000, 11  # events come in blocks of cases that move at the same time
EVENTS = BLOCKS * CASES * (RATINGS + 1)
TABLE_EVENTS = CASES * (RATINGS + 1)  # one whole block: a table is slow
AIM_TABLE, AIM_PLAIN = 20.0, 0.8
SECONDS = 180


async def measure(postgres: PostgresServer, kafka: KafkaServer) -> list[Row]:
    """Events per second of the lane, and its ratios to both peers."""
    settings = fresh_settings(postgres, kafka=kafka.address)
    await service_database(settings, "progress")
    await kafka.recreate_topics(*TOPICS, "progress", "watermarks")
    await create_topics(settings)
    await _fill(settings)
    with tempfile.TemporaryDirectory() as folder:
        lanes = Lanes(settings, kafka, Path(folder))
        rates: dict[str, list[float]] = {"stream": [], "plain": [], "table": []}
        for _ in range(ROUNDS):  # there and back, so that what drifts, drifts for all
            for kind in ("stream", "plain", "table", "plain", "stream"):
                rates[kind].append(await lanes.rate(kind))
    stream = statistics.median(rates["stream"])
    return [
        Row(f"projection against {name}", stream, "events/s", *_against(rates, kind), aim)
        for name, kind, aim in (
            ("a Faust table", "table", AIM_TABLE),
            ("plain aiokafka", "plain", AIM_PLAIN),
        )
    ]


def _against(rates: dict[str, list[float]], peer: str) -> tuple[float, float]:
    """The peer's rate, and the median of the rounds' ratios: each round has its own weather."""
    ours = [statistics.mean(pair) for pair in batched(rates["stream"])]
    theirs = rates[peer] if peer == "table" else [statistics.mean(p) for p in batched(rates[peer])]
    ratios = [mine / other for mine, other in zip(ours, theirs, strict=True)]
    return statistics.median(rates[peer]), statistics.median(ratios)


def batched(rates: list[float]) -> list[list[float]]:
    """Two runs a round."""
    return [rates[n : n + 2] for n in range(0, len(rates), 2)]


class Lanes:
    """Runs each kind in a process of its own, from an empty database."""

    def __init__(self, settings: Settings, kafka: KafkaServer, folder: Path) -> None:
        self._settings = settings
        self._kafka = kafka
        self._folder = folder

    async def rate(self, kind: str) -> float:
        """Events per second, from the first batch to the last event."""
        if kind == "table":
            name = f"textbook-{uuid4().hex[:8]}"
            await self._kafka.create_topics(f"{name}-cases-changelog")
            seconds = await self._run("tests.benchmarks.textbook", name, "1", str(TABLE_EVENTS))
            return TABLE_EVENTS / seconds
        await _empty(self._settings)
        return EVENTS / await self._run("tests.benchmarks.lane", kind, str(EVENTS))

    async def _run(self, module: str, *args: str) -> float:
        environment = inherited(
            TIDEMARK_DATABASE_URL=self._settings.database_url,
            TIDEMARK_DATABASE_PREFIX=self._settings.database_prefix,
            TIDEMARK_KAFKA=self._settings.kafka,
            TIDEMARK_DATA_FOLDER=str(self._folder),
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *args),
            cwd=PROJECT,
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            said, _ = await asyncio.wait_for(process.communicate(), SECONDS)
        except TimeoutError:
            process.kill()
            raise
        return float(said.split()[-1].rpartition(b"h")[2])  # Faust shows the cursor again first


async def _empty(settings: Settings) -> None:
    connection = await asyncpg.connect(settings.database("progress", "owner"))
    await connection.execute(EMPTY)
    await connection.execute("vacuum progress_v1.case_state, consumed")
    await connection.close()


async def _fill(settings: Settings) -> None:
    """A goal for each case of a block and then its ratings, in any order of the cases."""
    dice, bus = random.Random(1), KafkaBus(settings.kafka)
    writer = await Writer(bus, settings.partitions).begin()
    for _ in range(BLOCKS):
        stories = [(Story(), uuid4()) for _ in range(CASES)]
        events: list[Event] = [story.goal(goal) for story, goal in stories]
        turns = stories * RATINGS
        dice.shuffle(turns)
        for number, (story, goal) in enumerate(turns):
            events.append(story.rated(goal, dice.randrange(5, 8), number))
        await writer.write(events)
    await writer.close()


if __name__ == "__main__":
    with running_postgres() as given, running_kafka() as broker:
        show(asyncio.run(measure(given, broker)))
