"""Broken and foreign records for a newcomer to look at: neither may harm anybody else."""

import json
from pathlib import Path
from secrets import randbelow
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from deploy.local import cases, records
from deploy.ports import NotStarted
from shared.bus import Message
from shared.kafka import KafkaBus


TOPIC = "goals"
TYPE = "goals.goal_rated"
UNREADABLE = b'{"goal_id": "this is no rating"}'
HUGE = 10**12  # and a random number on top, so that two strangers are never the same one

OPEN = """
select case_id, clinic_id from case_copy
where closed_at is null and case_id = any($1::uuid[]) order by array_position($1::uuid[], case_id)
limit 1
"""
# The demo's own come first: their numbers were given before anybody referred somebody by hand.
CASELOAD = """
select case_id, case_number, clinic_id, clinician_id from referral
where clinician_id is not null order by length(case_number), case_number
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
    if case:
        if (found := await cases.known(demo, case)) is None:
            raise cases.refused(case)
        offered = [found]
    else:
        offered = await _caseload(demo["databases"]["intake"])
    case_id, event = await _broken(demo["databases"]["goals"], [row["case_id"] for row in offered])
    named = next(row for row in offered if row["case_id"] == case_id)
    return (
        f"published {event}, unreadable, for {_named(demo, named)}: its readers set it "
        "aside and go on with every other case; see Parked events, and the case's own page"
    )


async def foreign(folder: Path) -> str:
    """Write a record that no relay of ours wrote, with a number far ahead."""
    return await _foreign(_running(folder)["kafka"])


async def _caseload(database: str) -> list[asyncpg.Record]:
    """Every case that a clinician has, the one with the smallest number first."""
    connection = await asyncpg.connect(database)
    try:
        return await connection.fetch(CASELOAD)
    finally:
        await connection.close()


async def _broken(database: str, offered: list[UUID]) -> tuple[UUID, UUID]:
    """The first of these cases that is open, and the id of the event published for it."""
    connection = await asyncpg.connect(database)
    try:
        found = await connection.fetchrow(OPEN, offered)
        if found is None:
            raise NotStarted("CASE= is the number, such as TM-1004, or the id of an open case")
        key, event = str(found["case_id"]), uuid4()
        async with connection.transaction():
            await connection.execute(LOCK, key)
            row = (key, event, TYPE, found["clinic_id"], UNREADABLE, json.dumps({}))
            await connection.execute(INSERT, *row)
    finally:
        await connection.close()
    return found["case_id"], event


def _named(demo: dict[str, Any], found: asyncpg.Record) -> str:
    """A case as a newcomer finds it: its number, clinic and clinician."""
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
