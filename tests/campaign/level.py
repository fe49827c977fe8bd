"""Is everything level: all that was committed sent, all that was sent read?"""

import asyncio
import time

import asyncpg

from deploy import topology
from shared.db import AWAY
from shared.settings import Settings


HEALED_IN = 300.0
PUBLISHERS = ("intake", "scheduling", "goals", "notifications", "progress")
READERS = ("intake", "scheduling", "goals", "notifications", "progress")

_WAITING = "select count(*) from outbox where batch is null"
_NEWEST = """
select newest, not exists (select from relay_batch where place_offsets is null) as sent
from relay_batch order by number desc limit 1
"""
_READ = "select topic, partition, last_sequence from consumed"
_PARKED = "select count(*) from parked where state in ('blocking', 'waiting')"


async def healed(settings: Settings) -> list[str]:
    """Wait until nothing is behind; what still is when the time is up, in words."""
    end = time.monotonic() + HEALED_IN
    while True:
        try:
            behind = await _behind(settings)
        except AWAY as error:
            behind = [f"the database does not answer ({type(error).__name__})"]
        if not behind or time.monotonic() > end:
            return behind
        await asyncio.sleep(0.2)


async def _behind(settings: Settings) -> list[str]:
    published: dict[str, list[int]] = {}
    found = []
    for name in PUBLISHERS:
        waiting, newest, sent = await _published(settings, name)
        published[name] = newest
        found += [f"{name}: {waiting} events are not sent"] if waiting or not sent else []
    reads = {part.name: part.reads for part in topology.PARTS}
    for name in READERS:
        found += await _unread(settings, name, reads[name], published)
    return found


async def _published(settings: Settings, name: str) -> tuple[int, list[int], bool]:
    connection = await asyncpg.connect(settings.database(name, "worker"), timeout=5)
    try:
        waiting = await connection.fetchval(_WAITING)
        row = await connection.fetchrow(_NEWEST)
        return waiting, list(row["newest"]) if row else [], bool(row["sent"]) if row else True
    finally:
        await connection.close()


async def _unread(
    settings: Settings, name: str, topics: tuple[str, ...], published: dict[str, list[int]]
) -> list[str]:
    connection = await asyncpg.connect(settings.database(name, "worker"), timeout=5)
    try:
        rows = await connection.fetch(_READ)
        parked = await connection.fetchval(_PARKED)
    finally:
        await connection.close()
    read = {(row["topic"], row["partition"]): row["last_sequence"] for row in rows}
    found = [f"{name}: {parked} events are set aside"] if parked else []
    for topic in topics:
        for partition, newest in enumerate(published.get(topic, [])):
            if (last := read.get((topic, partition), 0)) != newest:
                found.append(f"{name}: {topic} {partition} is read to {last} of {newest}")
    return found
