"""Events into real topics, numbered as the publishers' relays number them, many at a time."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from services.progress.projection.apply import TOPICS
from shared import record
from shared.bus import Bus, Message
from shared.events import Event
from shared.headers import GENESIS
from shared.partitions import partition_of


class Writer:
    """Writes the logs of the publishers that progress reads."""

    def __init__(self, bus: Bus, partitions: int, but: str = "") -> None:
        self._bus = bus
        self._topics = [topic for topic in TOPICS if topic != but]  # that one has its own relay
        self._partitions = partitions
        self._incarnation = f"1-{secrets.token_hex(4)}"
        self._newest: dict[tuple[str, int], int] = defaultdict(int)

    async def begin(self) -> "Writer":
        """Write the genesis record of each partition."""
        self._sender = await self._bus.sender()
        for topic in self._topics:
            await self._sender.send(topic, [self._genesis(topic, n) for n in self._numbers()])
        return self

    def _numbers(self) -> range:
        return range(self._partitions)

    def _genesis(self, topic: str, partition: int) -> Message:
        names = (topic, self._incarnation, 0, uuid4(), GENESIS, datetime.now(UTC))
        return Message(partition, b"", b"{}", record.headers(*names))

    async def write(self, events: Sequence[Event]) -> None:
        """Write events in this order; returns when all are acknowledged."""
        topics: dict[str, list[Message]] = defaultdict(list)
        for event in events:
            topics[event.publisher].append(self._message(event))
        for topic, messages in topics.items():
            for start in range(0, len(messages), 2_000):
                await self._sender.send(topic, messages[start : start + 2_000])

    def _message(self, event: Event) -> Message:
        partition = partition_of(event.key, self._partitions)
        place = (event.publisher, partition)
        self._newest[place] += 1
        headers = record.headers(
            event.publisher,
            self._incarnation,
            self._newest[place],
            event.event_id,
            event.type,
            event.occurred_at,
            key=event.key,
            clinic_id=event.clinic_id,
        )
        return Message(partition, event.key.encode(), event.data(), headers)

    def forget(self, event: Event) -> None:
        """Give the number of the newest event of this one's partition once more."""
        self._newest[event.publisher, partition_of(event.key, self._partitions)] -= 1

    async def close(self) -> None:
        """End the producer."""
        await self._sender.close()
