"""What does the log hold of our numbers? The lowest one missing is where sending begins again."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared import record as wire
from shared.bus import Bus, Partition, Reader, Record, scan
from shared.consumer.sorting import counter
from shared.headers import GENESIS, MARKER, TYPE
from shared.relay.identity import Identity, Refused
from shared.relay.store import Store


@dataclass
class Held:
    """One partition: all numbers below `lowest` are in the log, the newest of ours at `tip`."""

    lowest: int = 1
    start: int = 0
    tip: int = -1
    entered: bool = False  # the log holds what the incarnation begins with
    ahead: set[int] = field(default_factory=set)

    def enter(self, offset: int, newest: int) -> None:
        """Take the record into account with which the incarnation begins."""
        self.entered = True
        if newest == 0:
            self.tip = offset

    def see(self, number: int, offset: int, newest: int) -> None:
        """Take one record of ours into account."""
        if number == newest:
            self.tip = offset
        if number == self.lowest:
            self.lowest += 1
            while self.lowest in self.ahead:
                self.ahead.discard(self.lowest)
                self.lowest += 1
        elif self.lowest < number <= newest:
            self.ahead.add(number)


async def held(
    bus: Bus,
    reader: Reader,
    store: Store,
    publisher: str,
    identity: Identity,
    newest: Sequence[int],
    thorough: bool,
) -> list[Held]:
    """For each partition, the lowest of our numbers up to `newest` that the log does not hold.

    Read from the newest stored place whose record still carries its number; from the beginning when
    `thorough`. The newest number in the log says nothing: a stray may be huge, and a lost record
    may lie below it. Refused when our very next number is there: the database is older than its
    log.
    """
    parts = [Partition(publisher, number) for number in range(len(newest))]
    if thorough:
        found = [Held() for _ in parts]
    else:
        found = await _anchors(reader, store, publisher, identity, parts)
    starts = {part: found[part.partition].start for part in parts}
    async for records in scan(bus, starts):
        for record in records:
            number = wire.number(record, publisher, identity.incarnation)
            if not number:
                if number == 0 and begins(record, identity):
                    found[record.partition].enter(record.offset, newest[record.partition])
                continue
            if number == newest[record.partition] + 1:
                raise Refused(
                    f"{publisher}: the log is ahead of this database (number {number} of partition"
                    f" {record.partition}), which was restored from a backup: decide what is lost,"
                    " and begin a new incarnation"
                )
            found[record.partition].see(number, record.offset, newest[record.partition])
    return found


def begins(record: Record, identity: Identity) -> bool:
    """Whether readers enter our incarnation at this record: its marker, the first one's genesis."""
    first = counter(identity.incarnation) == 1
    kind = wire.header(record, TYPE)
    return kind == MARKER.encode() or (first and kind == GENESIS.encode())


async def _anchors(
    reader: Reader,
    store: Store,
    publisher: str,
    identity: Identity,
    parts: Sequence[Partition],
) -> list[Held]:
    """Where each partition's stored places still hold; looking back twice as far each time."""
    found = {part: Held() for part in parts}
    open_, back = set(parts), 0
    while open_ and (place := await store.place(back)):
        offsets, numbers = place
        asked = {part: offsets[part.partition] for part in open_ if offsets[part.partition] >= 0}
        for part, record in (await peek(reader, asked)).items():
            number = numbers[part.partition]
            if wire.number(record, publisher, identity.incarnation) == number:
                found[part] = Held(number + 1, record.offset, record.offset, entered=True)
                open_.discard(part)
        open_ = {part for part in open_ if part in asked}  # before its first place: the beginning
        back = back * 2 + 1
    return [found[part] for part in parts]


async def peek(reader: Reader, offsets: dict[Partition, int]) -> dict[Partition, Record]:
    """The one record at each of these offsets; those beyond the end of their log are left out."""
    ends = await reader.ends(offsets)
    open_ = {part: offset for part, offset in offsets.items() if offset < ends[part]}
    found: dict[Partition, Record] = {}
    reader.assign(open_)
    while len(found) < len(open_):
        for part, records in (await reader.fetch(1.0, 5_000)).items():
            reader.pause(part)
            if records[0].offset == open_[part]:
                found[part] = records[0]
            else:
                open_.pop(part, None)
    reader.assign({})
    return found
