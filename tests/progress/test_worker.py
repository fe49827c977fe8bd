"""The worker's own process, Faust on real Kafka: killed again and again, everything counts once."""

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.environment import PROJECT, inherited
from services.progress.domain.state import RATINGS, decode
from services.progress.projection.apply import TOPICS
from shared.events.goals import GoalRated
from shared.events.words import Attendance, Rule
from shared.kafka import KafkaBus, create_topics
from shared.partitions import partition_of
from shared.settings import Settings
from tests.eventpath.world import until
from tests.progress.histories import Story
from tests.progress.world import World
from tests.progress.writing import Writer
from tests.servers import KafkaServer


GOAL = UUID(int=51)
DAY, WEEKS = 24 * 60, 30
WORKER = (sys.executable, "-m", "deploy.run", "progress", "worker")


@pytest.fixture
async def connected(settings: Settings, kafka: KafkaServer) -> Settings:
    """Empty topics on a real broker, and an empty database."""
    given = settings.model_copy(update={"kafka": kafka.address, "session_timeout": 4.0})
    await kafka.recreate_topics(*TOPICS, "progress", "watermarks")
    await create_topics(given)
    return given


@pytest.fixture
async def writer(connected: Settings) -> AsyncIterator[Writer]:
    """The publishers' logs."""
    made = await Writer(KafkaBus(connected.kafka), connected.partitions).begin()
    yield made
    await made.close()


@contextmanager
def worker(
    settings: Settings, folder: Path, name: str = "one", command: Sequence[str] = WORKER
) -> Iterator[subprocess.Popen[bytes]]:
    """The real process, as the runner starts it; killed at the end if it still lives."""
    environment = inherited(
        TIDEMARK_DATABASE_URL=settings.database_url,
        TIDEMARK_DATABASE_PREFIX=settings.database_prefix,
        TIDEMARK_KAFKA=settings.kafka,
        TIDEMARK_SESSION_TIMEOUT=str(settings.session_timeout),
        TIDEMARK_POLL_RECORDS="500",
        TIDEMARK_INSTANCE=name,
        TIDEMARK_DATA_FOLDER=str(folder),
    )
    with (folder / f"{name}.log").open("ab") as output:
        started = subprocess.Popen(
            command, cwd=PROJECT, env=environment, stdout=output, stderr=output
        )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


async def counted(world: World, schema: str = "progress_v1") -> dict[UUID, list[int]]:
    """The ratings of every case, as they stand in the database."""
    found: dict[UUID, list[int]] = {}
    for row in await world.rows(f"select case_id, state from {schema}.case_state"):
        goal = decode(row["state"]).goals.get(GOAL.bytes)
        rows = RATINGS.rows(goal.ratings) if goal else ()
        found[row["case_id"]] = [row[3] for row in rows]
    return found


async def test_kills_lose_nothing_and_count_nothing_twice(
    connected: Settings, writer: Writer, tmp_path: Path
) -> None:
    world, dice = World(connected), random.Random(7)
    stories = {story.case_id: story for story in (Story() for _ in range(60))}
    ledger: dict[UUID, list[int]] = {case_id: [] for case_id in stories}
    await writer.write([story.opened() for story in stories.values()])
    await writer.write([story.goal(GOAL) for story in stories.values()])
    for life in range(4):
        with worker(connected, tmp_path):
            for _ in range(5):
                await writer.write(some_ratings(dice, stories, ledger, 200))

            await until(partial(have_come, world, 600 + 1_000 * life), 60)
            await writer.write(some_ratings(dice, stories, ledger, 300))  # it dies in the middle

    with worker(connected, tmp_path):

        async def all_is_there() -> bool:
            return await counted(world) == ledger

        await until(all_is_there, 60)
    assert await world.parked() == []


async def have_come(world: World, count: int) -> bool:
    """Whether so many ratings were read."""
    return sum(map(len, (await counted(world)).values())) > count


def some_ratings(
    dice: random.Random, stories: dict[UUID, Story], ledger: dict[UUID, list[int]], count: int
) -> list[GoalRated]:
    """Ratings of cases at random, noted in the ledger."""
    made = []
    for _ in range(count):
        case_id = dice.choice(list(stories))
        value = dice.randrange(11)
        made.append(stories[case_id].rated(GOAL, value, len(ledger[case_id])))
        ledger[case_id].append(value)
    return made


