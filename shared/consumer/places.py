"""The rows of `consumed`: made before anything is read, locked in one order, moved by the work."""

from collections.abc import Iterable, Mapping

import asyncpg

from shared.bus import Partition
from shared.consumer.sorting import Place


Connection = asyncpg.Connection

# All of a topic's rows are made together, before the reader's first sign of life (`reading`): so
# one that is missing later was lost, and so were all of them when there were signs of life.
_MAKE = """
insert into consumed (consumer, topic, partition)
select $1, given.topic, number
from unnest($2::text[]) as given (topic), generate_series(0, $3::int - 1) as number
where not exists (select from consumed where consumer = $1 and consumed.topic = given.topic)
    and not exists (select from reading where consumer = $1 and reading.topic = given.topic)
on conflict do nothing
"""
_LOST = """
select given.topic, number
from unnest($2::text[]) as given (topic), generate_series(0, $3::int - 1) as number
where not exists (select from consumed
    where consumer = $1 and consumed.topic = given.topic and consumed.partition = number)
order by 1, 2
"""
_COLUMNS = (
    "topic, partition, next_offset, incarnation, last_sequence, last_id, topic_id, paused_since"
)
_ALL = f"select {_COLUMNS} from consumed where consumer = $1 order by topic, partition"
# A pause that was asked for holds from its answer on, also before the worker has carried it out.
_WISHED = """
(select act from wish where wish.consumer = consumed.consumer and done_at is null
    and act in ('pause', 'resume') order by number desc limit 1)
"""
_LOCK = f"""
select topic, partition, next_offset, incarnation, last_sequence, last_id, topic_id,
    case when {_WISHED} = 'pause' then coalesce(paused_since, now()) else paused_since end
        as paused_since
from consumed
where consumer = $1 and (topic, partition) in (select * from unnest($2::text[], $3::int[]))
order by topic, partition for update
"""
_READ = """
select topic from consumed where consumer = $1 union select topic from reading where consumer = $1
"""
_RESTORE = """
insert into consumed (consumer, topic, partition) values ($1, $2, $3) on conflict do nothing
"""
_ACCEPT = """
update consumed set next_offset = 0, incarnation = '', last_sequence = 0, last_id = null,
    topic_id = null
where consumer = $1 and topic = $2
"""
_SAVE = """
update consumed set next_offset = new.next_offset, incarnation = new.incarnation,
    last_sequence = new.last_sequence, last_id = new.last_id, topic_id = new.topic_id
from unnest($2::text[], $3::int[], $4::bigint[], $5::text[], $6::bigint[], $7::uuid[], $8::uuid[])
    as new (topic, partition, next_offset, incarnation, last_sequence, last_id, topic_id)
where consumed.consumer = $1
    and consumed.topic = new.topic and consumed.partition = new.partition
"""


class LostPlace(Exception):
    """Nobody knows any more how far something was read; the words are for the operator."""


async def make(
    connection: Connection, consumer: str, topics: Iterable[str], partitions: int
) -> None:
    """Make the rows of topics that have none. Before anything is read: two owners meet on one row.

    LostPlace when rows of a topic that was read before are gone, some or all: made anew, a
    partition would be handled from its beginning once more.
    """
    await connection.execute(_MAKE, consumer, sorted(topics), partitions)
    if gone := await lost(connection, consumer, topics, partitions):
        named = ", ".join(f"{part.topic} {part.partition}" for part in gone)
        raise LostPlace(f"{consumer}: the place up to which {named} was read is gone")


async def lost(
    connection: Connection, consumer: str, topics: Iterable[str], partitions: int
) -> list[Partition]:
    """The partitions of these topics of which nobody knows how far they were read."""
    found = await connection.fetch(_LOST, consumer, sorted(topics), partitions)
    return [Partition(topic, number) for topic, number in found]


async def topics_of(connection: Connection, consumer: str) -> list[str]:
    """The topics that a consumer has ever read."""
    return sorted(row[0] for row in await connection.fetch(_READ, consumer))


async def restore(connection: Connection, consumer: str, places: Mapping[Partition, Place]) -> None:
    """Write down places that were gone, in the caller's transaction."""
    for part in places:
        await connection.execute(_RESTORE, consumer, part.topic, part.partition)
    await save(connection, consumer, places)


async def accept(connection: Connection, consumer: str, topic: str) -> int:
    """Let a consumer read another generation of a topic from its beginning; how many places."""
    done: str = await connection.execute(_ACCEPT, consumer, topic)
    return int(done.split()[-1])


async def all_of(connection: Connection, consumer: str) -> dict[Partition, Place]:
    """Every place of a consumer, unlocked: for seeking and showing, never for deciding."""
    return _places(await connection.fetch(_ALL, consumer))


async def lock(
    connection: Connection, consumer: str, partitions: Iterable[Partition]
) -> dict[Partition, Place]:
    """The places of these partitions, which nobody else moves until the transaction ends."""
    wanted = sorted(partitions)
    topics, numbers = [part[0] for part in wanted], [part[1] for part in wanted]
    return _places(await connection.fetch(_LOCK, consumer, topics, numbers))


async def save(connection: Connection, consumer: str, places: Mapping[Partition, Place]) -> None:
    """Write down how far was read, in the transaction that did the work."""
    parts, new = list(places), list(places.values())
    await connection.execute(
        _SAVE,
        consumer,
        [part[0] for part in parts],
        [part[1] for part in parts],
        [place.next_offset for place in new],
        [place.incarnation for place in new],
        [place.last_sequence for place in new],
        [place.last_id for place in new],
        [place.topic_id for place in new],
    )


def _places(rows: Iterable[asyncpg.Record]) -> dict[Partition, Place]:
    return {
        Partition(row["topic"], row["partition"]): Place(
            row["next_offset"],
            row["incarnation"],
            row["last_sequence"],
            row["last_id"],
            row["topic_id"],
            row["paused_since"],
        )
        for row in rows
    }
