"""Catching up: a version that is not live reads the log up to given places, and tells nobody."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import cast
from uuid import UUID

from services.progress.projection.apply import TOPICS
from services.progress.projection.carrying import carry_all
from services.progress.projection.lanes import Polled
from services.progress.projection.merging import Merging
from services.progress.projection.reader import Reader
from services.progress.projection.settling import settle
from services.progress.projection.store import Connection
from services.progress.projection.target import building
from shared import bus as buses
from shared.bus import Away, Bus, Partition, Record
from shared.consumer.sorting import Place
from shared.settings import Settings


# Records in one go. The more, the fewer times is a case written; beyond some thousands they lie in
# memory that nothing has touched lately, and that costs more than it saves.
POLL = 8_000
ROOM = 2 << 20  # bytes of a partition in one fetch
TELL = 0.5  # seconds between two reports
# Batches that are worked on at a time: while one is written the next one is folded. More of them
# are no faster and only crowd the database, which serves people meanwhile.
WIDTH = 2
# A rebuild is work of minutes: the limits of ordinary transactions are not its own. What it asks of
# all cases at once is answered from memory: the live version stands still meanwhile.
PATIENT = {
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "application_name": "rebuild",
    "work_mem": "64MB",
}

Places = dict[Partition, Place]
Report = Callable[[int, int, float], Awaitable[None]]
Told = Callable[[], Awaitable[None]]
CLINICS = "clinics"


class _NoFeed:
    """Nobody fetches on behalf of this reader: a partition that waits is simply read again."""

    def assigned(self) -> set[Partition]:
        return set()

    def pause(self, part: Partition) -> None:
        """Nothing: see above."""

    async def resume(self, part: Partition, offset: int) -> None:
        """Nothing: see above."""

    async def position(self, part: Partition) -> int | None:
        return None

    async def tell(self, offsets: Mapping[Partition, int]) -> None:
        """Nothing: no lag monitor watches a rebuild."""


class Catching:
    """One version's reader. `begin` it, `up_to` some places as often as wanted, `close` it."""

    def __init__(self, bus: Bus, settings: Settings, version: int) -> None:
        self._bus = bus
        self._settings = settings
        self.version = version
        # What a crash of the database takes of it is simply read again; the switch waits for it.
        session = {**PATIENT, "synchronous_commit": "off"}
        self.reader = Reader(settings, target=building(version), session=session)
        self.reader.width = WIDTH
        self._positions: dict[Partition, int] = {}
        self._fetching: buses.Reader
        self._told_at = 0.0

    async def begin(self) -> None:
        """Connect; the places of a new version are made at the log's beginning."""
        await self.reader.start(_NoFeed())
        self._fetching = await self._bus.reader(room=ROOM)
        await self._from_the_places()

    async def _from_the_places(self) -> None:
        self.reader.held.clear()
        found = await self.reader.places()
        self._positions = {part: place.next_offset for part, place in found.items()}

    async def ends(self) -> dict[Partition, int]:
        """Where the logs end now."""
        parts = [
            Partition(topic, number)
            for topic in TOPICS
            for number in range(self._settings.partitions)
        ]
        return await self._fetching.ends(parts)

    def behind(self, stops: Mapping[Partition, int]) -> int:
        """How many records lie between here and there."""
        return sum(max(0, stop - self._positions[part]) for part, stop in stops.items())

    async def up_to(self, stops: Mapping[Partition, int], report: Report | None = None) -> None:
        """Fold all that lies before these offsets. Away when something has to be waited for.

        What clinics say comes first: it holds by its own dates, whenever it is heard of. The rest
        comes in the order in which it was written, as the live version heard of it.
        """
        telling = partial(self._tell, report, _Since(sum(self._positions.values()), stops))
        open_ = {part for part, stop in stops.items() if self._positions[part] < stop}
        about_clinics = {part for part in open_ if part.topic == CLINICS}
        for parts in (about_clinics, open_ - about_clinics):
            if parts:
                await self._read(parts, stops, telling)

    async def _read(
        self, open_: set[Partition], stops: Mapping[Partition, int], tell: Told
    ) -> None:
        merging = Merging()
        self._fetching.assign({part: self._positions[part] for part in open_})
        coming = asyncio.ensure_future(self._fetching.fetch(1.0, POLL))
        while open_:
            merging.add(_before(stops, await coming))
            reached = await self._reached(open_, stops)
            ready = merging.ready(open_)
            self._hold(open_, merging)
            # The next records come while these are folded.
            coming = asyncio.ensure_future(self._fetching.fetch(1.0 if open_ else 0, POLL))
            try:
                await self._fold_all(ready)
            except BaseException:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
                raise
            self._positions |= reached
            await tell()
        await coming
        self._fetching.assign({})

    def _hold(self, open_: set[Partition], merging: Merging) -> None:
        """Fetch no more of what is far ahead of other topics."""
        for part in open_:
            (self._fetching.pause if merging.full(part) else self._fetching.resume)(part)

    async def _tell(self, report: Report | None, since: "_Since") -> None:
        now = time.monotonic()
        if report and now - self._told_at >= TELL:
            self._told_at = now
            done = sum(self._positions.values())
            rate = (done - since.first) / max(0.001, now - since.began)
            await report(done, sum(since.stops.values()), rate)

    async def _fold_all(self, numbers: Mapping[int, Polled]) -> None:
        folding = [asyncio.ensure_future(self._fold(polled)) for polled in numbers.values()]
        try:
            await asyncio.gather(*folding)
        finally:
            await asyncio.gather(*folding, return_exceptions=True)  # none works on behind our back

    async def _fold(self, polled: Polled) -> None:
        if not await self.reader.apply(polled):
            await self._from_the_places()
            raise Away("a partition of the rebuild has to wait")

    async def _reached(
        self, open_: set[Partition], stops: Mapping[Partition, int]
    ) -> dict[Partition, int]:
        """Up to where was fetched; what is fetched up to its stop is open no more."""
        reached: dict[Partition, int] = {}
        for part in sorted(open_):
            reached[part] = min(await self._fetching.position(part), stops[part])
            if reached[part] >= stops[part]:
                open_.discard(part)
                self._fetching.pause(part)
        return reached

    async def settle(self, until: datetime) -> None:
        """Take into account what time alone did up to a moment."""

        async def due(connection: Connection) -> None:
            await settle(connection, self.reader.target, until, self._settings.partitions)

        await self.reader.with_connection(due)

    async def carry(self, live: int) -> set[tuple[UUID, str]]:
        """Let flags that stand in both versions be the ones that people were told of."""

        async def carried(connection: Connection) -> set[tuple[UUID, str]]:
            target, cache = self.reader.target, self.reader.cache
            return await carry_all(connection, live, self.version, target, cache)

        found = await self.reader.with_connection(carried)
        return cast("set[tuple[UUID, str]]", found)

    async def places(self) -> Places:
        """How far this version has been read."""
        return await self.reader.places()

    async def close(self) -> None:
        """End everything."""
        if hasattr(self, "_fetching"):
            await self._fetching.close()
        await self.reader.close()


@dataclass(frozen=True)
class _Since:
    """Where and when reading began, and where it is to end."""

    first: int
    stops: Mapping[Partition, int]
    began: float = field(default_factory=time.monotonic)


def _before(
    stops: Mapping[Partition, int], found: Mapping[Partition, list[Record]]
) -> dict[Partition, list[Record]]:
    """What was fetched, without what lies behind the stops."""
    return {
        Partition(*part): [record for record in records if record.offset < stops[part]]
        for part, records in found.items()
    }


def same_place(ours: Mapping[Partition, Place], theirs: Mapping[Partition, Place]) -> list[str]:
    """Partitions in which two versions have not read exactly the same."""
    return [
        f"{part.topic} {part.partition}"
        for part, place in sorted(theirs.items())
        if (place.incarnation, place.last_sequence)
        != (ours[part].incarnation, ours[part].last_sequence)
    ]
