"""A new incarnation: numbers begin again, and everybody knows from where on.

After a restore, a move to another server, a topic that was made anew, the numbers in the database
and those in the log no longer tell the same. The way on: one incarnation higher, a marker (its
number 0) into every partition; what readers took of what lies before the markers is published;
everything else is numbered from 1. What is chosen is written down first, so that a relay that dies
in between is followed by one that goes on with the same.

What was acknowledged counts as published too: if the log has lost it, it was sent again under its
old number before (`Turn.begin`), and if that could not be, its readers may have read it.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg

from shared import failpoint, genesis
from shared import record as wire
from shared.bus import Bus, Message, Partition, Reader, Sender, scan
from shared.consumer.sorting import Clash, Place, counter, sort
from shared.headers import MARKER
from shared.log import log
from shared.relay.identity import Identity, Refused, begin_logs
from shared.relay.store import Store
from shared.settings import Settings


_WISHED = "select number, incarnation from relay_wish where done_at is null order by number limit 1"
_CHOSEN = "update relay_wish set incarnation = $2 where number = $1"
_KNOWN = "select generation, incarnation from relay_identity"
_SERVER = """
select (select system_identifier::text from pg_control_system()) as system_identifier,
    (select timeline_id::bigint from pg_control_checkpoint()) as timeline
"""
_ACKNOWLEDGED = "select max(number) from relay_batch where place_offsets is not null"
_OURS = "select id from outbox"
# Whatever had a number loses it; what is published keeps a batch, so that nobody takes it again.
_PUBLISHED = """
update outbox set batch = $1, partition = null, sequence = null
where id = any($2::uuid[]) or batch <= $3::bigint
"""
_AGAIN = """
update outbox set batch = null, partition = null, sequence = null
where batch is not null and batch <> $1
"""
_BATCH = """
insert into relay_batch (number, newest, place_offsets, place_numbers) values ($1, $2, $3, $2)
"""
_IDENTITY = """
insert into relay_identity
    (generation, incarnation, system_identifier, timeline, partitions)
values ($1, $2, $3, $4, $5)
on conflict (only_one) do update set generation = excluded.generation,
    incarnation = excluded.incarnation, system_identifier = excluded.system_identifier,
    timeline = excluded.timeline, partitions = excluded.partitions
"""
_MOVED = """
update relay_identity set (system_identifier, timeline) = (
    select (select system_identifier::text from pg_control_system()),
        (select timeline_id::bigint from pg_control_checkpoint()))
"""
_DONE = "update relay_wish set done_at = now(), outcome = $1 where done_at is null"


@dataclass
class _Log:
    """One publisher's log as every reader would have taken it."""

    places: dict[Partition, Place] = field(default_factory=dict)
    taken: set[UUID] = field(default_factory=set)

    async def read(self, bus: Bus, publisher: str, ends: Mapping[Partition, int]) -> None:
        """From where we are up to these ends."""
        starts = {part: self.places.setdefault(part, Place()).next_offset for part in ends}
        async for records in scan(bus, starts, ends):
            part = Partition(records[0].topic, records[0].partition)
            try:
                found = sort(records, self.places[part], publisher)
            except Clash as clash:
                raise Refused(f"{clash}: its readers stopped there, find out why first") from clash
            self.places[part] = found.place
            self.taken.update(wire.id_of(record) for record in found.next)
        for part, end in ends.items():
            self.places[part] = replace(self.places[part], next_offset=end)

    def highest(self) -> int:
        """The highest incarnation that any partition was in."""
        return max((counter(place.incarnation) for place in self.places.values()), default=0)


async def accept_server(store: Store) -> None:
    """This is the server now: an operator has said so by wishing for a new incarnation."""
    await store.connection.execute(_MOVED)


async def wished(store: Store) -> asyncpg.Record | None:
    """What an operator asked for and nobody has done."""
    return await store.connection.fetchrow(_WISHED)


