"""A number that a watermark says is published and that was not read: look back for it."""

from shared import record as wire
from shared.bus import Bus, Partition, scan
from shared.consumer.sorting import Place


FIRST_LOOK = 1_000  # records; each further look goes back twice as far


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
