"""What should not be in the log, and a transaction that does not end: none may harm anybody else.

An event that nobody can read (its case waits, alone), one of a type that nobody knows yet (passed
over), and a record that is not our relay's at all, with a number far ahead.
"""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg

from deploy.demo import NORTHGATE
from shared.bus import Away, Message
from shared.db import AWAY
from shared.kafka import KafkaBus
from shared.settings import Settings
from tests.campaign.database import Admin


TOPIC, TYPE, UNKNOWN = "goals", "goals.goal_rated", "goals.goal_dreamt_of"
PARKED = {"blocking": 1, "waiting": 1}  # of each case whose first event nobody can read
STUCK_FOR = 3.0
PATIENCE = 30.0
HUGE = 10**12

_INSERT = """
insert into outbox (key, id, type, clinic_id, data, headers, occurred_at)
values ($1, $2, $3, $4, $5, '{}', now()) on conflict (id) do nothing
"""
_PARKED = """
select key, state, count(*) as number from parked group by key, state
"""


@dataclass
class Strange:
    """What was put there, so that it can be looked for."""

    settings: Settings
    admin: Admin
    unreadable: set[str] = field(default_factory=set)  # keys
    foreign: int = 0

    async def put(self) -> None:
        """One of each. What could not be written for certain is tried again."""
        key = str(uuid4())
        rows = [(key, uuid4(), TYPE, b'{"goal_id": "no rating"}'), (key, uuid4(), TYPE, b"{}")]
        rows.append((str(uuid4()), uuid4(), UNKNOWN, b'{"dream": 1}'))
        await self._insert(rows)
        self.unreadable.add(key)
        await self._stranger()

    async def _insert(self, rows: list[tuple[str, UUID, str, bytes]]) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(*AWAY):
                address = self.settings.database(TOPIC, "worker")
                connection = await asyncpg.connect(address, timeout=5)
                try:
                    async with connection.transaction():
                        for key, event, kind, data in rows:
                            clinic = NORTHGATE.clinic_id
                            await connection.execute(_INSERT, key, event, kind, clinic, data)
                    return
                finally:
                    connection.terminate()
            await asyncio.sleep(0.2)
        raise TimeoutError("the database does not come back")

    async def _stranger(self) -> None:
        headers = [
            ("ce_id", str(uuid4()).encode()),
            ("ce_source", b"/elsewhere"),
            ("ce_type", TYPE.encode()),
            ("ce_sequence", str(HUGE).encode()),
            ("ce_incarnation", b"1-foreign"),
        ]
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(Away, TimeoutError):
                async with asyncio.timeout(10):
                    sender = await KafkaBus(self.settings.kafka).sender()
                    try:
                        await sender.send(TOPIC, [Message(0, b"nobody", b"{}", headers)])
                    finally:
                        await sender.close()
                self.foreign += 1
                return
            await asyncio.sleep(0.2)

    async def stuck(self, database: str) -> None:
        """A transaction with a number of its own stays open, and writes nothing."""
        with suppress(*AWAY):
            async with self.admin.connected(database) as connection, connection.transaction():
                await connection.execute("select pg_current_xact_id()")
                await asyncio.sleep(STUCK_FOR)

    async def parked(self, service: str) -> list[str]:
        """What a service has set aside otherwise than it should, in words."""
        connection = await asyncpg.connect(self.settings.database(service, "owner"), timeout=5)
        try:
            rows = await connection.fetch(_PARKED)
        finally:
            await connection.close()
        found: dict[str, dict[str, int]] = {}
        for row in rows:
            if row["state"] in PARKED:
                found.setdefault(row["key"], {})[row["state"]] = row["number"]
        right = dict.fromkeys(self.unreadable, PARKED) if service == "progress" else {}
        said = [
            f"{service}: {key} has set aside {states}, for {right.get(key)}"
            for key, states in found.items()
            if states != right.get(key)
        ]
        said += [f"{service}: {key} is not set aside" for key in right.keys() - found.keys()]
        foreign = sum(row["number"] for row in rows if row["state"] == "foreign")
        if service == "progress" and foreign < self.foreign:
            said.append(f"{service}: {foreign} strangers are set aside of {self.foreign}")
        return said
