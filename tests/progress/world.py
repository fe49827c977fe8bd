"""Four publishers' logs, written by hand, and a reader of progress, moved by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.progress.domain.state import Case, decode
from services.progress.projection import standing
from services.progress.projection.apply import TOPICS
from services.progress.projection.polling import Polling
from shared.bus import Message, Partition, Record
from shared.events import Event
from shared.events.clinics import ClinicOpened
from shared.memory import MemoryBus
from shared.partitions import partition_of
from shared.settings import Settings
from tests.harness import Hand, memory_bus
from tests.progress.histories import START


EMPTY = """
truncate outbox, consumed, reading, parked, wish, audit, idempotency, flag_case, flag_act,
    concern, concern_act, rule_trial, staff, staff_filled,
    progress_v1.case_state, progress_v1.flag, progress_v1.clinic, relay_identity, relay_batch,
    relay_wish, rebuild_act, rebuild_difference, rebuild, incident, repair
    restart identity
"""


class World:
    """What progress reads, and progress."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.bus: MemoryBus = memory_bus(settings)
        self.hands = {topic: Hand(self.bus, topic) for topic in TOPICS}
        self.polling = Polling(self.bus, settings)

    async def begin(self) -> "World":
        """Genesis records; the reader connects."""
        for hand in self.hands.values():
            await hand.begin()
        await self.polling.begin()
        return self

    async def another(self) -> Polling:
        """One more reader under the same name, as a restarted or second worker would be."""
        polling = Polling(self.bus, self.settings)
        await polling.begin()
        return polling

    async def publish(self, *events: Event) -> None:
        """Write events under their publishers' next numbers; nothing is read yet."""
        for event in events:
            await self.hands[event.publisher].publish(event)

    async def put(self, topic: str, key: str, value: bytes, headers: Any = ()) -> None:
        """Write a record as nobody should."""
        number = partition_of(key, self.settings.partitions)
        await self.bus.append(topic, Message(number, key.encode(), value, headers))

    async def happens(self, *events: Event) -> None:
        """Write events and read them."""
        await self.publish(*events)
        await self.reads()

    async def reads(self) -> None:
        """Read until nothing comes."""
        while await self.polling.once(0):
            pass

    async def marks(self, at: datetime | None = None) -> None:
        """Every publisher's watermark, and the reader's look at them."""
        for hand in self.hands.values():
            await hand.mark(at)
        self.polling.watch._beat_at = 0.0
        await self.polling.tick()

    async def opened(self, clinic_id: UUID, zone: str = "Europe/London") -> None:
        """A clinic exists."""
        await self.happens(ClinicOpened(occurred_at=START, clinic_id=clinic_id, zone=zone))

    async def records(self, topic: str, key: object) -> list[Record]:
        """What a key's partition holds, without its genesis record."""
        number = partition_of(str(key), self.settings.partitions)
        return self.bus.logs[topic][number][1:]

    def part(self, topic: str, key: object) -> Partition:
        """Where a key's records lie."""
        return Partition(topic, partition_of(str(key), self.settings.partitions))

    async def case(self, case_id: UUID) -> Case | None:
        """A case's state as it is kept."""
        asked = "select state from live.case_state where case_id = $1"
        rows = await self.rows(asked, case_id)
        return decode(rows[0][0]) if rows else None

    async def told(self) -> list[tuple[str, UUID]]:
        """What was published: types and ids, in order."""
        rows = await self.rows("select type, id from outbox order by pos")
        return [(row["type"], row["id"]) for row in rows]

    async def parked(self) -> list[tuple[str, str]]:
        """What was set aside: state and cause, in order."""
        rows = await self.rows("select state, cause from parked order by number")
        return [(row["state"], row["cause"]) for row in rows]

    async def rows(self, statement: str, *args: object) -> Sequence[asyncpg.Record]:
        """Ask or tell the database, as its owner."""
        connection = await asyncpg.connect(self.settings.database("progress", "owner"))
        try:
            return list(await connection.fetch(statement, *args))
        finally:
            await connection.close()

    async def asks_for_ours(self, began: datetime | None = None) -> bool:
        """What a worker that began then asks for when it looks at the live version."""
        connection = await asyncpg.connect(self.settings.database("progress", "worker"))
        try:
            return await standing.ask_for_ours(connection, began or datetime.now(UTC))
        finally:
            await connection.close()

    async def close(self) -> None:
        """End the reader."""
        await self.polling.close()
