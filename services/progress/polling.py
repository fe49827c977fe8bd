"""The same reader without Faust, for the bus in memory: a whole journey in one process."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from services.progress.lanes import Polled
from services.progress.reader import Reader
from services.progress.watch import Watch, watching
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


async def run(bus: Bus, settings: Settings, stop: asyncio.Event) -> None:
    """Read everything that progress reads, until `stop`."""
    reader, on_bus = Reader(settings), await bus.reader("progress")
    watch, feed = Watch(bus, reader), BusFeed(on_bus)
    try:
        await reader.start(feed)
        places = await reader.places()
        feed.assign({part: place.next_offset for part, place in places.items()})
        await watch.begin()
        async with asyncio.TaskGroup() as group:
            group.create_task(watching(watch, stop))
            while not stop.is_set():
                await _once(reader, await on_bus.fetch(0.2, settings.poll_records))
    finally:
        await watch.close()
        await on_bus.close()
        await reader.close()


async def _once(reader: Reader, found: Polled) -> None:
    numbers: dict[int, Polled] = defaultdict(dict)
    for part, records in found.items():
        numbers[part.partition][Partition(*part)] = records
    for polled in numbers.values():
        await reader.apply(polled)
