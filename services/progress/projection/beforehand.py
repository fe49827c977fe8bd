"""What clinics say is heard before anything else: time zones, hours and rules hold for all cases.

It lies in partitions of its own. A new installation, and a database that was lost, would else
reckon clocks by the defaults until it is heard, and raise flags hours early or late.
"""

from collections.abc import Sequence

from services.progress.projection.reader import Reader
from services.progress.projection.staffing import TOPIC
from shared.bus import Bus, Partition, Record, scan
from shared.consumer.failure import Meaning, meaning


async def hear_clinics(bus: Bus, reader: Reader) -> None:
    """Fold what clinics have said up to now; what is paused or fails waits for the usual way.

    Raises what has to be waited for. A worker beside us may do the same: places are locked.
    """
    places = await reader.places()
    starts = {part: at.next_offset for part, at in places.items() if part.topic == TOPIC}
    stuck: set[Partition] = set()
    async for records in scan(bus, starts):
        part = Partition(records[0].topic, records[0].partition)
        if part not in stuck and not await _heard(reader, part, records):
            stuck.add(part)


async def _heard(reader: Reader, part: Partition, records: Sequence[Record]) -> bool:
    """Whether all of it is folded; else all that lies before the one that cannot be."""
    while records:
        some = records
        while not await _folded(reader, part, some):
            if len(some) == 1:
                return False
            some = some[: len(some) // 2]
        records = records[len(some) :]
    return True


async def _folded(reader: Reader, part: Partition, records: Sequence[Record]) -> bool:
    try:
        await reader.once({part: records})
    except Exception as error:
        if meaning(error) is Meaning.WAIT:
            raise
        return False
    return True
