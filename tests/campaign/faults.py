"""Carrying out a plan's faults on a running crew."""

import asyncio
import json
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg

from shared.db import AWAY
from shared.settings import Settings
from tests.campaign.crew import SESSION, TICK, Crew, Member
from tests.campaign.disk import Disk
from tests.campaign.plan import PROCESSORS, REFUSED, Fault, Kind


REACHED_IN = 15.0  # seconds in which a place must be reached; then it happens wherever it is
TOGETHER = 1.5  # seconds that two claim the same partitions
TAKEN_OVER = SESSION + 2.0  # seconds after which the others have a stopped worker's partitions
FULL_FOR = 3.0
STANDS_BY, STANDS_BY_FOR = "goals-standby", "goals"
LOOK = 0.02  # seconds between two looks at who waits for a lock

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

_WAITING = """
select count(*) from pg_locks join pg_stat_activity using (pid)
where not granted and usename = 'progress_worker'
"""
_HOLDING = """
select pid, xact_start from pg_locks join pg_stat_activity using (pid)
where granted and locktype = 'advisory' and classid = 7003 and state = 'idle in transaction'
"""
_CUT = """
select count(pg_terminate_backend(pid)) from pg_stat_activity
where usename = $1 and ($2 = '' or application_name = $2)
"""


