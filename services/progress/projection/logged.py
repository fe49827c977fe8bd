"""What the log holds of cases and their clinics, up to where the read tables had read it."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
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
    """Publishers' own records as every reader takes them: number by number, from genesis on."""
    lines: dict[Partition, _Line] = defaultdict(_Line)
    async for records in scan(bus, dict.fromkeys(stops, 0), stops):
        for record in records:
            for logged in lines[Partition(record.topic, record.partition)].takes(record):
                if _kind(logged.record) and wire.known_id(logged.record):
                    yield logged


class _Line:
    """One partition's log. What is ahead of its number waits for those between, or is a stray."""

    def __init__(self) -> None:
        self._generation: UUID | None = None
        self._incarnation = 0
        self._newest = 0
        self._ahead: dict[int, Record] = {}

    def takes(self, record: Record) -> Iterator[Logged]:
        """What can be read now that this record is there; nothing for a stranger's."""
        incarnation = wire.text(record, wire.INCARNATION).partition("-")[0]
        number = wire.text(record, wire.SEQUENCE)
        ours = wire.header(record, wire.SOURCE) == wire.source(record.topic)
        if not (ours and number.isdecimal() and incarnation.isdecimal()):
            return
        if _kind(record) in wire.PLUMBING:
            self._turn(record, int(incarnation))
        elif int(incarnation) == self._incarnation and int(number) > self._newest:
            self._ahead.setdefault(int(number), record)
            while following := self._ahead.pop(self._newest + 1, None):
                self._newest += 1
                yield Logged((record.topic, self._incarnation, self._newest), following)

    def _turn(self, record: Record, incarnation: int) -> None:
        """A genesis, or a marker of a higher incarnation that knows the topic's generation."""
        if _kind(record) == wire.GENESIS:
            known = self._generation is None
            self._generation = self._generation or wire.known_id(record)
        else:
            known = incarnation > self._incarnation and wire.known_id(record) == self._generation
        if known:
            self._incarnation, self._newest = incarnation, 0
            self._ahead.clear()


def _kind(record: Record) -> str:
    """A record's type; empty where it has none: whoever reads it sets it aside."""
    try:
        return wire.kind(record)
    except wire.Bad:
        return ""
