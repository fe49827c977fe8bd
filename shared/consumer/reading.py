"""One consumer at work: it holds the lock, knows its places, and takes one poll at a time."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared import genesis, health, watermarks
from shared.bus import Away, Bus, Partition, Reader, Record
from shared.consumer import places, wishes
from shared.consumer.batch import Batch, Failed, Paused, driver
from shared.consumer.failure import Meaning, cause, is_database, meaning
from shared.consumer.holes import Holes
from shared.consumer.places import Connection, LostPlace
from shared.consumer.registry import Consumer
from shared.consumer.sorting import Place
from shared.consumer.wishes import Wish
from shared.db import READ_ONLY, sqlstate
from shared.log import log
from shared.settings import Settings


MARKS_BACK = 700  # records of `watermarks` that are read at the start: a hundred of each publisher
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0  # seconds between two tries of a partition that waits
TELL_AGAIN = 3_600.0  # Kafka forgets what it was told a week ago
BEAT = 1.0


class OtherGeneration(Exception):
    """The topic is not the one that was read: nothing may be read until somebody decides."""


@dataclass
class Reading:
    """`begin` it once, then `once` for each poll and `tick` twice a second."""

    bus: Bus
    settings: Settings
    consumer: Consumer
    connection: AsyncConnection
    reader: Reader
    wake: asyncio.Event | None = None  # of the relay, which may have something to send
    places: dict[Partition, Place] = field(init=False, default_factory=dict)
    paused: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.batch = Batch(self.connection, self.consumer, self.settings, self.wake)
        self.marks = watermarks.Marks(self.consumer.topics)
        self.holes = Holes(self.bus, self.reader, self.marks, self.consumer.name)
        self._waits: dict[Partition, tuple[float, float]] = {}  # until when, and how long it was
        self._told: dict[Partition, int] = {}
        self._beat_at = 0.0
        self._told_at = time.monotonic()
        self._raw: Connection

    async def begin(self) -> None:
        """Make the rows, see that the topics are the ones that were read, go to where we were."""
        self._raw = await driver(self.connection)
        name, count = self.consumer.name, self.settings.partitions
        try:
            await places.make(self._raw, name, self.consumer.topics, count)
        except LostPlace as lost:
            raise LostPlace(f"{lost}: make it again (make restore-place)") from None
        self.places = await places.all_of(self._raw, name)
        await self._same_topics()
        ends = await self.reader.ends([*self.places, watermarks.LOG])
        # A place beyond the end of a log that lost its tail: from the end on, and look for a hole.
        starts = {part: min(place.next_offset, ends[part]) for part, place in self.places.items()}
        marks = max(0, ends[watermarks.LOG] - MARKS_BACK)
        self.reader.assign({**starts, watermarks.LOG: marks})
        self.paused = any(place.paused_since for place in self.places.values())
        if self.paused:
            self.reader.pause(*self.places)
        await watermarks.begin(self._raw, name, self.consumer.topics)

    async def _same_topics(self) -> None:
        for topic in self.consumer.topics:
            if await self.bus.partitions(topic) != self.settings.partitions:
                raise Away(f"{topic} has not {self.settings.partitions} partitions")
        known = {part: place.topic_id for part, place in self.places.items() if place.topic_id}
        if not known:
            return
        other, _ = await genesis.others(self.bus, await self.reader.ends(known), known)
        if other:
            raise OtherGeneration(
                f"{self.consumer.name}: {', '.join(sorted(other))} is another generation of the"
                " topic than the one that was read: bring the old back, or read this one (make"
                " accept-topic)"
            )

    async def once(self, timeout: float) -> bool:
        """One poll: whether there was anything. What has to wait is left, and tried again later."""
        timeout = min(timeout, self._next_try())
        found = await self.reader.fetch(timeout, self.settings.reader_rows)
        for record in found.pop(watermarks.LOG, ()):
            self.marks.add(record)
        records = {Partition(*part): those for part, those in found.items()}
        if self.paused or not records:
            return False
        # Who asked for a pause before an event was published will not see it handled.
        await self._grant_all()
        if self.paused:
            return False
        try:
            self.places |= await self.batch.apply(records)
        except Paused:
            await self._refresh()
        except Exception as error:
            if self._lost(error):
                raise (error.error if isinstance(error, Failed) else error) from error
            await self._one_by_one(records)
        else:
            self._went_on(records)
        return True

    def _next_try(self) -> float:
        """Let partitions go on whose waiting is over; seconds until the next one's is."""
        now = time.monotonic()
        over = [part for part, (until, _) in self._waits.items() if until <= now]
        if over and not self.paused:
            self.reader.resume(*over)
        later = [until - now for until, _ in self._waits.values() if until > now]
        return min(later, default=LONGEST_PAUSE)

    def _lost(self, error: BaseException) -> bool:
        """Errors behind which this connection, or the world, is of no more use."""
        if self._raw.is_closed() or self.connection.invalidated:
            return True
        reason = error.error if isinstance(error, Failed) else error
        if sqlstate(reason) == READ_ONLY:
            return True
        if isinstance(error, Failed):
            return meaning(reason) is Meaning.STOP
        return not (meaning(error) is Meaning.WAIT or is_database(error))

    async def _one_by_one(self, records: Mapping[Partition, Sequence[Record]]) -> None:
        """Partition by partition: one that waits does not keep the others."""
        for part, those in records.items():
            try:
                if place := await self.batch.settle(part, those):
                    self.places[part] = place
                self._went_on([part])
            except Paused:
                await self._refresh()
                return
            except Exception as error:
                if meaning(error) is not Meaning.WAIT or self._lost(error):
                    raise
                await self._wait(part, error)

    async def _wait(self, part: Partition, error: Exception) -> None:
        _, last = self._waits.get(part, (0.0, FIRST_PAUSE / 2))
        pause = min(last * 2, LONGEST_PAUSE)
        self._waits[part] = (time.monotonic() + pause, pause)
        self.reader.pause(part)
        self.places |= await self._current([part])
        self.reader.seek(part, self.places[part].next_offset)
        health.waiting(
            f"reader {part.topic} {part.partition}", f"waits: {cause(error)}, tries again"
        )
        log.warning(
            "partition waits", topic=part.topic, partition=part.partition, cause=cause(error)
        )

    def _went_on(self, parts: Mapping[Partition, object] | Sequence[Partition]) -> None:
        for part in parts:
            if self._waits.pop(part, None):
                health.going(f"reader {part.topic} {part.partition}")

    async def _current(self, parts: Sequence[Partition]) -> dict[Partition, Place]:
        everything = await places.all_of(self._raw, self.consumer.name)
        return {part: everything[part] for part in parts}

    async def tick(self) -> None:
        """Wishes, holes, heartbeat, and what monitors are told."""
        await self._grant_all()
        if not self.paused:
            await self.holes.look(self.places, self._waits)
        now = time.monotonic()
        if now - self._beat_at >= BEAT:
            self._beat_at = now
            reached = self.marks.reached(self.places)
            await watermarks.beat(self._raw, self.consumer.name, reached)
        await self._tell()

    async def _grant_all(self) -> None:
        for wish in await wishes.asked(self._raw, self.consumer.name):
            await self._grant(wish)

    async def _grant(self, wish: Wish) -> None:
        try:
            async with self.connection.begin():
                await self.connection.exec_driver_sql("select 1")  # begins the transaction
                await wishes.carry_out(self._raw, self.consumer.name, wish, self._handle)
        except Exception as error:
            if meaning(error) is not Meaning.WAIT or self._lost(error):
                raise
            log.warning("wish waits", wish_id=str(wish.wish_id), cause=cause(error))
            return
        log.info("wish carried out", wish_id=str(wish.wish_id), state=wish.act)
        await self._refresh()

    async def _handle(self, record: Record) -> None:
        """A parked record, again: a session of its own inside the caller's savepoint."""
        session = AsyncSession(self.connection, expire_on_commit=False)
        try:
            await self.batch.hand_over(session, record)
        finally:
            await session.close()

    async def _refresh(self) -> None:
        """Read the places again, and stop or go on where they say."""
        self.places = await places.all_of(self._raw, self.consumer.name)
        was, self.paused = self.paused, any(p.paused_since for p in self.places.values())
        if self.paused:
            self.reader.pause(*self.places)
        elif was:
            self._waits.clear()
            for part, place in self.places.items():
                self.reader.seek(part, place.next_offset)
            self.reader.resume(*self.places)

    async def _tell(self) -> None:
        """Tell Kafka how far we are. Copies that were passed over count as read, for monitors."""
        told = {}
        for part, place in self.places.items():
            held = self.paused or part in self._waits or part in self.holes.missing
            told[part] = place.next_offset if held else await self.reader.position(part)
        if time.monotonic() - self._told_at >= TELL_AGAIN:
            self._told, self._told_at = {}, time.monotonic()
        fresh = {part: at for part, at in told.items() if self._told.get(part) != at}
        if fresh:
            await self.reader.tell(fresh)
            self._told |= fresh
