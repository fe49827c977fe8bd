"""The event path of several services in one process: real databases, the bus in memory, no clock.

    async with Harness(settings).over(intake=None, goals=consumers.reader) as harness:
        ...call commands or the API…
        await harness.settles()

`settles` relays and delivers until nothing moves: then every event is where it belongs. Events of a
service that does not take part are written by hand: `await harness.publish(CaseOpened(…))`.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from shared import record, watermarks
from shared.bus import Bus, Headers, Message
from shared.changes import Teller
from shared.consumer import Consumer
from shared.consumer.reading import Reading
from shared.consumer.running import connected, hold
from shared.events import Event, publishers
from shared.headers import GENESIS
from shared.memory import MemoryBus
from shared.partitions import partition_of
from shared.relay import Store, Turn
from shared.settings import Settings


def memory_bus(settings: Settings) -> MemoryBus:
    """An empty bus with every topic of the system."""
    topics = dict.fromkeys(publishers, settings.partitions)
    return MemoryBus({**topics, watermarks.TOPIC: 1})


@asynccontextmanager
async def relaying(
    bus: Bus, settings: Settings, publisher: str, kind: type[Turn] = Turn
) -> AsyncIterator[Turn]:
    """A relay that holds its lock; `begin` was not called yet."""
    address = settings.database(publisher, "worker")
    store = await Store.open(address, settings.partitions)
    teller = Teller(address)
    reader, sender = await bus.reader(), await bus.sender()
    try:
        assert await store.lock(), f"another relay of {publisher} is at work"
        yield kind(bus, settings, publisher, store, sender, reader, teller)
    finally:
        await sender.drop()
        await reader.close()
        await store.close()
        await teller.close()


@asynccontextmanager
async def reading(
    bus: Bus,
    settings: Settings,
    service: str,
    consumer: Consumer,
    wake: asyncio.Event | None = None,
) -> AsyncIterator[Reading]:
    """A reader that holds its lock; `begin` was not called yet."""
    async with connected(settings, service, consumer) as connection:
        assert await hold(connection, consumer), f"another reader {consumer.name} is at work"
        on_bus = await bus.reader(consumer.name)
        try:
            yield Reading(bus, settings, consumer, connection, on_bus, wake)
        finally:
            await on_bus.close()


class Hand:
    """Writes a publisher's log as its relay would, and, for tests, as it never would."""

    def __init__(self, bus: MemoryBus, publisher: str) -> None:
        self.bus = bus
        self.publisher = publisher
        self.incarnation = f"1-{secrets.token_hex(4)}"
        self.generation = uuid4()
        self.newest: dict[int, int] = defaultdict(int)

    async def begin(self) -> "Hand":
        """Write the genesis record of each partition."""
        for partition in range(await self.bus.partitions(self.publisher)):
            headers = self.headers(0, self.generation, GENESIS)
            await self.bus.append(self.publisher, Message(partition, b"", b"{}", headers))
        return self

    def headers(self, sequence: int, event_id: UUID, kind: str) -> Headers:
        """The plumbing's headers of one record."""
        now = datetime.now(UTC)
        return record.headers(self.publisher, self.incarnation, sequence, event_id, kind, now)

    async def partition_of(self, key: str) -> int:
        """Where a key's events lie."""
        return partition_of(key, await self.bus.partitions(self.publisher))

    async def message(self, event: Event, sequence: int) -> Message:
        """One event under a number of the test's choice."""
        headers = record.headers(
            self.publisher,
            self.incarnation,
            sequence,
            event.event_id,
            event.type,
            event.occurred_at,
            key=event.key,
            clinic_id=event.clinic_id,
        )
        partition = await self.partition_of(event.key)
        return Message(partition, event.key.encode(), event.data(), headers)

    async def publish(self, *events: Event) -> None:
        """Write events under their partitions' next numbers."""
        for event in events:
            partition = await self.partition_of(event.key)
            self.newest[partition] += 1
            await self.put(await self.message(event, self.newest[partition]))

    async def put(self, message: Message) -> int:
        """Write one record, whatever it is; its offset."""
        return await self.bus.append(self.publisher, message)

    async def mark(self, at: datetime | None = None, numbers: list[int] | None = None) -> None:
        """Write a watermark."""
        count = await self.bus.partitions(self.publisher)
        up_to = numbers or [self.newest[partition] for partition in range(count)]
        sender = await self.bus.sender()
        now = at or datetime.now(UTC)
        await watermarks.publish(sender, self.publisher, self.incarnation, now, up_to)


@dataclass
class Harness:
    """Relays and readers of some services, moved by hand."""

    settings: Settings
    bus: MemoryBus = field(init=False)
    relays: dict[str, Turn] = field(init=False, default_factory=dict)
    readers: dict[str, Reading] = field(init=False, default_factory=dict)
    hands: dict[str, Hand] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.bus = memory_bus(self.settings)

    @asynccontextmanager
    async def over(self, **services: Consumer | None) -> AsyncIterator["Harness"]:
        """Relays for these services and readers for those that have one; databases are migrated."""
        async with AsyncExitStack() as stack:
            for name in services:
                turn = await stack.enter_async_context(relaying(self.bus, self.settings, name))
                await turn.begin()
                self.relays[name] = turn
            for name, consumer in services.items():
                if consumer is not None:
                    entered = reading(self.bus, self.settings, name, consumer)
                    self.readers[name] = await stack.enter_async_context(entered)
                    await self.readers[name].begin()
            yield self

    async def publish(self, *events: Event) -> None:
        """Write events into the log as their publishers' relays would, and deliver them."""
        for event in events:
            if event.publisher not in self.hands:
                self.hands[event.publisher] = await Hand(self.bus, event.publisher).begin()
            await self.hands[event.publisher].publish(event)
        await self.settles()

    async def settles(self) -> None:
        """Relay and deliver until nothing moves."""
        moved = True
        while moved:
            moved = False
            for turn in self.relays.values():
                moved = await turn.step() or moved
            for reader in self.readers.values():
                moved = await reader.once(0) or moved

    async def marks(self) -> None:
        """As if a second passed: watermarks, wishes, heartbeats; then deliver again."""
        for turn in self.relays.values():
            await turn.watch(idle=False)
        await self.settles()
        for reader in self.readers.values():
            await reader.tick()
        await self.settles()
