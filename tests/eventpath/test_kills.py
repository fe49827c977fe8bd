"""kill -9 at every named place and at random, over real Kafka: all there, once, in order."""

import asyncio
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.environment import PROJECT, inherited
from shared.settings import Settings
from tests.eventpath.world import World, scored, until


PLACES = (
    "relay.after_mark",
    "relay.between_sends",
    "relay.after_acks",
    "consumer.before_commit",
    "consumer.after_commit",
)


@contextmanager
def process(
    settings: Settings, log: Path, failpoint: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """Relay and reader in a process, which is killed at the end if it still lives."""
    environment = inherited(
        TIDEMARK_DATABASE_URL=settings.database_url,
        TIDEMARK_DATABASE_PREFIX=settings.database_prefix,
        TIDEMARK_KAFKA=settings.kafka,
        TIDEMARK_FAILPOINT=failpoint,
    )
    with log.open("ab") as output:
        started = subprocess.Popen(
            [sys.executable, "-m", "tests.eventpath.process"],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@pytest.mark.parametrize("place", PLACES)
async def test_a_death_at_a_named_place_loses_and_doubles_nothing(
    kafka_world: World, tmp_path: Path, place: str
) -> None:
    cases = [uuid4() for _ in range(5)]
    log = tmp_path / "log"
    for value in range(4):
        await kafka_world.publish(*(scored(case, value) for case in cases))
    with process(kafka_world.settings, log, place) as dying:
        await until(lambda: dying.poll() is not None, 60)
        assert dying.returncode == 9, log.read_text()
    await kafka_world.publish(*(scored(case, 4) for case in cases))
    with process(kafka_world.settings, log):

        async def all_there() -> bool:
            return len(await kafka_world.effects()) >= 25

        await until(all_there, 60)
    await assert_in_order(kafka_world, {case: [0, 1, 2, 3, 4] for case in cases})


async def assert_in_order(world: World, ledger: dict[UUID, list[int]]) -> None:
    """What was handled is what was committed: each once, and in each key's order."""
    handled: dict[UUID, list[int]] = defaultdict(list)
    for row in await world.rows("select key, value from effect order by number"):
        handled[UUID(row["key"])].append(row["value"])
    assert handled == ledger


async def test_random_deaths_of_two_processes_under_load(
    kafka_world: World, tmp_path: Path
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    dice = random.Random(seed)
    ledger: dict[UUID, list[int]] = defaultdict(list)
    written = asyncio.Event()

    async def write(mine: list[UUID]) -> None:
        for value in range(60):
            for case in mine:
                await kafka_world.publish(scored(case, value))
                ledger[case].append(value)

    async def kill() -> int:
        deaths = 0
        while not written.is_set() or deaths < 6:
            with process(kafka_world.settings, tmp_path / f"log{deaths % 2}") as victim:
                with_luck = dice.uniform(1.2, 2.5)
                with pytest.raises(TimeoutError):
                    await until(lambda: victim.poll() is not None, with_luck)
            deaths += 1
        return deaths

    killing = asyncio.gather(kill(), kill())
    await asyncio.gather(*(write([uuid4() for _ in range(6)]) for _ in range(4)))
    written.set()
    assert sum(await killing) >= 12
    with process(kafka_world.settings, tmp_path / "log"):

        async def all_there() -> bool:
            return len(await kafka_world.effects()) >= 4 * 6 * 60

        await until(all_there, 60)
    await assert_in_order(kafka_world, ledger)
