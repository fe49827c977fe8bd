"""python -m deploy.prepare: databases, roles, revisions and topics, before any process starts."""

import asyncio
import sys
import time

from deploy import topology
from deploy.migrations import migrate_all
from shared.bus import Away
from shared.kafka import KafkaBus, create_topics
from shared.settings import Settings


PATIENCE = 90.0  # seconds in which a broker that is starting has to answer


async def prepare(settings: Settings) -> None:
    """Everything that has to be there; doing it again changes nothing."""
    await migrate_all(settings)
    end = time.monotonic() + PATIENCE
    while not await _topics(settings):
        if time.monotonic() > end:
            sys.exit(f"Kafka did not answer at {settings.kafka}")
        await asyncio.sleep(0.1)


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
