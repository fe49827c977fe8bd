"""Places that are gone from the database, made again: from what Kafka was told, or from the start.

A reader tells Kafka how far it is after every commit, for those who watch its lag. Nobody begins
there, because Kafka's word may be behind ours and forgets after a week; but when our own is gone,
it is the best there is. What lies between its word and ours, half a second at most while both are
there, is handled once more: handlers make upserts and messages with derived ids.
"""

from collections.abc import Iterable, Mapping

from shared import genesis
from shared.bus import Bus, Partition, scan
from shared.consumer import places
from shared.consumer.places import Connection, LostPlace
from shared.consumer.sorting import Place, sort


async def restore(
    bus: Bus, connection: Connection, consumer: str, partitions: int, beginning: bool = False
) -> dict[Partition, Place]:
    """Make the places that a consumer has lost; what they are now. The caller has a transaction.

    LostPlace when Kafka does not know either and `beginning` does not say to read everything again.
    """
    topics = await places.topics_of(connection, consumer)
    lost = await places.lost(connection, consumer, topics, partitions)
    told = dict.fromkeys(lost, 0) if beginning else await _told(bus, consumer, lost)
    if unknown := [part for part in lost if part not in told]:
        named = ", ".join(f"{part.topic} {part.partition}" for part in unknown)
        raise LostPlace(f"Kafka does not know either how far {consumer} read {named}")
    found = await _places(bus, told)
    await places.restore(connection, consumer, found)
    return found


class Same(Exception):
    """The topic is the one that was read: read from its beginning, all of it would count twice."""


async def accept(bus: Bus, connection: Connection, consumer: str, topic: str) -> int:
    """Let a consumer read another generation of a topic from its beginning; how many places.

    Same when it is no other one. The caller has a transaction.
    """
    held = await places.all_of(connection, consumer)
    known = {
        part: place.topic_id
        for part, place in held.items()
        if part.topic == topic and place.topic_id
    }
    reader = await bus.reader()
    try:
        other, same = await genesis.others(bus, await reader.ends(known), known)
    finally:
        await reader.close()
    if same and not other:
        raise Same
    return await places.accept(connection, consumer, topic)


async def _told(bus: Bus, consumer: str, lost: Iterable[Partition]) -> dict[Partition, int]:
    reader = await bus.reader(consumer)
    try:
        return await reader.told(lost)
    finally:
        await reader.close()


async def _places(bus: Bus, stops: Mapping[Partition, int]) -> dict[Partition, Place]:
    """The places that a reader has which read exactly up to these offsets."""
    found = {part: Place() for part in stops}
    async for records in scan(bus, dict.fromkeys(stops, 0), stops):
        part = Partition(records[0].topic, records[0].partition)
        found[part] = sort(records, found[part], part.topic).place
    return found
