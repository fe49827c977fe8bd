"""Records of several topics in the order in which the log was written, as live heard of them.

A publisher's own order is never touched: where its clock went back, its records count as written
when the one before them was.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter

from services.progress.projection.lanes import Polled
from shared.bus import Partition, Record


AHEAD = 8_000  # records of a partition that may wait for those of other topics
_WRITTEN = attrgetter("timestamp")


def in_time(batches: Collection[Sequence[Record]]) -> list[Record]:
    """All records of these batches, by when they were written; each batch in its own order."""
    records = [record for batch in batches for record in batch]
    if len(batches) < 2:
        return records
    moments = [moment for batch in batches for moment in _moments(batch)]
    return [records[place] for place in sorted(range(len(records)), key=moments.__getitem__)]


def _moments(batch: Sequence[Record]) -> list[int]:
    return list(accumulate((record.timestamp for record in batch), max))


class Merging:
    """What was fetched and waits until the other topics of its partition number are as far.

    Of a partition of which `ahead` records wait no more need be fetched.
    """

    def __init__(self, ahead: int = AHEAD) -> None:
        self._ahead = ahead
        self._waiting: dict[Partition, list[Record]] = defaultdict(list)
        self._newest: dict[Partition, int] = {}

    def add(self, found: Mapping[Partition, Sequence[Record]]) -> None:
        """Take what was fetched, some of each partition."""
        for part, records in found.items():
            self._newest[part] = max([self._newest.get(part, 0), *map(_WRITTEN, records)])
            self._waiting[part] += records

    def full(self, part: Partition) -> bool:
        """Whether enough of a partition waits: no more need be fetched of it now."""
        return len(self._waiting.get(part, ())) >= self._ahead

    def waiting(self) -> set[int]:
        """The partition numbers of which something waits."""
        return {part.partition for part, records in self._waiting.items() if records}

    def ready(self, open_: Collection[Partition]) -> dict[int, Polled]:
        """What no other topic can come before any more, by partition number.

        `open_` are the partitions of which more is still to come.
        """
        until: dict[int, int] = {}
        for part in open_:
            newest = self._newest.get(part, -1)
            until[part.partition] = min(newest, until.get(part.partition, newest))
        ready: dict[int, Polled] = defaultdict(dict)
        for part, records in self._waiting.items():
            number, count = part.partition, len(records)
            if count and number in until and self._newest[part] > until[number]:
                count = _written_by(records, until[number])
            if count:
                ready[number][part] = records[:count]
                del records[:count]
        return ready


def _written_by(records: Sequence[Record], until: int) -> int:
    """How many records, from the first on, were written by then."""
    for place, record in enumerate(records):
        if record.timestamp > until:
            return place
    return len(records)
