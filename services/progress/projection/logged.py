"""What the log holds of cases and their clinics, up to where the read tables had read it."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from services.progress.domain.facts import decoders
from services.progress.models.tables import CONSUMER
from shared import events
from shared import record as wire
from shared.bus import Bus, Partition, Record, scan
from shared.consumer.parked import NOTHING, Skipped
from shared.headers import GENESIS, INCARNATION, PLUMBING, SEQUENCE, SOURCE
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
    async for logged in _Records(bus).up_to(stops):
        kind = events.classes.get(wire.kind(logged.record))
        if kind and kind.keyed_by == "case_id":
            with suppress(ValueError):  # what is no case's id was set aside
                found.add(UUID(wire.key(logged.record)))
    return found


@dataclass(frozen=True)
class Read:
    """The events under some keys in their publishers' order, each once; none that was skipped.

    `spoilt`: the keys under which an event is not what the contract says, and why. The fold reads
    less of each event and may have taken it: so nobody can say here what is right.
    """

    said: dict[UUID, list[events.Event]]
    spoilt: dict[UUID, wire.Bad]


class Reading:
    """What the log holds under some keys; `up_to` reads on from where it was read before."""

    def __init__(self, bus: Bus, settings: Settings, keys: Iterable[UUID]) -> None:
        self.keys = frozenset(keys)
        self._wanted = {str(key).encode(): key for key in self.keys}
        self._bus, self._limit = bus, settings.event_limit
        self._begin()

    def _begin(self) -> None:
        self._records = _Records(self._bus)
        self._found: dict[UUID, list[Logged]] = defaultdict(list)

    async def up_to(self, stops: Stops) -> None:
        """Read what lies before these offsets and was not read yet."""
        if self._records.beyond(stops):  # a place was set back: what lies behind it does not count
            self._begin()
        async for logged in self._records.up_to(stops):
            key = self._wanted.get(logged.record.key or b"")
            if key and _heeded(logged.record):
                self._found[key].append(logged)

    def read(self, keys: Iterable[UUID], skipped: Skipped = NOTHING) -> Read:
        """What was found by now under these of the keys, without what was skipped for good."""
        read = Read({}, {})
        for key in self._found.keys() & set(keys):
            try:
                read.said[key] = self._events(self._found[key], skipped)
            except wire.Bad as bad:  # of one key: it must not hide the others
                read.spoilt[key] = bad
        return read

    def _events(self, those: Iterable[Logged], skipped: Skipped) -> list[events.Event]:
        once: dict[UUID, Logged] = {}
        for each in those:
            if not skipped.holds(each.record):
                once.setdefault(wire.id_of(each.record), each)
        ordered = sorted(once.values(), key=lambda each: each.place)
        return [wire.event(each.record, self._limit) for each in ordered]


def _heeded(record: Record) -> bool:
    """Whether progress reads events of this type; its own are all its own word."""
    return wire.kind(record) in (events.classes if record.topic == CONSUMER else decoders)


class _Records:
    """Publishers' own records as every reader takes them: number by number, from genesis on."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._lines: dict[Partition, _Line] = defaultdict(_Line)
        self._next: dict[Partition, int] = {}

    def beyond(self, stops: Stops) -> bool:
        """Whether more was given than lies before these offsets."""
        return any(self._next.get(part, 0) > stop for part, stop in stops.items())

    async def up_to(self, stops: Stops) -> AsyncIterator[Logged]:
        """Those before these offsets that were not given yet."""
        starts = {part: self._next.get(part, 0) for part in stops}
        async for records in scan(self._bus, starts, stops):
            for record in records:
                part = Partition(record.topic, record.partition)
                self._next[part] = record.offset + 1
                for logged in self._lines[part].takes(record):
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
        incarnation = wire.text(record, INCARNATION).partition("-")[0]
        number = wire.text(record, SEQUENCE)
        ours = wire.header(record, SOURCE) == wire.source(record.topic)
        if not (ours and number.isdecimal() and incarnation.isdecimal()):
            return
        if _kind(record) in PLUMBING:
            self._turn(record, int(incarnation))
        elif int(incarnation) == self._incarnation and int(number) > self._newest:
            self._ahead.setdefault(int(number), record)
            while following := self._ahead.pop(self._newest + 1, None):
                self._newest += 1
                yield Logged((record.topic, self._incarnation, self._newest), following)

    def _turn(self, record: Record, incarnation: int) -> None:
        """A genesis, or a marker of a higher incarnation that knows the topic's generation."""
        if _kind(record) == GENESIS:
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
