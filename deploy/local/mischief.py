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

OPEN = """
select case_id, clinic_id from case_copy
where closed_at is null and ($1::uuid is null or case_id = $1) order by 1 limit 1
"""
KNOWN = """
select case_id, case_number, clinic_id, clinician_id from referral
where case_number = upper($1) or case_id::text = lower($1)
"""
# The lock that publishing takes: without it this row could overtake an earlier one of its case.
LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 0))"
INSERT = """
insert into outbox (key, id, type, clinic_id, data, headers, occurred_at)
values ($1, $2, $3, $4, $5, $6, now())
"""


async def broken(folder: Path, case: str | None) -> str:
    """Publish, as goals, an event of a case that no reader can decode. `case`: its id or number."""
    demo = _running(folder)
    wanted = await _asked(demo["databases"]["intake"], KNOWN, case) if case else None
    if case and not wanted:
        raise NotStarted("CASE= is a case's number, such as TM-1004, or its id, of an open case")
    case_id, event = await _broken(
        demo["databases"]["goals"], wanted["case_id"] if wanted else None
    )
    found = wanted or await _asked(demo["databases"]["intake"], KNOWN, str(case_id))
    return (
        f"published {event}, unreadable, for {_named(demo, found, case_id)}: its readers set it "
        "aside and go on with every other case; see Parked events, and the case's own page"
    )


async def foreign(folder: Path) -> str:
    """Write a record that no relay of ours wrote, with a number far ahead."""
    return await _foreign(_running(folder)["kafka"])


async def _asked(database: str, question: str, *values: object) -> asyncpg.Record | None:
    connection = await asyncpg.connect(database)
    try:
        return await connection.fetchrow(question, *values)
    finally:
        await connection.close()


async def _broken(database: str, wanted: UUID | None) -> tuple[UUID, UUID]:
    """The case, and the id of the event that was published for it."""
    connection = await asyncpg.connect(database)
    try:
        found = await connection.fetchrow(OPEN, wanted)
        if found is None:
            raise NotStarted("goals knows no such open case; leave CASE= out for one of the demo")
        key, event = str(found["case_id"]), uuid4()
        async with connection.transaction():
            await connection.execute(LOCK, key)
            row = (key, event, TYPE, found["clinic_id"], UNREADABLE, json.dumps({}))
            await connection.execute(INSERT, *row)
    finally:
        await connection.close()
    return found["case_id"], event


def _named(demo: dict[str, Any], found: asyncpg.Record | None, case_id: UUID) -> str:
    """A case as a newcomer finds it: its number, clinic and clinician."""
    if found is None:
        return f"case {case_id}"
    names = {person["staff_id"]: person["name"] for person in demo["staff"]}
    clinics = {clinic["clinic_id"]: clinic["name"] for clinic in demo["clinics"]}
    clinician = names.get(str(found["clinician_id"]), "somebody")
    return f"case {found['case_number']} at {clinics[str(found['clinic_id'])]}, {clinician}'s"


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
