"""Catching up: a version that is not live reads the log up to given places, and tells nobody."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from services.progress.projection.apply import TOPICS
from services.progress.projection.lanes import Polled
from services.progress.projection.reader import Reader
from services.progress.projection.settling import settle
from services.progress.projection.store import Connection
from services.progress.projection.target import building
from shared import bus as buses
from shared.bus import Away, Bus, Partition, Record
from shared.consumer.sorting import Place
from shared.settings import Settings


POLL = 24_000  # records in one go: the more, the fewer times is a case written
ROOM = 2 << 20  # bytes of a partition in one fetch
TELL = 0.5  # seconds between two reports
# A rebuild is work of minutes: the limits of ordinary transactions are not its own.
PATIENT = {"statement_timeout": "0", "transaction_timeout": "0", "application_name": "rebuild"}

Places = dict[Partition, Place]
Report = Callable[[int, int, float], Awaitable[None]]


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
        # What a crash of the database takes of it is simply read again; the switch waits for it.
        session = {**PATIENT, "synchronous_commit": "off"}
        self.reader = Reader(settings, target=building(version), session=session)
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
        """Fold all that lies before these offsets. Away when something has to be waited for."""
        began, first, total = time.monotonic(), sum(self._positions.values()), sum(stops.values())
        open_ = {part for part, stop in stops.items() if self._positions[part] < stop}
        if not open_:
            return
        self._fetching.assign({part: self._positions[part] for part in open_})
        coming = asyncio.ensure_future(self._fetching.fetch(1.0, POLL))
        while open_:
            found = await coming
            reached = await self._reached(open_, stops)
            # The next records come while these are folded.
            coming = asyncio.ensure_future(self._fetching.fetch(1.0 if open_ else 0, POLL))
            try:
                await self._fold_all(found, stops)
            except BaseException:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
                raise
            self._positions |= reached
            done = sum(self._positions.values())
            if report and time.monotonic() - self._told_at >= TELL:
                self._told_at = time.monotonic()
                await report(done, total, (done - first) / max(0.001, self._told_at - began))
        await coming
        self._fetching.assign({})

    async def _fold_all(
        self, found: Mapping[Partition, list[Record]], stops: Mapping[Partition, int]
    ) -> None:
        numbers: dict[int, Polled] = defaultdict(dict)
        for part, records in found.items():
            if wanted := _before(records, stops[part]):
                numbers[part.partition][Partition(*part)] = wanted
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

    async def places(self) -> Places:
        """How far this version has been read."""
        return await self.reader.places()

    async def close(self) -> None:
        """End everything."""
        if hasattr(self, "_fetching"):
            await self._fetching.close()
        await self.reader.close()


def _before(records: list[Record], stop: int) -> list[Record]:
    """The records that lie before an offset."""
    if records[-1].offset < stop:
        return records
    return [record for record in records if record.offset < stop]


def same_place(ours: Mapping[Partition, Place], theirs: Mapping[Partition, Place]) -> list[str]:
    """Partitions in which two versions have not read exactly the same."""
    return [
        f"{part.topic} {part.partition}"
        for part, place in sorted(theirs.items())
        if (place.incarnation, place.last_sequence)
        != (ours[part].incarnation, ours[part].last_sequence)
    ]