class Faults:
    """Does one fault after the other, and counts what came of it."""

    def __init__(
        self, crew: Crew, settings: Settings, disks: dict[str, Disk], hurry: Callable[[], None]
    ) -> None:
        self._crew = crew
        self._hurry = hurry  # more load for a moment: a worker is to be hit while it works
        self._admin = settings.admin_url.get_secret_value()
        self._disks = disks
        self.done: Counter[str] = Counter()
        self.deaths = 0
        self.missed: list[str] = []  # what could not be done, and why
        self.refused: Counter[str] = Counter()  # writes of zombies, by what refused them

    async def carry_out(self, fault: Fault) -> None:
        """One fault; returns when it is over, not when everything is well again."""
        await asyncio.sleep(fault.pause)
        match fault.kind:
            case Kind.KILL:
                await self._kill(fault.victim)
            case Kind.FAILPOINT:
                await self._failpoint(fault.victim, fault.place)
            case Kind.TWIN:
                await self._extra("twin", fault.victim)
            case Kind.JOIN:
                await self._extra(fault.victim, fault.victim)
            case Kind.ZOMBIE:
                await self._zombie(fault.victim)
            case Kind.DEPOSED:
                await self._deposed(fault.victim)
            case Kind.CUT:
                await self._cut(f"{fault.victim}_worker")
            case Kind.RESTART:
                await self._restart(fault.victim)
            case Kind.FULL:
                await self._full(fault.victim)
        self.done[fault.kind.value] += 1

    async def _kill(self, name: str) -> None:
        member = await self._crew.living(name)
        member.process.kill()
        self.deaths += 1

    async def _failpoint(self, name: str, place: str) -> None:
        """The process begins anew, to die at the place; who would do its work is away meanwhile."""
        rival = self._crew.members[STANDS_BY] if name == STANDS_BY_FOR else None
        if rival:
            rival.away = True
            rival.process.kill()
            self.deaths += 1
        member = await self._crew.living(name)
        member.failpoint = place
        lives = member.starts + 1
        member.process.kill()
        member = await self._crew.living(name, lives)
        self.deaths += 1
        if not await _dies(member, REACHED_IN):
            self.missed.append(f"{name} did not come to {place}; killed where it was")
            member.process.kill()
        if rival:
            rival.away = False

    async def _extra(self, name: str, instance: str) -> None:
        """One more worker for a while, under a name of its own or under another's."""
        self._crew.processor(name, instance)
        start = self._crew.members[name].log.stat().st_size
        await asyncio.sleep(SESSION + TOGETHER)
        self._count_refused(name, start, ("sequence", "version"))
        self._crew.remove(name)
        self.deaths += 1

    async def _zombie(self, name: str) -> None:
        """A worker stops in the middle of a transaction, and goes on when its work is another's."""
        since = {name: log.stat().st_size for name, log in self._processors().items()}
        await self._stop_inside(name)
        await asyncio.sleep(TAKEN_OVER)
        self._crew.signal(name, signal.SIGCONT)
        await asyncio.sleep(TOGETHER)
        for each, start in since.items():
            self._count_refused(each, start)

    async def _stop_inside(self, name: str) -> None:
        """Stop it until it is stopped while it holds a partition number's lock."""
        await self._crew.living(name)
        end = time.monotonic() + REACHED_IN
        while time.monotonic() < end:
            self._hurry()
            await asyncio.sleep(LOOK)
            self._crew.signal(name, signal.SIGSTOP)
            if await self._holds_still():
                return
            self._crew.signal(name, signal.SIGCONT)
        self.missed.append(f"{name} was not stopped inside a transaction")
        self._crew.signal(name, signal.SIGSTOP)

    async def _holds_still(self) -> bool:
        """Whether some worker's transaction holds a lock and does not go on."""
        with suppress(*AWAY):
            async with self._asking() as connection:
                first = {tuple(row) for row in await connection.fetch(_HOLDING)}
                await asyncio.sleep(LOOK * 3)
                return bool(first & {tuple(row) for row in await connection.fetch(_HOLDING)})
        return False

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[Connection]:
        """The superuser's connection: it looks, and cuts others'."""
        connection = await asyncpg.connect(self._admin, timeout=5)
        try:
            yield connection
        finally:
            connection.terminate()

    def _processors(self) -> dict[str, Path]:
        members = self._crew.members
        return {name: members[name].log for name in PROCESSORS}

    async def _deposed(self, name: str) -> None:
        """The relay stops, its session ends, the one that stands by relays; then it goes on."""
        await self._kill(STANDS_BY)  # so that it is the other one that relays
        await asyncio.sleep(TOGETHER / 2)
        member = await self._crew.living(name)
        before = member.log.stat().st_size
        self._crew.signal(name, signal.SIGSTOP)
        cut = await self._cut(f"{name}_worker", "tidemark relay")
        await asyncio.sleep(TOGETHER)
        self._crew.signal(name, signal.SIGCONT)
        await asyncio.sleep(TOGETHER)
        ended = sum(line.get("event") == "relay turn ended" for line in _lines(member.log, before))
        if cut and ended:
            self.refused["lost lock"] += 1

    async def _cut(self, role: str, application: str = "") -> int:
        with suppress(*AWAY):
            async with self._asking() as connection:
                return int(await connection.fetchval(_CUT, role, application))
        return 0

    async def _restart(self, name: str) -> None:
        member = await self._crew.living(name)
        lives = member.starts + 1
        member.process.terminate()
        await self._crew.living(name, lives)

    async def _full(self, name: str) -> None:
        disk = self._disks[name]
        if not disk.mounted:
            self.missed.append(f"no full disk for {name}: only root may mount a small one")
            return
        disk.fill()
        await asyncio.sleep(FULL_FOR)
        disk.free()

    async def look_for_waiting(self) -> None:
        """Count the moments in which a worker waits for rows that another one holds."""
        while True:
            with suppress(*AWAY):
                async with self._asking() as connection:
                    while True:
                        self.refused["row"] += bool(await connection.fetchval(_WAITING))
                        await asyncio.sleep(LOOK)
            await asyncio.sleep(LOOK)

    def count_stale(self) -> None:
        """Count what was refused by version, at any time: partitions go and come back."""
        for name in self._processors():
            self._count_refused(name, 0, ("version",))

    def _count_refused(self, name: str, start: int, by: tuple[str, ...] = ("sequence",)) -> None:
        for line in _lines(self._crew.members[name].log, start):
            if line.get("event") == REFUSED and line["state"] in by:
                self.refused[line["state"]] += line["count"]


async def _dies(member: Member, seconds: float) -> bool:
    process, end = member.process, time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > end:
            return False
        await asyncio.sleep(TICK)
    return True


def _lines(log: Path, start: int) -> Iterator[dict[str, Any]]:
    """The lines of a log from a place on; what is no line of ours is passed over."""
    with log.open("rb") as opened:
        opened.seek(start)
        for line in opened:
            with suppress(ValueError):
                said = json.loads(line)
                if isinstance(said, dict):
                    yield said
