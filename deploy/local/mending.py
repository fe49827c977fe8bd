"""When something broke: what an operator decides, as one command each."""

import asyncio
import time
from pathlib import Path
from typing import Any

import asyncpg

from deploy import topology
from deploy.local import cases, records
from deploy.ports import NotStarted
from services.progress.models.tables import CONSUMER
from services.progress.projection import recalling, reconciling
from shared.consumer import places, restoring
from shared.kafka import KafkaBus
from shared.settings import Settings


PATIENCE = 60.0  # seconds that a relay has to carry a wish out
_WISH = "insert into relay_wish (reason, sub) values ($1, 'terminal') returning number"
_OUTCOME = "select outcome from relay_wish where number = $1 and done_at is not null"
_AUDIT = "insert into audit (sub, role, act, subject_id) values ('terminal', 'operations', $1, $2)"
_STILL = "select 1 from parked where consumer = $1 and key = $2 and state = 'blocking'"
# The log's own cases only: a clinic's events may be set aside as well.
_ASIDE = """
select count(distinct key) from parked
where consumer = $1 and state in ('blocking', 'waiting') and topic <> 'clinics'
"""
_ID = "select gen_random_uuid()"


async def new_incarnation(folder: Path, service: str, reason: str) -> str:
    """Let a service's relay number anew from here on; waits until it has begun.

    What people did about flags is put down first where only the log still knows it: from then on
    progress' clocks speak, and would tell of flags that somebody has dealt with.
    """
    connection = await _connected(folder, service, reason)
    try:
        said = await _recalled(folder, connection) if service == CONSUMER else ""
        async with connection.transaction():
            number = await connection.fetchval(_WISH, reason)
            id_ = await connection.fetchval(_ID)
            await connection.execute(_AUDIT, "incarnation_asked", id_)
        end = time.monotonic() + PATIENCE
        while not (outcome := await connection.fetchval(_OUTCOME, number)):
            if time.monotonic() > end:
                raise NotStarted(f"{service}'s relay has not begun it yet: make logs tells why")
            await asyncio.sleep(0.2)
        return f"{service}: {outcome}{said}"
    finally:
        await connection.close()


async def _recalled(folder: Path, connection: asyncpg.Connection) -> str:
    bus = KafkaBus(records.read(folder / "demo.json")["kafka"])
    count = await recalling.recall(bus, connection, Settings().partitions)
    return f"; {count} acts about flags were taken from the log" if count else ""


async def reconciled(folder: Path, case: str | None) -> str:
    """Compare a case, by its number or id, or all, with an independent reckoning of the log."""
    demo: dict[str, Any] = records.read(folder / "demo.json")
    if not demo:
        raise NotStarted("nothing runs here: make run")
    wanted = [await cases.id_of(demo, case)] if case else None
    connection = await asyncpg.connect(demo["databases"]["progress"])
    try:
        given = (KafkaBus(demo["kafka"]), Settings(), connection, wanted)
        found = await reconciling.reconcile(*given)
        # A mistyped id differs in nothing, and must not read as a case that was looked at.
        if wanted and not found and await reconciling.unknown(*given[:3], wanted):
            return "nobody knows such a case: neither the log nor the read tables speak of it"
        if wanted and not found and await connection.fetchval(_STILL, CONSUMER, str(wanted[0])):
            return "this case stands still, so nobody looked: an event of it is set aside"
        aside = 0 if wanted else await connection.fetchval(_ASIDE, CONSUMER)
    finally:
        await connection.close()
    lines = [f"{case_id}  {', '.join(what)}" for case_id, what in found.items()]
    return "\n".join(lines) or _same_words(case, aside)


def _same_words(case: str | None, aside: int) -> str:
    """That nothing differs: of the one case that was asked for, or of all that were looked at."""
    if case:
        return f"case {cases.spelt(case)} is what the log says"
    if not aside:
        return "every case is what the log says"
    left = "1 that is" if aside == 1 else f"{aside} that are"
    return f"every case is what the log says, but for {left} set aside: nobody looked there"


async def accept_topic(folder: Path, service: str, topic: str, reason: str) -> str:
    """Let a service's reader read another generation of a topic, from its beginning."""
    if topic not in topology.PUBLISHERS:
        raise NotStarted(f"say which topic with TOPIC=: {', '.join(topology.PUBLISHERS)}")
    connection = await _connected(folder, service, reason)
    bus = KafkaBus(records.read(folder / "demo.json")["kafka"])
    try:
        async with connection.transaction():
            count = await restoring.accept(bus, connection, service, topic)
            id_ = await connection.fetchval(_ID)
            await connection.execute(_AUDIT, "topic_accepted", id_)
    except restoring.Same:
        raise NotStarted(f"{topic} is the topic that {service} reads: nothing to accept") from None
    finally:
        await connection.close()
    if not count:
        raise NotStarted(f"{service} does not read {topic}")
    return f"{service} reads {topic} as it is now, from its beginning; its old places are gone"


async def restore_place(folder: Path, service: str, reason: str, beginning: bool) -> str:
    """Make the places that a service's reader has lost, from what Kafka was told or from the start.

    Progress has no use for it: its projection is folded again.
    """
    if service == CONSUMER:
        raise NotStarted('progress is folded again instead: make rebuild REASON="…"')
    connection = await _connected(folder, service, reason)
    bus = KafkaBus(records.read(folder / "demo.json")["kafka"])
    try:
        async with connection.transaction():
            given = (bus, connection, service, Settings().partitions, beginning)
            found = await restoring.restore(*given)
            if not found:
                raise NotStarted(f"{service} has lost no place")
            id_ = await connection.fetchval(_ID)
            await connection.execute(_AUDIT, "place_restored", id_)
    except places.LostPlace as lost:
        raise NotStarted(f"{lost}: read it again from its beginning with FROM=beginning") from None
    finally:
        await connection.close()
    lines = [
        f"{service} reads {part.topic} {part.partition} on behind number {place.last_sequence}"
        for part, place in sorted(found.items())
    ]
    return "\n".join(lines)


async def _connected(folder: Path, service: str, reason: str) -> asyncpg.Connection:
    demo: dict[str, Any] = records.read(folder / "demo.json")
    if not demo:
        raise NotStarted("nothing runs here: make run")
    if service not in topology.PUBLISHERS:
        raise NotStarted(f"say whose with SERVICE=: {', '.join(topology.PUBLISHERS)}")
    if not reason.strip():
        raise NotStarted('say why with REASON="…": it is kept')
    return await asyncpg.connect(demo["databases"][service])
