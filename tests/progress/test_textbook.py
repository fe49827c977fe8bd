"""Control: a Faust table as its guide shows counts what it had counted again after a kill -9."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.environment import PROJECT, inherited
from services.progress.domain.state import RATINGS
from services.progress.projection.apply import TOPICS
from shared.bus import Partition, scan
from shared.kafka import KafkaBus
from shared.settings import Settings
from tests.benchmarks.textbook import state_of
from tests.eventpath.world import until
from tests.progress.histories import Story
from tests.progress.writing import Writer
from tests.servers import KafkaServer


GOAL = UUID(int=71)
RATED = 40
TRIES = 3


@contextmanager
def textbook(settings: Settings, name: str, folder: Path) -> Iterator[None]:
    """The process; it never gets to tell Kafka what it has read, and is killed at the end."""
    environment = inherited(TIDEMARK_KAFKA=settings.kafka, TIDEMARK_DATA_FOLDER=str(folder))
    command = [sys.executable, "-m", "tests.benchmarks.textbook", name, "3600", "0"]
    with (folder / "log").open("ab") as output:
        started = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=output, stderr=output
        )
    try:
        yield
    finally:
        started.kill()
        started.wait()


async def test_control_a_faust_table_counts_again_after_a_kill(
    kafka: KafkaServer, tmp_path: Path
) -> None:
    settings = Settings(kafka=kafka.address)
    await kafka.recreate_topics(*TOPICS)
    writer = await Writer(KafkaBus(kafka.address), settings.partitions).begin()
    story = Story()
    await writer.write([story.goal(GOAL)])
    await writer.write([story.rated(GOAL, 5, n) for n in range(RATED)])
    await writer.close()
    for _ in range(TRIES):
        if await counts_again(settings, kafka, tmp_path):
            return
    pytest.fail((tmp_path / "log").read_text())


async def counts_again(settings: Settings, kafka: KafkaServer, folder: Path) -> bool:
    """Whether a table that is killed once it has counted everything counts it anew.

    Not when its group happened to be balanced again in between: Faust commits then.
    """
    name = f"textbook-{uuid4().hex[:8]}"
    changes = f"{name}-cases-changelog"
    await kafka.create_topics(changes)

    async def all_once() -> bool:
        return await counted(settings, changes) == RATED

    async def more_than_there_are() -> bool:
        return await counted(settings, changes) > RATED

    with textbook(settings, name, folder):
        await until(all_once, 60)
    with textbook(settings, name, folder), suppress(TimeoutError):
        await until(more_than_there_are, 30)
        return True
    return False


async def counted(settings: Settings, changes: str) -> int:
    """Ratings of the goal in the newest state that the table has told of."""
    newest = b""
    parts = {Partition(changes, n): 0 for n in range(settings.partitions)}
    async for records in scan(KafkaBus(settings.kafka), parts):
        newest = records[-1].value or newest
    goal = state_of(json.loads(newest)).goals[GOAL.bytes] if newest else None
    return len(list(RATINGS.rows(goal.ratings))) if goal else 0
