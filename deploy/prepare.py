"""python -m deploy.prepare: databases, roles, revisions and topics, before any process starts."""

import asyncio
import sys
import time

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError

from deploy import topology
from deploy.migrations import migrate_all
from shared.settings import Settings


PATIENCE = 90.0  # seconds in which a broker that is starting has to answer


async def prepare(settings: Settings) -> None:
    """Everything that has to be there; doing it again changes nothing."""
    await migrate_all(settings)
    await make_topics(settings)


async def make_topics(settings: Settings) -> None:
    """Make the topics that are missing; a topic with another partition count is refused."""
    admin = await _connected(settings.kafka)
    try:
        wanted = topology.topics(settings.partitions)
        present = set(await admin.list_topics())
        missing = [_new(topic) for topic in wanted if topic.name not in present]
        answer = await admin.create_topics(missing) if missing else None
        for topic, code, *_ in answer.topic_errors if answer else ():
            if code not in (0, TopicAlreadyExistsError.errno):
                sys.exit(f"Kafka would not make the topic {topic}: error {code}")
        await _check_partitions(admin, wanted)
    finally:
        await admin.close()


async def _connected(address: str) -> AIOKafkaAdminClient:
    end = time.monotonic() + PATIENCE
    while True:
        admin = AIOKafkaAdminClient(bootstrap_servers=address)
        try:
            await admin.start()
            return admin
        except (KafkaError, OSError):
            await admin.close()
            if time.monotonic() > end:
                sys.exit(f"Kafka did not answer at {address} in {PATIENCE:.0f} s")
        await asyncio.sleep(0.1)


async def _check_partitions(admin: AIOKafkaAdminClient, wanted: tuple[topology.Topic, ...]) -> None:
    expected = {topic.name: topic.partitions for topic in wanted}
    for found in await admin.describe_topics(list(expected)):
        count = len(found["partitions"])
        if count != expected[found["topic"]]:
            sys.exit(
                f"The topic {found['topic']} has {count} partitions, not "
                f"{expected[found['topic']]}: partitions never change in place"
            )


def _new(topic: topology.Topic) -> NewTopic:
    settings = {"retention.ms": str(topic.retention_ms), "cleanup.policy": "delete"}
    return NewTopic(topic.name, topic.partitions, 1, topic_configs=settings)


if __name__ == "__main__":
    asyncio.run(prepare(Settings()))
