"""Carrying out a plan's faults on a running crew."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Callable

from shared.settings import Settings
from tests.campaign.crew import SESSION, TICK, Crew, Member
from tests.campaign.database import Admin
from tests.campaign.disk import Disk
from tests.campaign.plan import SERVERS, STORM_OF, Fault, Kind
from tests.campaign.strange import Strange
from tests.campaign.zombies import REACHED_IN, TOGETHER, Zombies


FULL_FOR = 3.0
HANGS_FOR = SESSION + 1.5  # longer than the group has patience with its members
STANDS_BY, STANDS_BY_FOR = "goals-standby", "goals"


class Faults:
    """Does one fault after the other, and counts what came of it."""

    def __init__(
        self, crew: Crew, settings: Settings, disks: dict[str, Disk], hurry: Callable[[], None]
    ) -> None:
        self._crew = crew
        self._disks = disks
        self._admin = Admin(settings)
        self.zombies = Zombies(crew, self._admin, hurry)
        self.strange = Strange(settings, self._admin)
        self.done: Counter[Kind] = Counter()
        self.deaths = 0
        self.missed: list[str] = []  # what could not be done, and why

    async def carry_out(self, fault: Fault) -> None:
        """One fault; returns when it is over, not when everything is well again."""
        await asyncio.sleep(fault.pause)
        victim = fault.victim
        if victim in SERVERS:
            await self._crew.serving()  # a server that is down already learns nothing from it
        match fault.kind:
            case Kind.KILL:
                await self._kill(victim)
            case Kind.FAILPOINT:
                await self._failpoint(victim, fault.place)
            case Kind.TWIN:
                await self._extra("twin", victim, SESSION + TOGETHER)
            case Kind.JOIN:
                await self._extra(victim, victim, SESSION + TOGETHER)
            case Kind.STORM:
                for number in range(STORM_OF):
                    await self._extra(f"{victim}-{number}", f"{victim}-{number}", TOGETHER)
            case Kind.ZOMBIE:
                await self.zombies.worker(victim)
            case Kind.DEPOSED:
                await self._kill(STANDS_BY)  # so that it is the other one that relays
                await asyncio.sleep(TOGETHER / 2)
                await self.zombies.relay(victim)
            case _:
                await self._without_death(fault)
        self.done[fault.kind] += 1

    async def _without_death(self, fault: Fault) -> None:
        victim = fault.victim
        match fault.kind:
            case Kind.CUT:
                await self._admin.cut(f"{victim}_worker")
            case Kind.RESTART:
                await self._restart(victim)
            case Kind.FULL:
                await self._full(victim)
            case Kind.HANG:
                await self._hang(victim)
            case Kind.STUCK:
                await self.strange.stuck(victim)
            case Kind.STRANGE:
                await self.strange.put()

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

    async def _extra(self, name: str, instance: str, seconds: float) -> None:
        """One more worker for a while, under a name of its own or under another's."""
        self._crew.processor(name, instance)
        start = self._crew.members[name].log.stat().st_size
        await asyncio.sleep(seconds)
        self.zombies.count(name, start, ("sequence", "version"))
        self._crew.remove(name)
        self.deaths += 1

    async def _restart(self, name: str) -> None:
        member = await self._crew.living(name)
        lives = member.starts + 1
        member.process.terminate()
        await self._crew.living(name, lives)

    async def _hang(self, name: str) -> None:
        """It neither answers nor refuses: nobody is told that it is away."""
        await self._crew.living(name)
        self._crew.signal(name, signal.SIGSTOP)
        await asyncio.sleep(HANGS_FOR)
        self._crew.signal(name, signal.SIGCONT)

    async def _full(self, name: str) -> None:
        disk = self._disks[name]
        if not disk.mounted:
            self.missed.append(f"no full disk for {name}: only root may mount a small one")
            return
        disk.fill()
        await asyncio.sleep(FULL_FOR)
        disk.free()


async def _dies(member: Member, seconds: float) -> bool:
    process, end = member.process, time.monotonic() + seconds
    while process.poll() is None:
        if time.monotonic() > end:
            return False
        await asyncio.sleep(TICK)
    return True
