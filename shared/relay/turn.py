"""One turn of a relay: from holding the lock to the first thing that fails."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg

from shared import failpoint, watermarks
from shared import record as wire
from shared.bus import Bus, Message, Partition, Reader, Sender
from shared.changes import Teller
from shared.events import classes
from shared.log import log
from shared.partitions import partition_of
from shared.relay import compare, incarnation
from shared.relay.identity import Identity, Refused, begin_logs, check
from shared.relay.store import Store
from shared.settings import Settings


FETCHED = 4  # batches whose rows are fetched at once: nobody else takes them
SLICE = 250  # messages made in one go
CLOSE = 10_000  # the newest batches, whose places are all kept
RESTRICTED = frozenset(kind for kind, event in classes.items() if event.restricted)
KEPT_DAYS = 7  # a lost tail may go unnoticed for as long as this, and is still healed


class LostTail(Exception):
    """The log is shorter than what was acknowledged: this turn ends, the next one compares."""


class Wanted(Exception):
    """A reader misses a number, or an operator wants a new incarnation: this turn ends."""


@dataclass(frozen=True)
class Batch:
    """Rows whose numbers are fixed: write-ahead, so that any relay sends the same ones."""

    number: int
    rows: Sequence[asyncpg.Record]
    partitions: list[int]
    sequences: list[int]
    newest: list[int]


@dataclass
class Turn:
    """`begin` it once, then `step` for each batch and `watch` every second."""

    bus: Bus
    settings: Settings
    publisher: str
    store: Store
    sender: Sender
    reader: Reader
    teller: Teller
    identity: Identity = field(init=False)
    batch: int = field(init=False, default=0)
    newest: list[int] = field(init=False, default_factory=list)
    offsets: list[int] = field(init=False, default_factory=list)
    numbers: list[int] = field(init=False, default_factory=list)
    _thinned: int = field(init=False, default=0)
    _rows: Sequence[asyncpg.Record] = field(init=False, default=())
    _marked: Batch | None = field(init=False, default=None)

    async def begin(self, thorough: bool = False) -> None:
        """Check that database and log belong together; send again what the log does not hold."""
        if wish := await incarnation.wished(self.store):
            # What can be healed under the old numbers is; then nobody need be told of it twice.
            await incarnation.accept_server(self.store)
            with suppress(Refused):
                await self._begin(thorough)
            given = (self.bus, self.settings, self.publisher, self.store, self.sender, self.reader)
            await incarnation.Beginning(*given).begin(wish)
        await self._begin(thorough)

    async def _begin(self, thorough: bool) -> None:
        count = self.settings.partitions
        self.identity = await check(self.store, self.bus, self.publisher, count)
        await begin_logs(self.bus, self.reader, self.sender, self.publisher, self.identity, count)
        self.batch, self.newest = await self.store.newest()
        found = await compare.held(
            self.bus,
            self.reader,
            self.store,
            self.publisher,
            self.identity,
            self.newest,
            thorough,
        )
        self.offsets, self.numbers = [-1] * count, [0] * count
        for partition, held in enumerate(found):
            await self._send_again(partition, held)
        if self.batch:
            await self.store.acknowledge(self.batch, self.offsets, self.numbers)
        await watermarks.follow(self.reader)

    async def _send_again(self, partition: int, held: compare.Held) -> None:
        """Everything from the lowest missing number on, in order, what is there included."""
        newest, number = self.newest[partition], held.lowest
        if held.tip >= 0:
            self.offsets[partition], self.numbers[partition] = held.tip, newest
        if not held.entered:
            number = 1
            part = Partition(self.publisher, partition)
            again = [incarnation.marker(part, self.publisher, self.identity)]
            [self.offsets[partition]] = await self.sender.send(self.publisher, again)
        if number <= newest:
            log.warning(
                "relay sends again", partition=partition, sequences=[number, newest], lag=newest
            )
        while number <= newest:
            rows = await self.store.again(partition, number, newest, self.settings.relay_rows)
            if [row["sequence"] for row in rows] != list(range(number, number + len(rows))) or (
                not rows
            ):
                raise Refused(
                    f"{self.publisher}: the log lost number {number} of partition {partition}, and"
                    " the outbox no longer has it: decide how readers go on without it"
                )
            sequences = [row["sequence"] for row in rows]
            offsets = await self._send(rows, [partition] * len(rows), sequences)
            if offsets[-1] >= 0:
                self.offsets[partition], self.numbers[partition] = offsets[-1], sequences[-1]
            number += len(rows)

    async def step(self, ahead: bool = True) -> bool:
        """Move one batch; False when nothing waits. Away, LostTail: the turn is over.

        With `ahead`, while a full batch is under way the one behind it gets its numbers already.
        """
        batch = self._marked or await self._mark()
        self._marked = None
        if batch is None:
            return False
        sending = asyncio.create_task(self._move(batch))
        try:
            if ahead and len(batch.rows) == self.settings.relay_rows:
                self._marked = await self._mark()
            offsets = await sending
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        self._settle(batch, offsets)
        changed = [
            (row["clinic_id"], row["type"], row["key"])
            for row in batch.rows
            if row["type"] not in RESTRICTED
        ]
        await asyncio.gather(
            self.store.acknowledge(batch.number, self.offsets, self.numbers),
            self.teller.tell(changed),
        )
        return True

    async def _mark(self) -> Batch | None:
        """Fix which event has which number, before anything is sent."""
        size = self.settings.relay_rows
        if not self._rows:
            self._rows = await self.store.waiting(size * FETCHED)
        rows, self._rows = self._rows[:size], self._rows[size:]
        if not rows:
            return None
        batch = Batch(self.batch + 1, rows, *self._number(rows))
        positions = [row["pos"] for row in rows]
        await self.store.mark(
            batch.number, positions, batch.partitions, batch.sequences, batch.newest
        )
        self.batch, self.newest = batch.number, batch.newest
        failpoint.reach(self.settings, "relay.after_mark")
        return batch

    async def _move(self, batch: Batch) -> list[int]:
        rows, partitions, sequences = batch.rows, batch.partitions, batch.sequences
        if self.settings.failpoint == "relay.between_sends":
            await self._send(rows[:1], partitions[:1], sequences[:1])
            failpoint.reach(self.settings, "relay.between_sends")
        offsets = await self._send(rows, partitions, sequences)
        failpoint.reach(self.settings, "relay.after_acks")
        return offsets

    def _number(self, rows: Sequence[asyncpg.Record]) -> tuple[list[int], list[int], list[int]]:
        """Each row's partition and its number there: 1, 2, 3 …, no gaps."""
        newest, partitions, sequences = list(self.newest), [], []
        for row in rows:
            partition = partition_of(row["key"], self.settings.partitions)
            newest[partition] += 1
            partitions.append(partition)
            sequences.append(newest[partition])
        return partitions, sequences, newest

    async def _send(
        self,
        rows: Sequence[asyncpg.Record],
        partitions: Sequence[int],
        sequences: Sequence[int],
    ) -> list[int]:
        messages: list[Message] = []
        for start in range(0, len(rows), SLICE):
            part = slice(start, start + SLICE)
            made = zip(rows[part], partitions[part], sequences[part], strict=True)
            messages += [self._message(*each) for each in made]
            await asyncio.sleep(0)  # the database's answer must not wait for the whole batch
        return await self.sender.send(self.publisher, messages)

    def _message(self, row: asyncpg.Record, partition: int, sequence: int) -> Message:
        key: str = row["key"]
        headers = wire.headers(
            self.publisher,
            self.identity.incarnation,
            sequence,
            row["id"],
            row["type"],
            row["occurred_at"],
            key=key,
            clinic_id=row["clinic_id"],
            traceparent=row["trace"] or "",
        )
        return Message(partition, key.encode(), row["data"], headers)

    def _settle(self, batch: Batch, offsets: Sequence[int]) -> None:
        """Take the acknowledged places over. LostTail when one is not above the last one."""
        moved = zip(batch.partitions, batch.sequences, offsets, strict=True)
        for partition, sequence, offset in moved:
            if offset < 0:
                continue  # acknowledged as a repeat of the producer's own: the place is not known
            if offset <= self.offsets[partition]:
                raise LostTail(f"{self.publisher} {partition}: {offset} was acknowledged before")
            self.offsets[partition], self.numbers[partition] = offset, sequence

    async def watch(self, idle: bool) -> None:
        """Every second: is the log still there, a watermark, and some cleaning when idle."""
        parts = [Partition(self.publisher, number) for number in range(len(self.offsets))]
        for part, end in (await self.reader.ends(parts)).items():
            if end <= self.offsets[part.partition]:
                raise LostTail(f"{self.publisher} {part.partition}: the log ends at {end}")
        wanted = await watermarks.compare_wanted(self.reader, self.publisher)
        if wanted or await incarnation.wished(self.store):
            raise Wanted(self.publisher)
        if mark := await self.store.watermark():
            await watermarks.publish(
                self.sender, self.publisher, self.identity.incarnation, mark.at, mark.numbers
            )
        if idle:
            await self.store.housekeep(KEPT_DAYS)
            if self.batch - self._thinned >= CLOSE // 10:
                await self.store.thin(self.batch - CLOSE)
                self._thinned = self.batch
