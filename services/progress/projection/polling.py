"""The same reader without Faust, for the bus in memory: a whole journey in one process."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from services.progress.projection.lanes import Polled
from services.progress.projection.reader import Reader
from services.progress.projection.watch import Watch, watching
from shared import bus as buses
from shared.bus import Bus, Partition
from shared.settings import Settings


class BusFeed:
    """A reader of the bus as what fetches for us."""

    def __init__(self, reader: buses.Reader) -> None:
        self._reader = reader
        self._parts: set[Partition] = set()

    def assign(self, offsets: Mapping[Partition, int]) -> None:
        """Read these partitions from these offsets on."""
        self._parts = set(offsets)
        self._reader.assign(offsets)

    def assigned(self) -> set[Partition]:
        """All partitions: there is no group."""
        return self._parts

    def pause(self, part: Partition) -> None:
        """See Feed."""
        self._reader.pause(part)

    async def resume(self, part: Partition, offset: int) -> None:
        """See Feed."""
        self._reader.seek(part, offset)
        self._reader.resume(part)

    async def position(self, part: Partition) -> int | None:
        """See Feed."""
        return await self._reader.position(part)

    async def tell(self, offsets: Mapping[Partition, int]) -> None:
        """See Feed."""
        await self._reader.tell(offsets)


class Polling:
    """`begin` it once, then `once` for each poll and `tick` a few times a second; `close` it."""

    def __init__(self, bus: Bus, settings: Settings) -> None:
        self.bus = bus
        self.reader = Reader(settings)
        self.watch = Watch(bus, self.reader)
        self._on_bus: buses.Reader | None = None

    async def begin(self) -> None:
        """Connect, and go to where the database says."""
        self._on_bus = await self.bus.reader("progress")
        feed = BusFeed(self._on_bus)
        await self.reader.start(feed)
        await self.watch.begin()
        places = await self.reader.places()
        feed.assign({part: place.next_offset for part, place in places.items()})

    async def once(self, timeout: float) -> bool:
        """One poll: whether there was anything."""
        if self._on_bus is None:
            return False
        found = await self._on_bus.fetch(timeout, self.reader.settings.poll_records)
        numbers: dict[int, Polled] = defaultdict(dict)
        for part, records in found.items():
            numbers[part.partition][Partition(*part)] = records
        for polled in numbers.values():
            await self.reader.apply(polled)
        return bool(found)

    async def tick(self) -> None:
        """Wishes, watermarks, holes, partitions that wait."""
        await self.watch.tick()

    async def close(self) -> None:
        """End everything."""
        await self.watch.close()
        if self._on_bus is not None:
            await self._on_bus.close()
        await self.reader.close()


async def run(bus: Bus, settings: Settings, stop: asyncio.Event) -> None:
    """Read everything that progress reads, until `stop`."""
    polling = Polling(bus, settings)
    try:
        await polling.begin()
        async with asyncio.TaskGroup() as group:
            group.create_task(watching(polling.watch, stop))
            while not stop.is_set():
                await polling.once(0.2)
    finally:
        await polling.close()
