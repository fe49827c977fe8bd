"""Broken and foreign records for a newcomer to look at: neither may harm anybody else."""

import json
from pathlib import Path
from secrets import randbelow
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from deploy.local import records
from deploy.ports import NotStarted
from shared.bus import Message
from shared.kafka import KafkaBus


TOPIC = "goals"
TYPE = "goals.goal_rated"
UNREADABLE = b'{"goal_id": "this is no rating"}'
HUGE = 10**12  # and a random number on top, so that two strangers are never the same one

SOME_CASE = "select case_id, clinic_id from case_copy where closed_at is null order by 1 limit 1"
THIS_CASE = "select case_id, clinic_id from case_copy where case_id = $1"
# The lock that publishing takes: without it this row could overtake an earlier one of its case.
LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 0))"
INSERT = """
insert into outbox (key, id, type, clinic_id, data, headers, occurred_at)
values ($1, $2, $3, $4, $5, $6, now())
"""


async def broken(folder: Path, case: str | None) -> str:
    """Publish, as goals, an event of a case that no reader can decode."""
    try:
        wanted = UUID(case) if case else None
    except ValueError:
        raise NotStarted("CASE= is the id of a case, a UUID") from None
    return await _broken(_running(folder)["databases"]["goals"], wanted)


async def foreign(folder: Path) -> str:
    """Write a record that no relay of ours wrote, with a number far ahead."""
    return await _foreign(_running(folder)["kafka"])


async def _broken(database: str, wanted: UUID | None) -> str:
    connection = await asyncpg.connect(database)
    try:
        found = await (
            connection.fetchrow(THIS_CASE, wanted) if wanted else connection.fetchrow(SOME_CASE)
        )
        if found is None:
            raise NotStarted("goals knows no such case; leave CASE= out for one of the demo")
        key, event = str(found["case_id"]), uuid4()
        async with connection.transaction():
            await connection.execute(LOCK, key)
            row = (key, event, TYPE, found["clinic_id"], UNREADABLE, json.dumps({}))
            await connection.execute(INSERT, *row)
    finally:
        await connection.close()
    return (
        f"published {event}, unreadable, for case {key}: its readers set it aside and go on with "
        "every other case; see Operations, and the case's own page"
    )


async def _foreign(kafka: str) -> str:
    sender = await KafkaBus(kafka).sender()
    event, sequence = uuid4(), HUGE + randbelow(HUGE)
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(event).encode()),
        ("ce_source", b"/elsewhere"),
        ("ce_type", TYPE.encode()),
        ("ce_sequence", str(sequence).encode()),
        ("ce_incarnation", b"1-foreign"),
    ]
    try:
        await sender.send(TOPIC, [Message(0, b"nobody", b"{}", headers)])
    finally:
        await sender.close()
    return (
        f"wrote {event} to partition 0 of {TOPIC} with sequence {sequence}: "
        "Operations shows it as foreign, and nothing else happens"
    )


def _running(folder: Path) -> dict[str, Any]:
    demo: dict[str, Any] = records.read(folder / "demo.json")
    if not demo:
        raise NotStarted("nothing runs here: make run")
    return demo
