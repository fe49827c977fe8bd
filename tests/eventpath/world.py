"""A publisher and a reader of its events, moved by hand; every effect is a row to be counted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import outbox
from shared.bus import Bus, Partition, Record
from shared.consumer import Consumer
from shared.consumer.reading import Reading
from shared.db import Database
from shared.events import Event
from shared.events.goals import MeasureCompleted
from shared.kafka import KafkaBus
from shared.partitions import partition_of
from shared.record import number
from shared.relay import Turn
from shared.settings import Settings
from tests import harness


PUBLISHER, READER = "goals", "notifications"
CLINIC = UUID(int=7)
EFFECT = text("insert into effect (event_id, key, value) values (:event_id, :key, :value)")


def scored(
    case: UUID | None = None, value: int = 5, partition: int | None = None
) -> MeasureCompleted:
    """An event of a case; of a new one, in a partition of choice, when none is given."""
    while case is None:
        made = uuid4()
        if partition is None or partition_of(str(made), 12) == partition:
            case = made
    now = datetime.now(UTC)
    return MeasureCompleted(
        occurred_at=now,
        clinic_id=CLINIC,
        response_id=uuid4(),
        case_id=case,
        client_id=uuid4(),
        measure="phq-9",
        version="1",
        items={},
        total=value,
        answered_at=now,
    )


Extra = Callable[[AsyncSession, MeasureCompleted], Awaitable[None]]


@dataclass
class World:
    """One publisher, one reader, one bus."""

    settings: Settings
    bus: Bus
    failing: dict[UUID, Exception] = field(default_factory=dict)  # by case
    extra: Extra | None = None  # done by the handler before it writes its effect

    def __post_init__(self) -> None:
        self.publisher = Database(self.settings.database(PUBLISHER, "worker"), 8)
        self.reader = Database(self.settings.database(READER, "worker"), 4)
        self.consumer = Consumer(READER)
        self.consumer.on(MeasureCompleted)(self.handle)

    async def handle(self, session: AsyncSession, event: MeasureCompleted) -> None:
        """The reader's handler: one row for each time that it is called and committed."""
        if error := self.failing.get(event.case_id):
            raise error
        if self.extra:
            await self.extra(session, event)
        row = {"event_id": event.event_id, "key": event.key, "value": event.total}
        await session.execute(EFFECT, row)

    async def publish(self, *events: Event) -> None:
        """One business transaction."""
        async with self.publisher.session() as session:
            await outbox.publish(session, *events)

    @asynccontextmanager
    async def relaying(
        self, thorough: bool = False, kind: type[Turn] = Turn
    ) -> AsyncIterator[Turn]:
        """A relay's turn that has begun."""
        async with harness.relaying(self.bus, self.settings, PUBLISHER, kind) as turn:
            await turn.begin(thorough)
            yield turn

    @asynccontextmanager
    async def reading(self, wake: asyncio.Event | None = None) -> AsyncIterator[Reading]:
        """A reader that has begun."""
        given = (self.bus, self.settings, READER, self.consumer, wake)
        async with harness.reading(*given) as found:
            await found.begin()
            yield found

    async def moved(self) -> None:
        """A whole turn of the relay, then everything read."""
        async with self.relaying() as turn:
            await relayed(turn)
        async with self.reading() as found:
            await read(found)
            while isinstance(self.bus, KafkaBus) and await _behind(found):
                await found.once(0.1)  # a broker may have nothing to say yet

    async def effects(self) -> list[tuple[UUID, int]]:
        """What was handled, in the order in which it was."""
        rows = await self.rows("select event_id, value from effect order by number")
        return [(row["event_id"], row["value"]) for row in rows]

    async def values(self) -> list[int]:
        """The values that were handled, in order."""
        return [value for _, value in await self.effects()]

    async def rows(self, statement: str, *args: object, of: str = READER) -> list[asyncpg.Record]:
        """Look into a database, as its owner."""
        connection = await asyncpg.connect(self.settings.database(of, "owner"))
        try:
            return list(await connection.fetch(statement, *args))
        finally:
            await connection.close()

    async def numbers(self, partition: int) -> list[int | None]:
        """The numbers that stand in one partition's log, strangers as None; without its genesis."""
        incarnation = (await self.rows("select incarnation from relay_identity", of=PUBLISHER))[0][
            0
        ]
        return [
            number(record, PUBLISHER, incarnation)
            for record in await self.log(partition)
            if number(record, PUBLISHER, incarnation) != 0
        ]

    async def log(self, partition: int) -> list[Record]:
        """One partition's log."""
        from shared.bus import scan

        found: list[Record] = []
        async for records in scan(self.bus, {Partition(PUBLISHER, partition): 0}):
            found += records
        return found

    async def close(self) -> None:
        """Give the connections back."""
        await self.publisher.close()
        await self.reader.close()


PART = Partition(PUBLISHER, 3)


async def written(hand: harness.Hand, *values: int) -> None:
    """Events of different cases, all in the partition PART."""
    await hand.publish(*(scored(value=value, partition=PART.partition) for value in values))


async def relayed(turn: Turn) -> None:
    """Everything that waits is moved."""
    while await turn.step():
        pass


async def _behind(reading: Reading) -> bool:
    """Whether the log goes on beyond where the reader is."""
    ends = await reading.reader.ends(reading.places)
    return any([await reading.reader.position(part) < end for part, end in ends.items()])


async def read(reading: Reading) -> None:
    """Everything that lies in the log is taken in."""
    while await reading.once(0):
        pass


async def until(
    what: Callable[[], Awaitable[object]] | Callable[[], object], seconds: float = 60
) -> None:
    """Wait for a condition; AssertionError when it does not come."""
    async with asyncio.timeout(seconds):
        while True:
            found = what()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.01)
