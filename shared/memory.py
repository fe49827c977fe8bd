"""The bus in memory: the same promises as Kafka, for journeys and for tests of its faults."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.bus import ROOM, Away, Headers, Message, Partition, Record
from shared.slim import small


@dataclass(frozen=True, slots=True)
class Stored:
    """One record of the log."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class MemoryBus:
    """Topics as lists. What Kafka may do to us, a test can do here: see the last four methods."""

    def __init__(self, topics: Mapping[str, int] | None = None) -> None:
        self.logs: dict[str, list[list[Record]]] = {}
        self.told: dict[str, dict[Partition, int]] = defaultdict(dict)
        self.failing: set[Partition] = set()
        self._changed = asyncio.Condition()
        self._holding: set[MemorySender] = set()
        self._held: list[tuple[str, Sequence[Message]]] = []
        for topic, count in (topics or {}).items():
            self.create(topic, count)

    def create(self, topic: str, count: int) -> None:
        """Make a topic, empty; one that exists stays as it is."""
        self.logs.setdefault(topic, [[] for _ in range(count)])

    async def sender(self) -> "MemorySender":
        """See shared.bus.Bus."""
        return MemorySender(self)

    async def reader(self, name: str | None = None, room: int = ROOM) -> "MemoryReader":
        """See shared.bus.Bus."""
        return MemoryReader(self, name)

    async def partitions(self, topic: str) -> int:
        """See shared.bus.Bus."""
        return len(self.logs.get(topic, ()))

    async def append(self, topic: str, message: Message) -> int:
        """Put one record at the end of its partition's log."""
        log = self.logs[topic][message.partition]
        record = Stored(
            topic,
            message.partition,
            len(log),
            int(time.time() * 1000),
            message.key,
            message.value,
            message.headers,
        )
        log.append(record)
        async with self._changed:
            self._changed.notify_all()
        return record.offset

    async def wait(self, timeout: float) -> None:
        """Until something is appended, or time is up."""
        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait()
        except TimeoutError:
            pass

    def cut(self, topic: str, partition: int, length: int) -> None:
        """The log loses its tail: only the first `length` records stay."""
        del self.logs[topic][partition][length:]

    def lose(self, topic: str, partition: int, offset: int) -> None:
        """The log loses one record, and those behind it move up: offsets are not names."""
        log = self.logs[topic][partition]
        kept = [record for record in log if record.offset != offset]
        log[:] = [
            Stored(r.topic, r.partition, n, r.timestamp, r.key, r.value, r.headers)
            for n, r in enumerate(kept)
        ]

    def hold(self, sender: "MemorySender") -> None:
        """What this sender sends is neither written nor answered, until `release`."""
        self._holding.add(sender)

    async def release(self) -> None:
        """What was held back lands now, even if its sender is long gone."""
        held, self._held = self._held, []
        self._holding.clear()
        for topic, messages in held:
            for message in messages:
                await self.append(topic, message)

    async def _take(self, sender: "MemorySender", topic: str, messages: Sequence[Message]) -> bool:
        if sender not in self._holding:
            return True
        self._held.append((topic, messages))
        async with self._changed:
            self._changed.notify_all()
        return False

    @property
    def held(self) -> int:
        """How many messages are held back."""
        return sum(len(messages) for _, messages in self._held)


class MemorySender:
    """See shared.bus.Sender."""

    def __init__(self, bus: MemoryBus) -> None:
        self._bus = bus
        self._closed = False

    async def send(self, topic: str, messages: Sequence[Message]) -> list[int]:
        """See shared.bus.Sender."""
        if self._closed or topic not in self._bus.logs:
            raise Away(f"{topic} can not be written to")
        if not await self._bus._take(self, topic, messages):
            await asyncio.Event().wait()  # unanswered for ever: the caller's deadline ends it
        offsets = []
        failed = False
        for message in messages:
            if Partition(topic, message.partition) in self._bus.failing:
                self._bus.failing.discard(Partition(topic, message.partition))
                failed = True
                continue
            offsets.append(await self._bus.append(topic, message))
        if failed:
            raise Away(f"a message to {topic} was not acknowledged")
        return offsets

    async def drop(self) -> None:
        """See shared.bus.Sender."""
        self._closed = True

    async def close(self) -> None:
        """See shared.bus.Sender."""
        self._closed = True


class MemoryReader:
    """See shared.bus.Reader."""

    def __init__(self, bus: MemoryBus, name: str | None) -> None:
        self._bus = bus
        self._name = name
        self._positions: dict[Partition, int] = {}
        self._paused: set[Partition] = set()

    def assign(self, offsets: Mapping[Partition, int]) -> None:
        """See shared.bus.Reader."""
        self._positions = {Partition(*part): offset for part, offset in offsets.items()}
        self._paused.clear()

    def seek(self, partition: Partition, offset: int) -> None:
        """See shared.bus.Reader."""
        self._positions[partition] = offset

    def pause(self, *partitions: Partition) -> None:
        """See shared.bus.Reader."""
        self._paused.update(partitions)

    def resume(self, *partitions: Partition) -> None:
        """See shared.bus.Reader."""
        self._paused.difference_update(partitions)

    async def fetch(self, timeout: float, limit: int) -> dict[Partition, list[Record]]:
        """See shared.bus.Reader."""
        if not (found := self._read(limit)) and timeout:
            await self._bus.wait(timeout)
            found = self._read(limit)
        return found

    def _read(self, limit: int) -> dict[Partition, list[Record]]:
        found: dict[Partition, list[Record]] = {}
        for part, position in self._positions.items():
            if part in self._paused or limit <= 0:
                continue
            log = self._bus.logs[part.topic][part.partition]
            if position > len(log):
                position = self._positions[part] = 0
            if records := log[position : position + limit]:
                found[part] = [small(*part, record) or record for record in records]
                limit -= len(records)
                self._positions[part] = position + len(records)
        return found

    async def position(self, partition: Partition) -> int:
        """See shared.bus.Reader."""
        return self._positions[partition]

    async def ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """See shared.bus.Reader."""
        return {Partition(*part): len(self._bus.logs[part[0]][part[1]]) for part in partitions}

    async def tell(self, offsets: Mapping[Partition, int]) -> None:
        """See shared.bus.Reader."""
        if self._name:
            self._bus.told[self._name].update(offsets)

    async def told(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """See shared.bus.Reader."""
        known = self._bus.told[self._name] if self._name else {}
        return {part: known[part] for part in partitions if part in known}

    async def close(self) -> None:
        """See shared.bus.Reader."""
        self._positions = {}
