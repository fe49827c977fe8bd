"""One poll's records: one transaction when all goes well, split until each failure stands alone."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared import failpoint, outbox
from shared import record as wire
from shared.bus import Partition, Record
from shared.consumer import parked, places, report
from shared.consumer.failure import Meaning, TooMany, cause, is_database, meaning
from shared.consumer.places import Connection
from shared.consumer.registry import Consumer
from shared.consumer.sorting import Place, Sorted, sort
from shared.errors import Unavailable
from shared.headers import TRACE, TYPE
from shared.log import continue_trace, frames, log
from shared.settings import Settings


Records = Mapping[Partition, Sequence[Record]]


class Failed(Exception):
    """One record's handling failed; its error is the cause."""

    def __init__(self, record: Record, error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.record = record
        self.error = error


class Paused(Exception):
    """Somebody paused this consumer: nothing was done."""


class Batch:
    """Applies records under one consumer's name, on the connection that holds its lock."""

    def __init__(
        self,
        connection: AsyncConnection,
        reader: Consumer,
        settings: Settings,
        wake: asyncio.Event | None = None,
    ) -> None:
        self._connection = connection
        self._reader = reader
        self._settings = settings
        self._wake = wake
        self._too_many = TooMany()

    async def apply(self, records: Records) -> dict[Partition, Place]:
        """Handle what is next, in one transaction; the places that hold now. Failed: none done."""
        session = AsyncSession(self._connection, expire_on_commit=False)
        async with session, session.begin():
            await self._lock(session, records)
            raw = await driver(self._connection)
            held = await places.lock(raw, self._reader.name, records)
            if any(place.paused_since for place in held.values()):
                raise Paused
            found = {part: sort(those, held[part], part.topic) for part, those in records.items()}
            await self._handle(session, raw, found)
            moved = {part: each.place for part, each in found.items() if each.moved}
            if moved:
                await places.save(raw, self._reader.name, moved)
            failpoint.reach(self._settings, "consumer.before_commit")
        failpoint.reach(self._settings, "consumer.after_commit")
        if self._wake and outbox.published(session):
            self._wake.set()
        report.passed_over(found)
        return held | moved

    async def _lock(self, session: AsyncSession, records: Records) -> None:
        """Keys first, sorted, before any row. With no key it still begins the transaction."""
        keys = {wire.key(r) for those in records.values() for r in those if self._wants(r)}
        await outbox.lock(session, *keys)

    def _wants(self, record: Record) -> bool:
        return self._reader.wants(wire.text(record, TYPE))

    async def _handle(
        self, session: AsyncSession, raw: Connection, found: Mapping[Partition, Sorted]
    ) -> None:
        name = self._reader.name
        for each in found.values():
            if each.foreign:
                await parked.park(raw, name, each.foreign, parked.FOREIGN, parked.FOREIGN)
        wanted = [r for each in found.values() for r in each.next if self._concerns_us(r)]
        keys = ((record.topic, wire.key(record)) for record in wanted)
        blocked, skipped = await parked.in_the_way(raw, name, keys)
        for record in wanted:
            if skipped.holds(record):
                continue
            if (record.topic, wire.key(record)) in blocked:
                await parked.park(raw, name, [record], parked.WAITING, "behind another")
                continue
            try:
                await self.hand_over(session, record)
            except Exception as error:
                raise Failed(record, error) from error

    def _concerns_us(self, record: Record) -> bool:
        """Types that are not listed are passed over; a record without any type is a bad one."""
        kind = wire.text(record, TYPE)
        return not kind or self._reader.wants(kind)

    async def hand_over(self, session: AsyncSession, record: Record) -> None:
        """Give one record's event to its handlers. Bad when it is no event."""
        event = wire.event(record, self._settings.event_limit)
        continue_trace(wire.text(record, TRACE))
        for handler in self._reader.handlers(event.type):
            await handler(session, event)
        await session.flush()

    async def settle(self, part: Partition, records: Sequence[Record]) -> Place | None:
        """One partition's records, each failure set aside for itself. Raises what means wait, stop.

        What is in front of a record that failed is done first; then it is tried alone; if it fails
        alone too, it is parked and its key blocked. A commit that fails is split in halves.
        """
        place, pieces = None, [records]
        while pieces:
            piece = pieces.pop()
            try:
                place = (await self.apply({part: piece}))[part]
            except Failed as failed:
                if meaning(failed.error) is not Meaning.SET_ASIDE:
                    raise failed.error from failed
                if len(piece) == 1:
                    place = await self._park(part, failed)
                else:
                    pieces += reversed(_around(piece, failed.record))
            except Exception as error:
                split = meaning(error) is Meaning.SET_ASIDE and is_database(error)
                if not split:
                    raise
                if len(piece) == 1:
                    place = await self._park(part, Failed(piece[0], error))
                else:
                    half = len(piece) // 2
                    pieces += [piece[half:], piece[:half]]
        return place

    async def _park(self, part: Partition, failed: Failed) -> Place:
        """Set one record aside and block its key; what follows for it will queue behind it."""
        record, error = failed.record, failed.error
        key = wire.key(record)
        if self._too_many.failing(error, key):
            raise Unavailable(f"many cases fail with {cause(error)}") from error
        async with self._connection.begin():
            session = AsyncSession(self._connection)
            await outbox.lock(session, key)
            raw = await driver(self._connection)
            held = await places.lock(raw, self._reader.name, [part])
            found = sort([record], held[part], part.topic)
            if found.next:
                args = (parked.BLOCKING, cause(error), frames(error))
                await parked.park(raw, self._reader.name, [record], *args)
                await places.save(raw, self._reader.name, {part: found.place})
            await session.close()
        log.error(
            "set aside",
            consumer=self._reader.name,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            type=wire.text(record, TYPE),
            cause=cause(error),
            frames=frames(error),
        )
        return found.place


def _around(records: Sequence[Record], failed: Record) -> list[Sequence[Record]]:
    """What is in front of a record, the record, what is behind it."""
    at = next(i for i, record in enumerate(records) if record is failed)
    return [piece for piece in (records[:at], records[at : at + 1], records[at + 1 :]) if piece]


async def driver(connection: AsyncConnection) -> Connection:
    """The asyncpg connection inside, for statements that need no ORM; same transaction."""
    raw: Any = await connection.get_raw_connection()
    return cast("Connection", raw.driver_connection)