async def test_two_workers_share_the_partitions_and_one_takes_over(
    connected: Settings, writer: Writer, tmp_path: Path
) -> None:
    world, dice = World(connected), random.Random(8)
    stories = {story.case_id: story for story in (Story() for _ in range(40))}
    ledger: dict[UUID, list[int]] = {case_id: [] for case_id in stories}
    await writer.write([story.goal(GOAL) for story in stories.values()])

    async def all_is_there() -> bool:
        return await counted(world) == ledger

    with worker(connected, tmp_path, "one"):
        with worker(connected, tmp_path, "two"):
            for _ in range(10):
                await writer.write(some_ratings(dice, stories, ledger, 100))
            await until(all_is_there, 60)
        await writer.write(some_ratings(dice, stories, ledger, 200))
        await until(all_is_there, 60)


async def test_it_ends_in_order_when_told(
    connected: Settings, writer: Writer, tmp_path: Path
) -> None:
    world, story = World(connected), Story(uuid4())
    await writer.write([story.goal(GOAL), story.rated(GOAL, 4, 1)])
    with worker(connected, tmp_path) as process:

        async def is_there() -> bool:
            return await counted(world) == {story.case_id: [4]}

        await until(is_there, 60)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 5) == 0


async def test_the_process_ends_when_nobody_knows_how_things_stand(
    connected: Settings, writer: Writer, tmp_path: Path
) -> None:
    story = Story()
    await writer.write([story.goal(GOAL), story.rated(GOAL, 4, 1)])
    writer.forget(story.rated(GOAL, 5, 2))
    await writer.write([story.rated(GOAL, 5, 2)])  # the number of another event
    with worker(connected, tmp_path) as process:
        assert await asyncio.to_thread(process.wait, 60) != 0


FAILING = """
from services.progress.transport import BatchConsumer
from deploy.run import main

async def fails(*_):
    raise KeyError("a fault in what fetches")

BatchConsumer._getmany = fails
main(["progress", "worker"])
"""


async def test_the_process_ends_when_what_fetches_fails(
    connected: Settings, writer: Writer, tmp_path: Path
) -> None:
    """Faust would stay, read nothing, and wait for its own farewell."""
    with worker(connected, tmp_path, command=(sys.executable, "-c", FAILING)) as process:
        assert await asyncio.to_thread(process.wait, 60) == 1


async def test_after_an_outage_no_flag_is_raised_for_moments(
    connected: Settings, writer: Writer, tmp_path: Path
) -> None:
    """A client's sessions lie among those of many others; the ratings are at hand long before.

    The controls are in test_abreast: whoever does not wait misses the client for months.
    """
    world, story = World(connected), Story()
    await _after_an_outage(writer, connected, story, 700)
    with worker(connected, tmp_path):

        async def all_is_there() -> bool:
            return len((await counted(world)).get(story.case_id, ())) == WEEKS

        await until(all_is_there)
    raised = {row["rule"] for row in await world.rows("select rule from progress_v1.flag")}
    assert Rule.DISENGAGED not in raised
    assert Rule.GOAL_STALLED in raised


async def _after_an_outage(writer: Writer, settings: Settings, story: Story, others: int) -> None:
    """Thirty weeks of a client and of so many others in the partitions of its number."""
    number = _number(story.case_id, settings)
    beside = (Story(one) for one in iter(uuid4, None) if _number(one, settings) == number)
    everybody = [*islice(beside, others), story]
    await writer.write([story.opened(-211 * DAY), story.goal(GOAL, -211 * DAY)])
    for week in range(WEEKS, 0, -1):
        when = -7 * DAY * week
        came = [each.attended(uuid4(), Attendance.ATTENDED, when) for each in everybody]
        await writer.write(came)
        await writer.write([story.rated(GOAL, 5, when + 30)])


def _number(case_id: UUID, settings: Settings) -> int:
    return partition_of(str(case_id), settings.partitions)
