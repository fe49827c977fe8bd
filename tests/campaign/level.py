"""Is everything level: all that was committed sent, all that was sent read?"""

import asyncio
import time

import asyncpg

from deploy import topology
from shared.db import AWAY
from shared.settings import Settings
from tests.campaign.strange import Strange


HEALED_IN = 300.0  # seconds since something last moved
NEVER_IN = 1800.0
PUBLISHERS = ("clinics", "intake", "scheduling", "goals", "notifications", "progress")
READERS = ("intake", "scheduling", "goals", "notifications", "progress")

_WAITING = "select count(*) from outbox where batch is null"
_NEWEST = """
select newest, not exists (select from relay_batch where place_offsets is null) as sent
from relay_batch order by number desc limit 1
"""
_READ = "select topic, partition, last_sequence from consumed"
_UNDECIDED = "select count(*) from message where state in ('queued', 'sending')"


async def healed(settings: Settings, strange: Strange) -> list[str]:
    """Wait until nothing is behind; what still is when nothing moves any more, in words."""
    began = moved = time.monotonic()
    before: list[str] = []
    while True:
        try:
            behind = await _behind(settings, strange)
        except AWAY as error:
            behind = [f"the database does not answer ({type(error).__name__})"]
        now = time.monotonic()
        moved, before = (moved, before) if behind == before else (now, behind)
        if not behind or now > moved + HEALED_IN or now > began + NEVER_IN:
            return behind
        await asyncio.sleep(0.2)


async def _behind(settings: Settings, strange: Strange) -> list[str]:
    published: dict[str, list[int]] = {}
    found = []
    for name in PUBLISHERS:
        waiting, newest, sent = await _published(settings, name)
        published[name] = newest
        found += [f"{name}: {waiting} events are not sent"] if waiting or not sent else []
    reads = {part.name: part.reads for part in topology.PARTS}
    for name in READERS:
        found += await _unread(settings, name, reads[name], published)
        found += await strange.parked(name)
    return found + await _untold(settings)


async def _untold(settings: Settings) -> list[str]:
    connection = await asyncpg.connect(settings.database("notifications", "owner"), timeout=5)
    try:
        undecided = await connection.fetchval(_UNDECIDED)
    finally:
        await connection.close()
    return [f"of {undecided} messages nobody knows yet what becomes of them"] if undecided else []


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
    finally:
        await connection.close()
    read = {(row["topic"], row["partition"]): row["last_sequence"] for row in rows}
    found = []
    for topic in topics:
        for partition, newest in enumerate(published.get(topic, [])):
            if (last := read.get((topic, partition), 0)) != newest:
                found.append(f"{name}: {topic} {partition} is read to {last} of {newest}")
    return found
