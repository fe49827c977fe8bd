"""One campaign from an empty folder to its verdict."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.embedded import Leash
from deploy.keys import Signer
from deploy.local.place import Place
from deploy.ports import wait_until_answers
from deploy.prepare import prepare
from shared.kafka import KafkaBus
from shared.settings import Settings
from tests.campaign import plan
from tests.campaign.crew import Crew
from tests.campaign.disk import Disk
from tests.campaign.faults import Faults
from tests.campaign.ledger import wrong
from tests.campaign.level import PUBLISHERS, healed
from tests.campaign.load import CALLERS, CLINICIAN, WRITERS, Load, asked, caller
from tests.campaign.reading import read


DAY = 24 * 3600
ABREAST = 8  # calls at a time when the cases are compared
SHOWN = 20


@dataclass(frozen=True)
class Wish:
    """What a campaign is to be."""

    folder: Path
    base: int
    seed: int
    kills: int
    events: int

    @property
    def cases(self) -> int:
        """One for each fifty events, besides those that come on the way."""
        return max(60, self.events // 50)


@dataclass
class Verdict:
    """What it came to."""

    checks: int = 0
    failures: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    deaths: int = 0


Say = Callable[[str], None]


async def campaign(wish: Wish, say: Say) -> Verdict:
    """Run it. The same wish makes the same faults, in the same order."""
    faults = plan.make(wish.seed, wish.kills)
    say(f"seed {wish.seed}: {len(faults)} faults: {plan.told(faults)}")
    place = Place(wish.folder, wish.base)
    with _disks(place) as disks, Leash() as leash:
        crew = Crew(place, leash)
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
        await asyncio.to_thread(wait_until_answers, name, port, process, log)
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
        async with self._beside() as stop:
            await self._through(faults)
            stop.set()
        verdict = Verdict(deaths=self._faults.deaths)
        watching = asyncio.create_task(self._crew.watch())
        try:
            await self._reckon(verdict)
        finally:
            watching.cancel()
            await self._load.close()
        return verdict

    @asynccontextmanager
    async def _beside(self) -> AsyncIterator[asyncio.Event]:
        """Whoever works while the faults happen."""
        stop = asyncio.Event()
        async with (
            caller(self._settings, "goals", self._token) as http,
            asyncio.TaskGroup() as group,
        ):
            endless = [
                group.create_task(self._crew.watch()),
                group.create_task(self._faults.look_for_waiting()),
            ]
            working = [group.create_task(self._load.write(n, stop)) for n in range(WRITERS)]
            working += [group.create_task(self._load.call(http, n, stop)) for n in range(CALLERS)]
            try:
                yield stop
                await asyncio.wait(working)
            finally:
                for task in endless:
                    task.cancel()

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

    async def _reckon(self, verdict: Verdict) -> None:
        """Wait until all is level, then look for every fact."""
        ended, ledger = time.monotonic(), self._load.ledger
        done = ", ".join(f"{kind} {times}" for kind, times in self._faults.done.items())
        self._say(f"{verdict.deaths} deaths; {done}; {len(ledger)} events in the ledger")
        for missed in sorted(set(self._faults.missed)):
            self._say(f"not done, {self._faults.missed.count(missed)} times: {missed}")
        verdict.failures += await healed(self._settings)
        self._say(f"level {time.monotonic() - ended:.1f} s after the last event")
        self._faults.count_stale()
        verdict.refused = dict(self._faults.refused)
        bus = KafkaBus(self._settings.kafka)
        log = await read(bus, PUBLISHERS, self._settings.partitions)
        self._say(f"the log holds {log.records} records, {log.strangers} strangers'")
        verdict.failures += log.failures(ledger)
        async with caller(self._settings, "progress", self._token) as http:
            found = await asyncio.gather(*(self._compare(http, n) for n in range(ABREAST)))
        verdict.failures += [line for lines in found for line in lines][:SHOWN]
        verdict.checks = len(ledger) + len(ledger.cases)

    async def _compare(self, http: httpx.AsyncClient, number: int) -> list[str]:
        """Every eighth case: what it shows against the ledger's own fold."""
        failures = []
        for case_id, facts in list(self._load.ledger.cases.items())[number::ABREAST]:
            shown = await asked(http, f"/v1/cases/{case_id}")
            failures += [f"case {case_id}: {line}" for line in wrong(facts, shown)]
        return failures
