"""Workers and relays that are stopped, replaced, and go on: their writes come too late.

What refused these is counted: the row's lock made one wait for the other, the sequence showed that
the records were read already, the version showed that a state was written meanwhile.
"""

import asyncio
import json
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from shared.db import AWAY
from tests.campaign.crew import SESSION, Crew
from tests.campaign.database import WAITING, Admin
from tests.campaign.plan import PROCESSORS, REFUSED


REACHED_IN = 15.0  # seconds in which a place must be reached; then it happens wherever it is
TOGETHER = 1.5  # seconds that two claim the same partitions
TAKEN_OVER = SESSION + 2.0  # seconds after which the others have a stopped worker's partitions
LOOK = 0.02  # seconds between two looks at who waits for a lock


class Zombies:
    """Makes them, and counts what they were refused."""

    def __init__(self, crew: Crew, admin: Admin, hurry: Callable[[], None]) -> None:
        self._crew = crew
        self._admin = admin
        self._hurry = hurry  # more load for a moment: a worker is to be hit while it works
        self.refused: Counter[str] = Counter()  # writes of zombies, by what refused them
        self.missed: list[str] = []

    async def worker(self, name: str) -> None:
        """A worker stops in the middle of a transaction, and goes on when its work is another's."""
        since = {each: log.stat().st_size for each, log in self._processors().items()}
        await self._stop_inside(name)
        await asyncio.sleep(TAKEN_OVER)
        self._crew.signal(name, signal.SIGCONT)
        await asyncio.sleep(TOGETHER)
        for each, start in since.items():
            self.count(each, start)

    async def _stop_inside(self, name: str) -> None:
        """Stop it until it is stopped while it holds a partition number's lock."""
        await self._crew.living(name)
        end = time.monotonic() + REACHED_IN
        while time.monotonic() < end:
            self._hurry()
            await asyncio.sleep(LOOK)
            self._crew.signal(name, signal.SIGSTOP)
            if await self._admin.holds_still(LOOK * 3):
                return
            self._crew.signal(name, signal.SIGCONT)
        self.missed.append(f"{name} was not stopped inside a transaction")
        self._crew.signal(name, signal.SIGSTOP)

    def _processors(self) -> dict[str, Path]:
        members = self._crew.members
        return {name: members[name].log for name in PROCESSORS}

    async def relay(self, name: str) -> None:
        """The relay stops, its session ends, the one that stands by relays; then it goes on."""
        member = await self._crew.living(name)
        before = member.log.stat().st_size
        self._crew.signal(name, signal.SIGSTOP)
        cut = await self._admin.cut(f"{name}_worker", "tidemark relay")
        await asyncio.sleep(TOGETHER)
        self._crew.signal(name, signal.SIGCONT)
        await asyncio.sleep(TOGETHER)
        ended = sum(line.get("event") == "relay turn ended" for line in _lines(member.log, before))
        if cut and ended:
            self.refused["lost lock"] += 1

    async def look_for_waiting(self) -> None:
        """Count the moments in which a worker waits for rows that another one holds."""
        while True:
            with suppress(*AWAY):
                async with self._admin.connected() as connection:
                    while True:
                        self.refused["row"] += bool(await connection.fetchval(WAITING))
                        await asyncio.sleep(LOOK)
            await asyncio.sleep(LOOK)

    def count_stale(self) -> None:
        """Count what was refused by version, at any time: partitions go and come back."""
        for name in self._processors():
            self.count(name, 0, ("version",))

    def count(self, name: str, start: int, by: tuple[str, ...] = ("sequence",)) -> None:
        """Count what a processor's log says from a place on."""
        for line in _lines(self._crew.members[name].log, start):
            if line.get("event") == REFUSED and line["state"] in by:
                self.refused[line["state"]] += line["count"]


def _lines(log: Path, start: int) -> Iterator[dict[str, Any]]:
    """The lines of a log from a place on; what is no line of ours is passed over."""
    with log.open("rb") as opened:
        opened.seek(start)
        for line in opened:
            with suppress(ValueError):
                said = json.loads(line)
                if isinstance(said, dict):
                    yield said
