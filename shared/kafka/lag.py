"""How far readers are behind, counted from Kafka alone: also when they are dead."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from shared import record as wire
from shared.bus import Away, Partition, Record, scan
from shared.headers import PLUMBING, TYPE
from shared.kafka import KafkaBus, group


LOOKED_AT = 5_000  # unread records of one reader and topic that are looked at, at most
NO_EVENTS = {kind.encode() for kind in PLUMBING}  # types of records about the log itself


@dataclass
class Behind:
    """One reader and topic. `cases_waiting` is None when too much is unread to look through."""

    consumer: str
    topic: str
    lag_events: int = 0
    lag_seconds: float = 0.0
    cases_waiting: int | None = 0
    unread: dict[Partition, tuple[int, int]] = field(default_factory=dict, repr=False)

    @property
    def records(self) -> int:
        """Records behind the committed offsets, plumbing among them."""
        return sum(end - start for start, end in self.unread.values())


class Lag:
    """Counts on connections of its own, which it keeps. Away: nobody can say now."""

    def __init__(self, address: str, partitions: int) -> None:
        self._bus = KafkaBus(address)
        self._partitions = partitions
        self._admin: AIOKafkaAdminClient | None = None
        self._ends: AIOKafkaConsumer | None = None

    async def count(self, readers: Mapping[str, Sequence[str]]) -> list[Behind]:
        """For every consumer and topic that it reads, how far it is behind."""
        try:
            return await self._count(readers)
        except (KafkaError, OSError, TimeoutError) as error:
            await self.close()
            raise Away(type(error).__name__) from error

    async def _count(self, readers: Mapping[str, Sequence[str]]) -> list[Behind]:
        if self._admin is None or self._ends is None:
            await self._connect()
        assert self._admin is not None
        assert self._ends is not None
        topics = {topic for read in readers.values() for topic in read}
        parts = [TopicPartition(t, n) for t in sorted(topics) for n in range(self._partitions)]
        ends = await self._ends.end_offsets(parts)
        found = []
        for consumer, read in readers.items():
            told = await self._admin.list_consumer_group_offsets(group(consumer))
            for topic in read:
                each = Behind(consumer, topic)
                for part in (part for part in parts if part.topic == topic):
                    start = max(0, told[part].offset if part in told else 0)
                    if start < ends[part]:
                        each.unread[Partition(*part)] = (start, ends[part])
                await self._look(each)
                found.append(each)
        return found

    async def _look(self, each: Behind) -> None:
        """Count events and their keys, and find the oldest one; plumbing is no event."""
        if not each.unread:
            return
        whole = each.records <= LOOKED_AT
        share = max(1, LOOKED_AT // len(each.unread))
        stops = {
            part: end if whole else min(end, start + share)
            for part, (start, end) in each.unread.items()
        }
        starts = {part: start for part, (start, _) in each.unread.items()}
        oldest, keys, plumbing = 0, set(), 0
        async for records in scan(self._bus, starts, stops):
            for record in records:
                if _is_plumbing(record):
                    plumbing += 1
                    continue
                keys.add(record.key)
                oldest = min(oldest or record.timestamp, record.timestamp)
        each.lag_events = each.records - plumbing
        each.lag_seconds = max(0.0, time.time() - oldest / 1000) if each.lag_events else 0.0
        each.cases_waiting = len(keys) if whole else None

    async def _connect(self) -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=self._bus.address, request_timeout_ms=5_000)
        ends = AIOKafkaConsumer(
            bootstrap_servers=self._bus.address, group_id=None, request_timeout_ms=5_000
        )
        self._admin, self._ends = admin, ends
        await admin.start()
        await ends.start()

    async def close(self) -> None:
        """End the connections."""
        admin, ends, self._admin, self._ends = self._admin, self._ends, None, None
        if ends is not None:
            await ends.stop()
        if admin is not None:
            await admin.close()


def _is_plumbing(record: Record) -> bool:
    return wire.header(record, TYPE) in NO_EVENTS
