"""What was set aside: the record with its bytes, and, in order, what came behind it for its key."""

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import record as wire
from shared.bus import Headers, Record
from shared.consumer.places import Connection
from shared.headers import SEQUENCE, TYPE


FOREIGN, BLOCKING, WAITING, DONE = "foreign", "blocking", "waiting", "done"
SKIPPED = "skipped"

_ANY = """
select exists (select from parked where consumer = $1 and state in ('blocking', 'waiting')),
    exists (select from parked where state = 'skipped')
"""
_BLOCKED = """
select distinct topic, key from parked where consumer = $1 and state in ('blocking', 'waiting')
    and (topic, key) in (select * from unnest($2::text[], $3::text[]))
"""
# Whichever reader or version of a projection it was that could not read them.
_SKIPPED = """
select topic, event_id, digest from parked where state = 'skipped'
    and (topic, key) in (select * from unnest($1::text[], $2::text[]))
"""
_PARK = """
insert into parked (consumer, topic, partition, "offset", key, type, event_id, sequence, cause,
    frames, state, digest, recorded_at, record_key, headers, value)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
on conflict (consumer, topic, partition, "offset", digest) do nothing
"""
_SET_ASIDE = text("""
    select count(*) from parked where key = :key and state in ('blocking', 'waiting')
""")


@dataclass(frozen=True)
class Kept:
    """A record as it was parked: can be read again like one from the log."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True)
class Skipped:
    """Records that were skipped for good: by what they hold, and by their event's id."""

    digests: frozenset[tuple[str, str]] = frozenset()
    ids: frozenset[tuple[str, UUID]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.digests)

    def holds(self, record: Record) -> bool:
        """Whether this is one of them; also where its publisher numbered it anew."""
        if not self:
            return False
        event_id = wire.known_id(record)
        named = event_id is not None and (record.topic, event_id) in self.ids
        return named or (record.topic, _digest(record)) in self.digests


NOTHING = Skipped()


async def in_the_way(
    connection: Connection, consumer: str, keys: Iterable[tuple[str, str]]
) -> tuple[set[tuple[str, str]], Skipped]:
    """Which of these (topic, key)s have something set aside, and what of them was skipped for good.

    What follows a set-aside event queues behind it. Every batch asks, and nearly always there is
    neither: then it is one question, and the keys are not even gone through.
    """
    [(waiting, left_out)] = await connection.fetch(_ANY, consumer)
    pairs = sorted(set(keys)) if waiting or left_out else []
    return (
        await _blocked(connection, consumer, pairs) if waiting else set(),
        await skipped(connection, pairs) if left_out else NOTHING,
    )


async def _blocked(
    connection: Connection, consumer: str, pairs: Sequence[tuple[str, str]]
) -> set[tuple[str, str]]:
    rows = await connection.fetch(_BLOCKED, consumer, [t for t, _ in pairs], [k for _, k in pairs])
    return {(row["topic"], row["key"]) for row in rows}


async def skipped(connection: Connection, pairs: Sequence[tuple[str, str]]) -> Skipped:
    """What was skipped for good of these (topic, key)s, by any reader of this service."""
    rows = await connection.fetch(_SKIPPED, [t for t, _ in pairs], [k for _, k in pairs])
    named = frozenset((row["topic"], row["event_id"]) for row in rows if row["event_id"])
    return Skipped(frozenset((row["topic"], row["digest"]) for row in rows), named)


async def park(
    connection: Connection,
    consumer: str,
    records: Sequence[Record],
    state: str,
    cause: str,
    frames: Sequence[str] = (),
) -> None:
    """Keep records; the same one twice is kept once."""
    rows = [
        (
            consumer,
            record.topic,
            record.partition,
            record.offset,
            wire.key(record),
            wire.text(record, TYPE),
            wire.known_id(record),
            _sequence(record),
            cause,
            "\n".join(frames),
            state,
            _digest(record),
            record.timestamp,
            record.key,
            pack(record.headers),
            record.value,
        )
        for record in records
    ]
    await connection.executemany(_PARK, rows)


def kept(row: asyncpg.Record) -> Kept:
    """The record that a row of `parked` holds."""
    return Kept(
        row["topic"],
        row["partition"],
        row["offset"],
        row["recorded_at"],
        row["record_key"],
        row["value"],
        unpack(row["headers"]),
    )


async def set_aside(session: AsyncSession, key: object) -> int:
    """How many events of a key are set aside here, or wait behind one that is."""
    return int((await session.execute(_SET_ASIDE, {"key": str(key)})).scalar() or 0)


def pack(headers: Headers) -> bytes:
    """Headers as bytes; a stranger's values may be no text."""
    return json.dumps([[k, base64.b64encode(v or b"").decode()] for k, v in headers]).encode()


def unpack(packed: bytes) -> Headers:
    """What `pack` was given."""
    return [(name, base64.b64decode(value)) for name, value in json.loads(packed)]


def _digest(record: Record) -> str:
    content = (record.key or b"", record.value or b"", pack(record.headers))
    return hashlib.sha256(b"\x00".join(content)).hexdigest()


def _sequence(record: Record) -> int | None:
    number = wire.header(record, SEQUENCE) or b""
    return int(number) if number.isdigit() and len(number) < 19 else None
