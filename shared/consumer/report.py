"""What every reader says in its log about records that are not its next ones."""

from collections.abc import Mapping

from shared import record as wire
from shared.bus import Partition
from shared.consumer.sorting import Sorted
from shared.headers import ID
from shared.log import log


SHOWN = 20  # offsets that one line names


def passed_over(found: Mapping[Partition, Sorted]) -> None:
    """Early copies are counted, strangers named by their offsets; nothing of what they hold."""
    for part, each in found.items():
        if each.early:
            first = each.early[0]
            log.warning(
                "early records passed over",
                topic=part.topic,
                partition=part.partition,
                offset=first.offset,
                event_id=wire.text(first, ID),
                count=len(each.early),
            )
        if each.foreign:
            offsets = [record.offset for record in each.foreign][:SHOWN]
            log.error(
                "foreign records", topic=part.topic, partition=part.partition, offsets=offsets
            )
