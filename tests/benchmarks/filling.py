"""Empty topics and databases, and topics that are full of a mix."""

import asyncpg

from services.progress.projection.apply import TOPICS
from services.progress.projection.logged import CLINICS
from shared.kafka import KafkaBus, create_topics
from shared.settings import Settings
from tests.benchmarks.mixes import blocks
from tests.progress.world import EMPTY
from tests.progress.writing import Writer
from tests.servers import KafkaServer


ABOUT_CASES = tuple(topic for topic in TOPICS if topic != CLINICS)
PLUMBING = ("progress", "watermarks")


async def filled(settings: Settings, kafka: KafkaServer, mix: str, count: int, cases: int) -> int:
    """The topics, anew, with so many blocks of a mix; how many records lie in those about cases.

    What clinics say is heard by our lane before its first poll, and counted by nobody.
    """
    await kafka.recreate_topics(*TOPICS, *PLUMBING)
    await create_topics(settings)
    writer = await Writer(KafkaBus(settings.kafka), settings.partitions).begin()
    records = len(ABOUT_CASES) * settings.partitions  # their genesis
    for block in blocks(mix, count, cases):
        await writer.write(block)
        records += len(block)
    await writer.close()
    return records


async def emptied(settings: Settings) -> None:
    """Progress' database as it is before the first event."""
    connection = await asyncpg.connect(settings.database("progress", "owner"))
    await connection.execute(EMPTY)
    await connection.execute("vacuum progress_v1.case_state, consumed")
    await connection.close()
