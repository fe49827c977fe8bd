"""The relay's side of the database: one connection that holds the lock and does all the writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import asyncpg

from shared.db import AWAY


LOCK = (7001, 1)
SESSION = {
    "application_name": "tidemark relay",
    # A machine that dies must not keep the lock for the two hours of TCP's own patience.
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    # A few rows of a large table, always by index: the planner, which thinks the table small just
    # after a start, would read a week of events for every batch.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
_ROW = "pos, key, id, type, clinic_id, data, headers ->> 'traceparent' as trace, occurred_at"
_WAITING = f"select {_ROW} from outbox where batch is null order by pos limit $1"
_AGAIN = f"""
select {_ROW}, sequence from outbox where partition = $1 and sequence between $2 and $3
order by sequence limit $4
"""
# One statement is one transaction. The division fails, and all with it, unless every row was there.
_MARK = """
with taken as (
    update outbox set batch = $1, partition = new.partition, sequence = new.sequence
    from unnest($2::bigint[], $3::int[], $4::bigint[]) as new (pos, partition, sequence)
    where outbox.pos = new.pos and outbox.batch is null returning 1
)
insert into relay_batch (number, newest)
select $1, $5::bigint[] from (select 1 / (count(*) = cardinality($2))::int from taken) as counted
"""
_ACKNOWLEDGE = """
update relay_batch set place_offsets = $2, place_numbers = $3
where number = $1 or place_offsets is null and number < $1
"""
_NEWEST = "select number, newest from relay_batch order by number desc limit 1"
_PLACE = """
select place_offsets, place_numbers from relay_batch where place_offsets is not null
order by number desc offset $1 limit 1
"""
_MARKS = """
select least(statement_timestamp(), (select min(written_at) from outbox where batch is null)) as at,
    (select newest from relay_batch order by number desc limit 1) as numbers,
    not exists (select from relay_batch where place_offsets is null) as level
"""
_OLD_BATCH = """
select number from relay_batch
where place_offsets is not null and at < now() - make_interval(days => $1)
order by at desc limit 1
"""
# Only ever looks at the oldest rows, so that finding nothing costs nothing.
_DELETE_ROWS = """
delete from outbox where pos in (
    select pos from (select pos, batch from outbox order by pos limit 5000) as oldest
    where batch <= $1
)
"""
# A quiet publisher has a batch for each event: of those long past, every hundredth place is enough.
_THIN = """
delete from relay_batch where number in (
    select number from relay_batch where number < $1 and number % 100 <> 0 limit 5000
)
"""
_DELETE_BATCHES = """
delete from relay_batch where number in (
    select number from relay_batch
    where number <= $1 and number < (select max(number) from relay_batch) limit 5000
)
"""


@dataclass(frozen=True)
class Mark:
    """A moment, and the newest number of each partition that was acknowledged by then."""

    at: datetime
    numbers: list[int]


class Store:
    """One publisher's outbox and batches. Who loses the connection can write no more."""

    def __init__(self, connection: asyncpg.Connection, partitions: int) -> None:
        self.connection = connection
        self._partitions = partitions

    @classmethod
    async def open(cls, address: str, partitions: int) -> "Store":
        """Connect; the lock is not held yet."""
        return cls(await asyncpg.connect(address, server_settings=SESSION), partitions)

    async def lock(self) -> bool:
        """Whether this connection is now the one relay of its database."""
        return bool(await self.connection.fetchval("select pg_try_advisory_lock($1, $2)", *LOCK))

    async def newest(self) -> tuple[int, list[int]]:
        """The newest batch, and each partition's newest number; zeros before the first."""
        row = await self.connection.fetchrow(_NEWEST)
        return (row["number"], list(row["newest"])) if row else (0, [0] * self._partitions)

    async def waiting(self, limit: int) -> Sequence[asyncpg.Record]:
        """Rows that no batch has taken yet, oldest first."""
        return cast("Sequence[asyncpg.Record]", await self.connection.fetch(_WAITING, limit))

    async def mark(
        self,
        batch: int,
        positions: Sequence[int],
        partitions: Sequence[int],
        sequences: Sequence[int],
        newest: Sequence[int],
    ) -> None:
        """Fix, before anything is sent, which row has which number in which partition."""
        await self.connection.execute(_MARK, batch, positions, partitions, sequences, newest)

    async def acknowledge(self, batch: int, offsets: Sequence[int], numbers: Sequence[int]) -> None:
        """Remember where in the log each partition's newest record up to this batch lies."""
        await self.connection.execute(_ACKNOWLEDGE, batch, offsets, numbers)

    async def place(self, back: int) -> tuple[list[int], list[int]] | None:
        """Offsets and numbers that were stored `back` acknowledged batches ago."""
        row = await self.connection.fetchrow(_PLACE, back)
        return (row["place_offsets"], row["place_numbers"]) if row else None

    async def again(
        self, partition: int, first: int, last: int, limit: int
    ) -> Sequence[asyncpg.Record]:
        """Rows of one partition that have their numbers already, in order."""
        rows = await self.connection.fetch(_AGAIN, partition, first, last, limit)
        return cast("Sequence[asyncpg.Record]", rows)

    async def watermark(self) -> Mark | None:
        """Everything that was committed before `at` is in the log up to `numbers`.

        The time is asked before the look (statement_timestamp), and one row that still waits holds
        it back: a commit in between is then above it. None while a batch is under way.
        """
        row = await self.connection.fetchrow(_MARKS)
        if row is None or not row["level"]:
            return None
        return Mark(row["at"], list(row["numbers"] or [0] * self._partitions))

    async def thin(self, before: int) -> None:
        """Keep every hundredth of the batches below a number: as places to compare from."""
        await self.connection.execute(_THIN, before)

    async def housekeep(self, days: int) -> bool:
        """Delete some of what was acknowledged so long ago; whether there may be more."""
        oldest = await self.connection.fetchval(_OLD_BATCH, days)
        if oldest is None:
            return False
        if await self.connection.execute(_DELETE_ROWS, oldest) != "DELETE 0":
            return True
        return await self.connection.execute(_DELETE_BATCHES, oldest) == "DELETE 5000"

    async def close(self) -> None:
        """Give the lock back."""
        self.connection.terminate() if self.connection.is_closed() else await self._close()

    async def _close(self) -> None:
        try:
            await self.connection.close(timeout=2)
        except AWAY:
            self.connection.terminate()
