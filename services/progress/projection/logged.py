"""What the log holds of cases and their clinics, up to where the read tables had read it."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from shared import events
from shared import record as wire
from shared.bus import Bus, Partition, Record, scan
from shared.consumer.parked import NOTHING, Skipped
from shared.settings import Settings


TOPICS = ("intake", "scheduling", "goals")  # those that speak of cases
CLINICS = "clinics"
Stops = Mapping[Partition, int]


@dataclass
class Logged:
    """One publisher's record with its place: which incarnation's, under which number."""

    place: tuple[str, int, int]
    record: Record


async def cases_in(bus: Bus, stops: Stops) -> set[UUID]:
    """Every case that these partitions speak of."""
    found: set[UUID] = set()
    async for logged in _records(bus, stops):
        kind = events.classes.get(wire.kind(logged.record))
        if kind and kind.keyed_by == "case_id":
            with suppress(ValueError):  # what is no case's id was set aside
                found.add(UUID(wire.key(logged.record)))
    return found


async def said(
    bus: Bus,
    settings: Settings,
    stops: Stops,
    keys: Collection[UUID],
    skipped: Skipped = NOTHING,
) -> dict[UUID, list[events.Event]]:
    """The events under these keys in their publishers' order, each once; none that was skipped."""
    wanted = {str(key).encode(): key for key in keys}
    found: dict[UUID, dict[UUID, Logged]] = defaultdict(dict)
    async for logged in _records(bus, stops):
        if logged.record.key in wanted and not skipped.holds(logged.record):
            found[wanted[logged.record.key]].setdefault(wire.id_of(logged.record), logged)
    return {
        key: [
            wire.event(each.record, settings.event_limit)
            for each in sorted(those.values(), key=lambda each: each.place)
            if wire.kind(each.record) in events.classes
        ]
        for key, those in found.items()
    }


async def _records(bus: Bus, stops: Stops) -> AsyncIterator[Logged]:
    """Publishers' own records of the incarnation that was in force where they stand."""
    newest: dict[Partition, int] = defaultdict(int)
    async for records in scan(bus, dict.fromkeys(stops, 0), stops):
        for record in records:
            part = Partition(record.topic, record.partition)
            incarnation = wire.text(record, wire.INCARNATION).partition("-")[0]
            number = wire.text(record, wire.SEQUENCE)
            ours = wire.header(record, wire.SOURCE) == wire.source(record.topic)
            if not (ours and number.isdigit() and incarnation.isdigit()):
                continue
            if wire.kind(record) in wire.PLUMBING:
                newest[part] = max(newest[part], int(incarnation))
            elif int(incarnation) == newest[part]:
                yield Logged((record.topic, int(incarnation), int(number)), record)
