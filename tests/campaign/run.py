"""One campaign from an empty folder to its verdict."""

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from deploy.embedded import Leash
from deploy.keys import Signer
from deploy.local.place import Place
from deploy.ports import answers, wait_until_up
from deploy.prepare import prepare
from shared.settings import Settings
from tests.campaign import plan, told
from tests.campaign.calls import caller, rate
from tests.campaign.crew import Crew
from tests.campaign.disk import Disk
from tests.campaign.faults import Faults
from tests.campaign.load import CALLERS, CLINICIAN, WRITERS, Load
from tests.campaign.reckon import Reckoning


DAY = 24 * 3600
KNOWN_IN = 60.0


@dataclass(frozen=True)
class Wish:
    """What a campaign is to be."""

    folder: Path
    base: int
    seed: int
    kills: int
    events: int
    without: str = ""  # the protection that is taken away: a control

    @property
    def cases(self) -> int:
        """One for each two hundred events, besides those that come on the way."""
        return max(60, self.events // 200)

    @property
    def again(self) -> str:
        """The command that does the same once more."""
        without = f" WITHOUT={self.without}" if self.without else ""
        return f"make campaign SEED={self.seed} KILLS={self.kills} EVENTS={self.events}{without}"


@dataclass
class Verdict:
    """What it came to."""

    checks: int = 0
    failures: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)  # how often each kind of fault happened
    missed: list[str] = field(default_factory=list)  # what could not be done, and why
    deaths: int = 0


Say = Callable[[str], None]


async def campaign(wish: Wish, say: Say, faults: list[plan.Fault] | None = None) -> Verdict:
    """Run it. The same wish makes the same faults, in the same order; or those that are given."""
    faults = plan.make(wish.seed, wish.kills) if faults is None else faults
    say(f"seed {wish.seed}; again: {wish.again}")
    say(f"{len(faults)} faults: {plan.told(faults)}")
    place = Place(wish.folder, wish.base)
    with _disks(place) as disks, Leash() as leash:
        crew = Crew(place, leash, wish.without)
        try:
            settings = await _begin(crew)
            say("everything runs")
            return await _Campaign(wish, say, crew, settings, disks).run(faults)
        finally:
            crew.end()


@contextmanager
def _disks(place: Place) -> Iterator[dict[str, Disk]]:
    """File systems of our own for both servers' data, where they may be made."""
    place.make()
    assert place.postgres is not None
    assert place.kafka is not None
    disks = {"postgres": Disk(place.postgres.home), "kafka": Disk(place.kafka.folder)}
    try:
        for disk in disks.values():
            disk.mount()
        yield disks
    finally:
        for disk in disks.values():
            disk.unmount()
        place.postgres.erase()
        shutil.rmtree(place.kafka.folder, ignore_errors=True)
        shutil.rmtree(place.folder / "mailbox", ignore_errors=True)


async def _begin(crew: Crew) -> Settings:
    """Servers, databases, topics, then everybody else."""
    place = crew.place
    assert place.postgres is not None
    assert place.kafka is not None
    for server in (place.postgres, place.kafka):
        await asyncio.to_thread(server.prepare)
    for name, port in (("postgres", place.postgres.port), ("kafka", place.kafka.port)):
        crew.server(name)
        process = crew.members[name].process
        log = str(place.logs / f"{name}.log")
        await asyncio.to_thread(wait_until_up, name, partial(answers, port), process, log)
    settings = Settings.model_validate({**place.values, "admin_url": place.admin_url})
    await prepare(settings)
    crew.service("issuer", "issuer", "api")
    for name in plan.WORKERS:
        crew.service(name, name, "worker")
    crew.service("goals-standby", "goals", "worker")
    for name in ("goals", "progress"):
        crew.service(f"{name}-api", name, "api")
    for name in plan.PROCESSORS:
        crew.processor(name)
    return settings


class _Campaign:
    """Load and faults side by side, then the reckoning."""

    def __init__(
        self, wish: Wish, say: Say, crew: Crew, settings: Settings, disks: dict[str, Disk]
    ) -> None:
        self._wish = wish
        self._say = say
        self._crew = crew
        self._settings = settings
        self._load = Load(settings, wish.seed, wish.cases)
        self._faults = Faults(crew, settings, disks, self._load.hurry)
        signer = Signer(settings.data_folder, settings.issuer_url, settings.audience)
        self._token = signer.person(CLINICIAN, DAY)

    async def run(self, faults: list[plan.Fault]) -> Verdict:
        """Everything at once, until plan and events are through."""
        watching = asyncio.create_task(self._crew.watch())
        try:
            await self._know_people()
            async with self._beside() as stop:
                await self._through(faults)
                stop.set()
            return await self._reckon()
        finally:
            watching.cancel()
            await self._load.close()

    async def _know_people(self) -> None:
        """Nobody is told anything before it is known who there is."""
        await told.join(self._load, self._settings)
        end = time.monotonic() + KNOWN_IN
        while not await told.known(self._settings):
            assert time.monotonic() < end, "notifications does not hear of the clinic's people"
            await asyncio.sleep(0.1)

    @asynccontextmanager
    async def _beside(self) -> AsyncIterator[asyncio.Event]:
        """Whoever works while the faults happen."""
        stop, load, dice = asyncio.Event(), self._load, random.Random(self._wish.seed)
        async with (
            caller(self._settings, "goals", self._token) as http,
            asyncio.TaskGroup() as group,
        ):
            looking = group.create_task(self._faults.zombies.look_for_waiting())
            booked = await load.begin(load.course(dice))
            working = [group.create_task(load.write(n, stop)) for n in range(WRITERS)]
            working.append(group.create_task(load.book(booked, stop)))
            for _ in range(CALLERS):
                own = random.Random(dice.random())
                working.append(group.create_task(rate(load, http, own, stop)))
            try:
                yield stop
                await asyncio.wait(working)
            finally:
                looking.cancel()

    async def _through(self, faults: list[plan.Fault]) -> None:
        """Faults and events in step: each fault gives way to its share of the events."""
        said = time.monotonic()
        for number, fault in enumerate(faults, 1):
            self._load.allowed = self._wish.events * number // len(faults)
            await self._faults.carry_out(fault)
            while self._load.written < self._wish.events * (number - 1) // len(faults):
                await asyncio.sleep(0.05)
            if time.monotonic() - said > 10:
                said = time.monotonic()
                done = f"{number} of {len(faults)} faults, {self._faults.deaths} deaths"
                self._say(f"{done}, {self._load.written} events")
        while self._load.written < self._wish.events:
            await asyncio.sleep(0.05)

    async def _reckon(self) -> Verdict:
        """What everything comes to."""
        faults, zombies = self._faults, self._faults.zombies
        done = {kind.value: times for kind, times in faults.done.items()}
        verdict = Verdict(deaths=faults.deaths, done=done, missed=faults.missed + zombies.missed)
        reckoning = Reckoning(self._settings, self._load.ledger, faults.strange, self._token)
        verdict.failures += await reckoning.failures(self._say)
        verdict.checks = reckoning.checks
        zombies.count_stale()
        verdict.refused = dict(zombies.refused)
        return verdict
