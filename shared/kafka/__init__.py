"""Kafka, by aiokafka: the bus of running processes. Nothing else here knows that library."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError

from shared import watermarks
from shared.bus import ROOM, Away, own_cancellation
from shared.events import publishers
from shared.kafka import records
from shared.kafka.reader import KafkaReader
from shared.kafka.sender import KafkaSender
from shared.settings import Settings


__all__ = ["KafkaBus", "create_topics", "group"]


records.keep_small()
HOUR = str(3_600_000)
DEADLINE = 10.0  # seconds until a broker that says nothing counts as away


def group(consumer: str) -> str:
    """The group under whose name a consumer's offsets are told, for lag monitors."""
    return f"tidemark-{consumer}"


class KafkaBus:
    """See shared.bus.Bus."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def sender(self) -> KafkaSender:
        """See shared.bus.Bus."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self.address,
            enable_idempotence=True,
            compression_type="lz4",
            linger_ms=0,  # a batch is complete when it is handed over
            max_batch_size=256 * 1024,
            request_timeout_ms=int(DEADLINE * 1000),
        )
        await _start(producer)
        return KafkaSender(producer)

    async def reader(self, name: str | None = None, room: int = ROOM) -> KafkaReader:
        """See shared.bus.Bus."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.address,
            group_id=group(name) if name else None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # a log shorter than our place: look again, never skip
            fetch_max_wait_ms=500,  # an answer comes at once when there is something to read
            max_partition_fetch_bytes=room,
            request_timeout_ms=int(DEADLINE * 1000),
        )
        await _start(consumer)
        return KafkaReader(consumer, bool(name))

    async def partitions(self, topic: str) -> int:
        """See shared.bus.Bus."""
        async with _admin(self.address) as admin:
            described = await admin.describe_topics([topic])
        return len(described[0].get("partitions", ())) if described else 0


async def create_topics(settings: Settings, replication: int = 1) -> None:
    """Make the topics that are missing; those that exist stay as they are."""
    wanted = [
        NewTopic(name, settings.partitions, replication, topic_configs={"retention.ms": "-1"})
        for name in publishers
    ]
    # An hour of marks is enough: a reader needs the newest hundred of each publisher.
    wanted.append(NewTopic(watermarks.TOPIC, 1, replication, topic_configs={"retention.ms": HOUR}))
    async with _admin(settings.kafka) as admin:
        present = set(await admin.list_topics())
        for topic in wanted:
            if topic.name not in present:
                try:
                    await admin.create_topics([topic])
                except TopicAlreadyExistsError:
                    continue  # somebody else starts at the same moment


@asynccontextmanager
async def _admin(address: str) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(bootstrap_servers=address, request_timeout_ms=int(DEADLINE * 1000))
    try:
        with own_cancellation():
            await admin.start()
            try:
                yield admin
            finally:
                await admin.close()
    except (KafkaError, OSError) as error:
        raise Away(type(error).__name__) from error


async def _start(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Connected; otherwise it is ended, also when whoever waits for it is called off."""
    try:
        with own_cancellation():
            async with asyncio.timeout(DEADLINE):
                await client.start()
    except BaseException as error:
        with suppress(Away), own_cancellation():
            await client.stop()
        if isinstance(error, (KafkaError, OSError, TimeoutError)):
            raise Away(type(error).__name__) from error
        raise