@dataclass
class Beginning:
    """The start of one incarnation, on the connection that holds the relay's lock."""

    bus: Bus
    settings: Settings
    publisher: str
    store: Store
    sender: Sender
    reader: Reader

    async def begin(self, wish: asyncpg.Record) -> None:
        """All of it. Refused when the topic itself is not one that can be gone on with."""
        count = self.settings.partitions
        if await self.bus.partitions(self.publisher) != count:
            raise Refused(f"{self.publisher}: the topic does not have {count} partitions: make it")
        parts = [Partition(self.publisher, number) for number in range(count)]
        ends = await self.reader.ends(parts)
        known = await self.store.connection.fetchrow(_KNOWN)
        generation = await self._generation(ends, known)
        before = _Log()
        await before.read(self.bus, self.publisher, ends)
        chosen = wish["incarnation"] or _next(before, known)
        await self.store.connection.execute(_CHOSEN, wish["number"], chosen)
        server = await self.store.connection.fetchrow(_SERVER)
        assert server is not None
        identity = Identity(generation, chosen, server["system_identifier"])
        await begin_logs(self.bus, self.reader, self.sender, self.publisher, identity, count)
        messages = [marker(part, self.publisher, identity) for part in parts]
        offsets = await self.sender.send(self.publisher, messages)
        failpoint.reach(self.settings, "incarnation.after_markers")
        marked = {part: offset for part, offset in zip(parts, offsets, strict=True) if offset >= 0}
        await before.read(self.bus, self.publisher, await self._up_to(parts, marked))
        await self._write_down(identity, server["timeline"], offsets, before.taken)

    async def _up_to(
        self, parts: Iterable[Partition], marked: Mapping[Partition, int]
    ) -> dict[Partition, int]:
        ends = await self.reader.ends(parts)
        return {part: marked.get(part, end) for part, end in ends.items()}

    async def _generation(
        self, ends: Mapping[Partition, int], known: asyncpg.Record | None
    ) -> UUID:
        """The topic's generation; a new one when the topic is empty and was not."""
        found = await genesis.read(self.bus, {part: end for part, end in ends.items() if end})
        generations = set(found.values())
        if len(generations) > 1:
            raise Refused(f"{self.publisher}: its partitions are of several generations: empty it")
        if generations:
            return generations.pop()
        written = await self.store.connection.fetchval(_ACKNOWLEDGED)
        if known is not None and written is None:
            generation: UUID = known["generation"]
            return generation
        return uuid4()

    async def _write_down(
        self, identity: Identity, timeline: int, offsets: list[int], taken: set[UUID]
    ) -> None:
        """One transaction: who we are, what is published, from where numbers count."""
        connection = self.store.connection
        ours = {row[0] for row in await connection.fetch(_OURS)}
        batch, _ = await self.store.newest()
        acknowledged = await connection.fetchval(_ACKNOWLEDGED)
        zeros = [0] * self.settings.partitions
        async with connection.transaction():
            published = await connection.execute(
                _PUBLISHED, batch + 1, sorted(ours & taken), acknowledged
            )
            again = await connection.execute(_AGAIN, batch + 1)
            await connection.execute(_BATCH, batch + 1, zeros, offsets)
            whole = (identity.generation, identity.incarnation, identity.system_identifier)
            await connection.execute(_IDENTITY, *whole, timeline, self.settings.partitions)
            outcome = (
                f"incarnation {identity.incarnation}: {published.split()[-1]} events of the outbox"
                f" count as published, {again.split()[-1]} that had numbers get new ones"
            )
            await connection.execute(_DONE, outcome)
            failpoint.reach(self.settings, "incarnation.before_commit")
        log.warning(
            "incarnation begins", publisher=self.publisher, incarnation=identity.incarnation
        )


def _next(before: _Log, known: asyncpg.Record | None) -> str:
    ours = counter(known["incarnation"]) if known else 0
    return f"{max(before.highest(), ours) + 1}-{secrets.token_hex(4)}"


def marker(part: Partition, publisher: str, identity: Identity) -> Message:
    """The record with which an incarnation begins in one partition: its number 0.

    Its id is the topic's generation: readers believe no other.
    """
    headers = wire.headers(
        publisher,
        identity.incarnation,
        0,
        identity.generation,
        MARKER,
        datetime.now(UTC),
        key=publisher,
    )
    value = json.dumps({"system_identifier": identity.system_identifier}).encode()
    return Message(part.partition, publisher.encode(), value, headers)
