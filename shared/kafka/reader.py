"""The consumer: assigned by us, positioned by us; Kafka's own memory of it is for monitors only."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from contextlib import suppress
from typing import TypeVar, cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from shared.bus import Away, Partition, Record, own_cancellation


Answer = TypeVar("Answer")
DEADLINE = 10.0


class KafkaReader:
    """See shared.bus.Reader."""

    def __init__(self, consumer: AIOKafkaConsumer, tells: bool) -> None:
        self._consumer = consumer
        self._tells = tells

    def assign(self, offsets: Mapping[Partition, int]) -> None:
        """See shared.bus.Reader."""
        self._consumer.assign([TopicPartition(*part) for part in offsets])
        for part, offset in offsets.items():
            self._consumer.seek(TopicPartition(*part), offset)

    def seek(self, partition: Partition, offset: int) -> None:
        """See shared.bus.Reader."""
        self._consumer.seek(TopicPartition(*partition), offset)

    def pause(self, *partitions: Partition) -> None:
        """See shared.bus.Reader."""
        self._consumer.pause(*(TopicPartition(*part) for part in partitions))

    def resume(self, *partitions: Partition) -> None:
        """See shared.bus.Reader."""
        self._consumer.resume(*(TopicPartition(*part) for part in partitions))

    async def fetch(self, timeout: float, limit: int) -> dict[Partition, list[Record]]:
        """See shared.bus.Reader."""
        if not self._consumer.assignment():
            await asyncio.sleep(timeout)
            return {}
        wait = self._consumer.getmany(timeout_ms=int(timeout * 1000), max_records=limit)
        return cast("dict[Partition, list[Record]]", await _answer(wait, timeout + DEADLINE))

    async def position(self, partition: Partition) -> int:
        """See shared.bus.Reader."""
        return await _answer(self._consumer.position(TopicPartition(*partition)))

    async def ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """See shared.bus.Reader."""
        wanted = [TopicPartition(*part) for part in partitions]
        found = await _answer(self._consumer.end_offsets(wanted)) if wanted else {}
        return {Partition(*part): end for part, end in found.items()}

    async def tell(self, offsets: Mapping[Partition, int]) -> None:
        """See shared.bus.Reader."""
        if self._tells and offsets:
            told = {TopicPartition(*part): offset for part, offset in offsets.items()}
            await _answer(self._consumer.commit(told))

    async def told(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """See shared.bus.Reader."""
        found: dict[Partition, int] = {}
        for part in partitions if self._tells else ():
            offset = await _answer(self._consumer.committed(TopicPartition(*part)))
            if offset is not None:
                found[part] = offset
        return found

    async def close(self) -> None:
        """See shared.bus.Reader."""
        # aiokafka's own task must have begun, or its cancellation comes out here as if ours.
        await asyncio.sleep(0)
        with suppress(Away), own_cancellation():
            await self._consumer.stop()


async def _answer(waiting: Awaitable[Answer], deadline: float = DEADLINE) -> Answer:
    try:
        with own_cancellation():
            async with asyncio.timeout(deadline):
                return await waiting
    except (KafkaError, OSError, TimeoutError) as error:
        raise Away(type(error).__name__) from error
