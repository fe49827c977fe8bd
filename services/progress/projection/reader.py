"""The reader: takes batches until they are committed, or lets their partitions wait."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol, cast
from uuid import UUID

import asyncpg

from services.progress.models.tables import CONSUMER
from services.progress.projection import standing
from services.progress.projection.apply import TOPICS, Applied, apply_batch
from services.progress.projection.lanes import Polled
from services.progress.projection.store import Cache, Connection, Stale
from services.progress.projection.target import LIVE, Target
from shared import failpoint, health
from shared import record as wire
from shared.bus import Partition, Record
from shared.changes import Teller
from shared.consumer import places, report
from shared.consumer.failure import Meaning, TooMany, cause, meaning
from shared.consumer.places import LostPlace
from shared.consumer.sorting import Place
from shared.headers import CLINIC, TYPE
from shared.log import log
from shared.settings import Settings


CACHE = 28 << 20  # bytes of states
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0  # seconds between two tries of a partition that waits
TOLD = 200  # records of a batch whose cases are named to those who listen


class Feed(Protocol):
    """What fetches for us: Faust's consumer, or a reader of the bus."""

    def assigned(self) -> set[Partition]: ...
    def pause(self, part: Partition) -> None: ...
    async def resume(self, part: Partition, offset: int) -> None: ...
    async def position(self, part: Partition) -> int | None: ...
    async def tell(self, offsets: Mapping[Partition, int]) -> None: ...


