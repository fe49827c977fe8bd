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
    await _topics(settings)
    for topic in topology.PUBLISHERS:
        found = await KafkaBus(settings.kafka).partitions(topic)
        if found != settings.partitions:
            sys.exit(
                f"the topic {topic} has {found} partitions, not {settings.partitions}: "
                "partitions never change in place"
            )


async def _topics(settings: Settings) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return await create_topics(settings)
        except Away as error:
            if time.monotonic() > end:
                sys.exit(f"Kafka did not answer at {settings.kafka}: {error}")
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(prepare(Settings()))
