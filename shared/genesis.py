"""The record with which each partition begins: it says which generation of the topic this is."""

from collections.abc import Mapping
from uuid import UUID

from shared import record as wire
from shared.bus import Bus, Partition, Record, scan
from shared.headers import GENESIS, SOURCE, TYPE


SEARCH = 1_000  # records at a log's beginning among which it must be, whatever strays in
ROOM = 2_048  # bytes of each partition that a first look asks for


async def read(bus: Bus, ends: dict[Partition, int]) -> dict[Partition, UUID]:
    """The generation with which each log begins; logs that have no genesis record are left out."""
    stops = {part: min(end, SEARCH) for part, end in ends.items()}
    first = await _first(bus, {part: min(1, end) for part, end in stops.items()})
    if rest := {part: end for part, end in stops.items() if part not in first}:
        first |= await _first(bus, rest)
    return first


async def others(
    bus: Bus, ends: Mapping[Partition, int], known: Mapping[Partition, UUID]
) -> tuple[set[str], set[str]]:
    """The topics that are another generation than the `known` one, and those that are the same."""
    found = await read(bus, {part: end for part, end in ends.items() if end})
    other = {part.topic for part in found if found[part] != known[part]}
    return other, {part.topic for part in found} - other


async def _first(bus: Bus, stops: dict[Partition, int]) -> dict[Partition, UUID]:
    found: dict[Partition, UUID] = {}
    if stops:
        async for records in scan(bus, dict.fromkeys(stops, 0), stops, ROOM):
            for each in records:
                part = Partition(each.topic, each.partition)
                if part not in found and (generation := _generation(each)):
                    found[part] = generation
    return found


def _generation(record: Record) -> UUID | None:
    ours = wire.header(record, SOURCE) == wire.source(record.topic)
    if not ours or wire.header(record, TYPE) != GENESIS.encode():
        return None
    return wire.known_id(record)