class Reader:
    """Applies polls. A partition that has to wait is left alone, and the others go on."""

    def __init__(
        self,
        settings: Settings,
        wake: asyncio.Event | None = None,
        target: Target = LIVE,
        session: Mapping[str, str] | None = None,
    ) -> None:
        self.settings = settings
        self.target = target
        self.wake = wake or asyncio.Event()  # tells a relay in this process that it has work
        self.width = settings.worker_pool
        self.held: dict[Partition, float] = {}  # paused or waiting partitions, and until when
        self.feed: Feed
        self._pauses: dict[Partition, float] = {}
        self.cache = Cache(CACHE)
        self._too_many = TooMany()
        self._telling = asyncio.Lock()
        self._teller = Teller(settings.database(CONSUMER, "worker"))
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._after_commit = "rebuild.after_batch" if target.silent else "consumer.after_commit"
        self._session = session or {}  # what our database sessions are told at their start

    async def start(self, feed: Feed) -> None:
        """Connect, and make the places that are missing."""
        self.feed = feed
        address = self.settings.database(CONSUMER, "worker")
        self._pool = await asyncpg.create_pool(
            address,
            min_size=1,
            max_size=self.width + 1,
            timeout=5,
            server_settings=dict(self._session),
        )
        try:
            await self.with_connection(self._first)
        except BaseException:
            pool, self._pool = self._pool, None
            await pool.close()
            raise

    async def _first(self, connection: Connection) -> None:
        if not self.target.silent:
            await standing.check(connection)
        number = self.settings.partitions
        try:
            await places.make(connection, self.target.consumer, TOPICS, number)
        except LostPlace as lost:
            raise LostPlace(f"{lost}: rebuild the projection (make rebuild)") from None

    async def close(self) -> None:
        """End all connections."""
        await self._teller.close()
        if self._pool:
            self._pool.terminate()

    async def with_connection(self, act: Callable[[Connection], Awaitable[object]]) -> object:
        """Do something on one of our connections."""
        if self._pool is None:
            raise OSError("not connected")
        async with self._pool.acquire(timeout=10) as connection:
            try:
                return await act(cast("Connection", connection))
            except asyncpg.ReadOnlySQLTransactionError:
                connection.terminate()  # the next one may find the database that can be written
                raise

    async def places(self) -> dict[Partition, Place]:
        """How far everything was read."""
        found = await self.with_connection(lambda it: places.all_of(it, self.target.consumer))
        return cast("dict[Partition, Place]", found)

    async def starts(self, parts: Iterable[tuple[str, int]]) -> Mapping[Partition, int]:
        """From where partitions are to be read that have just become ours."""
        held = await self.places()
        wanted = [Partition(*part) for part in parts]
        for part in wanted:
            self.held.pop(part, None)
        return {part: held[part].next_offset for part in wanted}

    async def apply(self, polled: Polled) -> bool:
        """Whether these records are folded and committed. What failed is set aside, or waits.

        Raises when nobody knows in what state the infrastructure is.
        """
        wanted = {part: records for part, records in polled.items() if part not in self.held}
        if not wanted:
            return False
        try:
            applied = await self.once(wanted)
        except Exception as error:
            if meaning(error) is Meaning.STOP:
                raise
            return await self._one_by_one(wanted, error)
        self._went_on(wanted, applied)
        return not applied.paused

    async def once(
        self, polled: Mapping[Partition, Sequence[Record]], refused: Exception | None = None
    ) -> Applied:
        """Fold and commit this, all or nothing; raises what stands in the way."""
        while True:
            try:
                applied = await self.with_connection(
                    lambda it: apply_batch(
                        it, polled, self.cache, self._too_many, refused, self.target
                    )
                )
            except Stale:
                continue
            failpoint.reach(self.settings, self._after_commit)
            if cast("Applied", applied).published:
                self.wake.set()
            if not self.target.silent:
                each = cast("Applied", applied).sorted.values()
                await self.tell([record for part in each for record in part.next])
            return cast("Applied", applied)

    async def _one_by_one(self, polled: Polled, error: Exception) -> bool:
        """Partition by partition, halving what fails for its own sake until it stands alone."""
        done = True
        for part, records in polled.items():
            try:
                if meaning(error) is Meaning.WAIT:
                    raise error
                await self._halved(part, records)
            except Exception as reason:
                if meaning(reason) is not Meaning.WAIT:
                    raise
                self._wait(part, reason)
                done = False
        return done

    async def _halved(self, part: Partition, records: Sequence[Record]) -> None:
        pieces = [records]
        while pieces:
            piece = pieces.pop()
            try:
                self._went_on([part], await self.once({part: piece}))
            except Exception as error:
                if meaning(error) is not Meaning.SET_ASIDE:
                    raise
                if len(piece) == 1:
                    await self.once({part: piece}, refused=error)
                else:
                    half = len(piece) // 2
                    pieces += [piece[half:], piece[:half]]

    def _wait(self, part: Partition, error: Exception) -> None:
        pause = min(self._pauses.get(part, FIRST_PAUSE / 2) * 2, LONGEST_PAUSE)
        self._pauses[part] = pause
        self.hold(part, time.monotonic() + pause)
        health.waiting(f"reader {part.topic} {part.partition}", f"waits: {cause(error)}")
        log.warning(
            "partition waits", topic=part.topic, partition=part.partition, cause=cause(error)
        )

    def _went_on(self, parts: Iterable[Partition], applied: Applied) -> None:
        for part in parts:
            if self._pauses.pop(part, None):
                health.going(f"reader {part.topic} {part.partition}")
        for part in applied.paused:
            self.hold(part, math.inf)
        _report(applied)

    def hold(self, part: Partition, until: float) -> None:
        """Fetch nothing of a partition; what was fetched of it is dropped, and read again later."""
        self.held[part] = until
        self.feed.pause(part)

    async def let_go(self, part: Partition, offset: int) -> None:
        """Read a partition again, from where the database says."""
        self.held.pop(part, None)
        await self.feed.resume(part, offset)

    async def tell(self, records: Sequence[Record]) -> None:
        """Say what these changed to those who listen; of many cases at once only that they did."""
        async with self._telling:  # one connection, and lanes that commit at the same time
            if len(records) > TOLD:
                await self._teller.tell_all()
            elif changed := [said for record in records if (said := _change(record))]:
                await self._teller.tell(changed)


def _change(record: Record) -> tuple[UUID, str, str] | None:
    """Clinic, type and key of what a record changed; None when it does not say whose it is."""
    try:
        clinic = UUID(wire.text(record, CLINIC))
    except ValueError:
        return None
    return clinic, wire.text(record, TYPE), wire.key(record)


def _report(applied: Applied) -> None:
    report.passed_over(applied.sorted)
    for failed in applied.failed:
        log.error(
            "set aside",
            consumer=CONSUMER,
            topic=failed.record.topic,
            partition=failed.record.partition,
            offset=failed.record.offset,
            type=wire.text(failed.record, TYPE),
            cause=cause(failed.error),
        )
