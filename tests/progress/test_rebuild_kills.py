"""A rebuild by the real processes, killed at each of its named places: never a wrong switch."""

import random
from pathlib import Path
from uuid import UUID

import pytest

from services.progress.projection.apply import TOPICS
from shared.kafka import KafkaBus, create_topics
from shared.settings import Settings
from tests.eventpath.world import until
from tests.kit import fresh_settings, service_database
from tests.progress.histories import Story
from tests.progress.test_rebuild import ACT, ASK, live_version
from tests.progress.test_worker import GOAL, counted, some_ratings, worker
from tests.progress.world import World
from tests.progress.writing import Writer
from tests.servers import KafkaServer, PostgresServer


OTHER_GOAL = UUID(int=52)
BUILDING = ("rebuild.after_make", "rebuild.after_batch", "rebuild.after_compare")
SWITCHING = ("rebuild.before_switch", "rebuild.after_switch")


@pytest.fixture
async def connected(postgres: PostgresServer, kafka: KafkaServer) -> Settings:
    settings = fresh_settings(postgres, kafka=kafka.address, session_timeout=6.0)
    await service_database(settings, "progress")
    await kafka.recreate_topics(*TOPICS)
    await create_topics(settings)
    return settings


async def test_a_rebuild_that_is_killed_anywhere_is_gone_on_with(
    connected: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, dice = World(connected), random.Random(5)
    stories = {story.case_id: story for story in (Story() for _ in range(30))}
    ledger: dict[UUID, list[int]] = {case_id: [] for case_id in stories}
    writer = await Writer(KafkaBus(connected.kafka), connected.partitions).begin()
    await writer.write([story.opened() for story in stories.values()])
    await writer.write([story.goal(GOAL) for story in stories.values()])
    await writer.write(some_ratings(dice, stories, ledger, 900))
    await world.rows(ASK)
    for place in BUILDING:
        await dies_at(place, connected, tmp_path, monkeypatch)
        await writer.write(some_ratings(dice, stories, ledger, 50))
    with worker(connected, tmp_path):
        await until(lambda: reached(world, "compared"), 60)
    await world.rows(ACT, 1, "switch")
    for place in SWITCHING:
        await dies_at(place, connected, tmp_path, monkeypatch)
    with worker(connected, tmp_path):
        await until(lambda: reached(world, "switched"), 60)
        await writer.write(some_ratings(dice, stories, ledger, 50))

        async def all_is_there() -> bool:
            return await read_now(world) == ledger

        await until(all_is_there, 60)
    assert await live_version(world) == 2
    acts = await world.rows("select count(*) as times from audit where act = 'projection_switched'")
    assert acts[0]["times"] == 1
    await writer.close()


# Until then nobody reads: the live version is another release's, or nobody knows how far it was.
ANOTHER = ("update projection set layout = 'another' where live",)
LOST = ("delete from consumed where consumer = 'progress' and topic = 'goals'", ASK)


@pytest.mark.parametrize("why", [ANOTHER, LOST])
@pytest.mark.parametrize("place", ["rebuild.after_compare", "rebuild.before_switch"])
async def test_one_that_nobody_has_to_decide_is_switched_to_whoever_died_before(
    connected: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    why: tuple[str, ...],
) -> None:
    world, story = World(connected), Story()
    writer = await Writer(KafkaBus(connected.kafka), connected.partitions).begin()
    await writer.write([story.opened(), story.goal(GOAL)])
    with worker(connected, tmp_path):
        await until(lambda: known(world, story.case_id), 60)
    for statement in why:
        await world.rows(statement)
    await dies_at(place, connected, tmp_path, monkeypatch)
    assert await reached(world, "compared")
    with worker(connected, tmp_path):
        await until(lambda: reached(world, "switched"), 60)
        await writer.write([story.goal(OTHER_GOAL)])
        await until(lambda: known(world, story.case_id, goals=2), 60)
    assert await live_version(world) == 2
    await writer.close()


async def known(world: World, case_id: UUID, goals: int = 1) -> bool:
    """Whether a case stands with so many goals as everybody reads it."""
    case = await world.case(case_id)
    return case is not None and len(case.goals) == goals


async def read_now(world: World) -> dict[UUID, list[int]]:
    """The ratings of every case as everybody reads them."""
    return await counted(world, "live")


async def reached(world: World, state: str) -> bool:
    rows = await world.rows("select state from rebuild where state = $1", state)
    return bool(rows)


async def dies_at(
    place: str, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose builder is killed there, by itself, as `kill -9` would."""
    log = folder / "one.log"
    before = log.read_text().count("rebuild ended") if log.exists() else 0
    monkeypatch.setenv("TIDEMARK_FAILPOINT", place)
    with worker(settings, folder):
        await until(lambda: log.read_text().count("rebuild ended") > before, 60)
    monkeypatch.delenv("TIDEMARK_FAILPOINT")
