"""python -m deploy.prepare: databases, roles, revisions and topics, before any process starts."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable

import asyncpg

from deploy import topology
from deploy.migrations import migrate_all
from shared.bus import Away
from shared.kafka import KafkaBus, create_topics
from shared.settings import Settings


PATIENCE = 90.0  # seconds in which a server that is starting has to answer


async def prepare(settings: Settings) -> None:
    """Everything that has to be there; doing it again changes nothing."""
    await _until(lambda: _answers(settings.admin_url.get_secret_value()), "PostgreSQL")
    await migrate_all(settings)
    await _until(lambda: _topics(settings), f"Kafka at {settings.kafka}")


async def _until(question: Callable[[], Awaitable[bool]], who: str) -> None:
    end = time.monotonic() + PATIENCE
    while not await question():
        if time.monotonic() > end:
            sys.exit(f"{who} did not answer in {PATIENCE:.0f} s")
        await asyncio.sleep(0.1)


async def _answers(admin_url: str) -> bool:
    """Whether PostgreSQL lets us in: after a kill it listens for a while before it does."""
    try:
        connection = await asyncpg.connect(admin_url)
    except (asyncpg.CannotConnectNowError, OSError):
        return False
    await connection.close()
    return True


async def _topics(settings: Settings) -> bool:
    """Whether every topic is there, after making those that are missing."""
    bus = KafkaBus(settings.kafka)
    try:
        await create_topics(settings)
        counts = {topic: await bus.partitions(topic) for topic in topology.PUBLISHERS}
    except Away:
        return False
    for topic, count in counts.items():
        if count not in (0, settings.partitions):  # none: the broker has not heard of it yet
            sys.exit(f"the topic {topic} has {count} partitions: they never change in place")
    return all(counts.values())


if __name__ == "__main__":
    asyncio.run(prepare(Settings()))
