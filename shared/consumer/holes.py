"""A number that a watermark says is published and that was not read: look back for it."""

import time
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from shared import record as wire
from shared import watermarks
from shared.bus import Bus, Partition, scan
from shared.consumer import sorting
from shared.consumer.sorting import Place
from shared.log import log
from shared.watermarks import Marks


FIRST_LOOK = 1_000  # records; each further look goes back twice as far
LOOK_AGAIN = 60.0  # seconds between two looks through a whole log for a missing number


class Log(Protocol):
    """What is needed of a reader to look back: shared.bus.Reader has it."""

    def seek(self, partition: Partition, offset: int) -> None: ...
    async def position(self, partition: Partition) -> int: ...
    async def ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]: ...


class Holes:
    """Looks for what one reader misses, and alarms when the log does not hold it.

    Meanwhile the reader goes on polling: a partition that stops reading never sees the repair.
    """

    def __init__(self, bus: Bus, reader: Log, marks: Marks, consumer: str) -> None:
        self._bus = bus
        self._reader = reader
        self._marks = marks
        self._consumer = consumer
        self.missing: dict[Partition, float] = {}  # since when it was looked for in vain

    async def look(self, places: Mapping[Partition, Place], waiting: Collection[Partition]) -> None:
        """For each partition that is read to its end and behind its mark, go to what it misses."""
        behind = self._marks.behind(places)
        wanted = {part: n for part, n in behind.items() if part not in waiting}
        for part in self.missing.keys() - wanted.keys():
            del self.missing[part]
        if not wanted:
            return
        for part, end in (await self._reader.ends(wanted)).items():
            since = time.monotonic() - self.missing.get(part, -LOOK_AGAIN)
            if since >= LOOK_AGAIN and await self._reader.position(part) >= end:
                await self._look_back(part, places[part], end, wanted[part])

    async def _look_back(self, part: Partition, place: Place, end: int, published: int) -> None:
        at = await find(self._bus, part, place, end)
        if at is None:
            at = await find_marker(self._bus, part, place, end)
        if at is not None:
            self._reader.seek(part, at)
            return
        self.missing[part] = time.monotonic()
        log.error(
            "numbers missing in the log",
            topic=part.topic,
            partition=part.partition,
            sequences=[place.last_sequence + 1, published],
        )
        sender = await self._bus.sender()
        try:
            await watermarks.ask_compare(sender, self._consumer, part.topic)
        finally:
            await sender.close()


async def find_marker(bus: Bus, part: Partition, place: Place, end: int) -> int | None:
    """The offset of the first marker of a later incarnation than the place's; None: nowhere.

    A log that lost its tail may hold it below a place that was read.
    """
    async for records in scan(bus, {part: 0}, {part: end}):
        for record in records:
            if sorting.enters(record, place, part.topic):
                return record.offset
    return None


async def find(bus: Bus, part: Partition, place: Place, end: int) -> int | None:
    """The offset of the number behind the last one, looking back from `end`; None: nowhere.

    Offsets move when a lost tail is produced again, so that the next number may lie before a place
    that was read. The lowest offset within a look counts: what follows it is sorted as usual.
    """
    wanted, stop, distance = place.last_sequence + 1, end, FIRST_LOOK
    while stop > 0:
        start = max(0, end - distance)
        async for records in scan(bus, {part: start}, {part: stop}):
            for record in records:
                if wire.number(record, part.topic, place.incarnation) == wanted:
                    return record.offset
        stop, distance = start, distance * 2
    return None
