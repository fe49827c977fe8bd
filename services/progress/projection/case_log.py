"""What readers took of one case, read once more from the log for its repair.

By the same sorting as theirs: the case is folded from exactly what they were given. Most of it is
read while nobody waits for the repair, and under the partition number's lock only what came since.
"""

from uuid import UUID

from services.progress.models.tables import CONSUMER
from services.progress.projection.logged import TOPICS
from services.progress.projection.merging import in_time
from services.progress.projection.store import Connection
from shared import record as wire
from shared.bus import Bus, Partition, Record, scan
from shared.consumer import parked, places
from shared.consumer.sorting import Place, sort


class CaseLog:
    """A case's records as readers took them; each reading goes on from where the last one ended."""

    def __init__(self, bus: Bus, number: int, case_id: UUID) -> None:
        self._bus, self._key = bus, str(case_id)
        self._parts = [Partition(topic, number) for topic in TOPICS]
        self._begin()

    def _begin(self) -> None:
        self._next = dict.fromkeys(self._parts, 0)
        self._held = {part: Place() for part in self._parts}
        self._found: dict[Partition, list[Record]] = {part: [] for part in self._parts}

    async def up_to_where_we_stand(self, connection: Connection) -> None:
        """Read what readers have read and was not read here yet."""
        everything = await places.all_of(connection, CONSUMER)
        stops = {part: everything[part].next_offset for part in self._parts}
        if any(self._next[part] > stop for part, stop in stops.items()):
            self._begin()  # a place was set back: what lies behind it does not count
        async for records in scan(self._bus, dict(self._next), stops):
            part = Partition(records[0].topic, records[0].partition)
            sorted_ = sort(records, self._held[part], part.topic)
            self._held[part] = sorted_.place
            self._next[part] = records[-1].offset + 1
            self._found[part] += [each for each in sorted_.next if wire.key(each) == self._key]

    async def taken(self, connection: Connection) -> list[Record]:
        """What was found by now, in order; not what was skipped."""
        skipped = await parked.skipped(connection, [(topic, self._key) for topic in TOPICS])
        return [each for each in in_time(self._found.values()) if not skipped.holds(each)]
