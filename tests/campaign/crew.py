"""The processes of the campaign: real ones, each started again when it dies."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.embedded import Leash
from deploy.environment import PROJECT, inherited
from deploy.local.place import Place, environment
from deploy.ports import HOST


SESSION = 2.5  # seconds until the group gives a dead processor's partitions away
TICK = 0.05
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
STEADY = 3.0
PATIENCE = 60.0
SERVES_IN = 180.0

Process = subprocess.Popen[bytes]
Spawn = Callable[[str], Process]  # given the name of a failpoint, or nothing


@dataclass
class Member:
    """One process. While it is `away` nobody starts it again."""

    name: str
    spawn: Spawn
    log: Path
    process: Process
    born: float = field(default_factory=time.monotonic)
    pause: float = FIRST_PAUSE
    due: float | None = None
    starts: int = 1
    away: bool = False
    failpoint: str = ""  # for its next life only

    @property
    def alive(self) -> bool:
        """Whether it runs, or is stopped."""
        return self.process.poll() is None


class Crew:
    """Everybody who may be killed. `watch` runs beside everything else."""

    def __init__(self, place: Place, leash: Leash, without: str = "") -> None:
        self.place = place
        self._worker = ["tests.campaign.worker", *(["--without", without] if without else [])]
        self.members: dict[str, Member] = {}
        self._leash = leash

    def server(self, name: str) -> None:
        """Start a server of the place; its data is prepared already."""
        server = self.place.kafka if name == "kafka" else self.place.postgres
        assert server is not None
        log = self.place.logs / f"{name}.log"
        self._begin(name, lambda _: server.spawn(), log)

    def service(self, name: str, service: str, role: str) -> None:
        """Start one process of a service, as the runner does."""
        self._begin(name, *self._python(name, ["deploy.run", service, role]))

    def processor(self, name: str, instance: str = "") -> None:
        """Start a progress worker; `instance` is its name in the group."""
        self._begin(name, *self._python(name, self._worker, instance or name))

    def _python(
        self, name: str, arguments: list[str], instance: str = "progress-1"
    ) -> tuple[Spawn, Path]:
        log = self.place.logs / f"{name}.log"
        values = self.place.values | {"instance": instance, "session_timeout": str(SESSION)}

        def spawn(failpoint: str) -> Process:
            given = environment(values | {"failpoint": failpoint})
            with log.open("ab") as out:
                return subprocess.Popen(
                    [sys.executable, "-m", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    env=inherited(**given),
                    cwd=PROJECT,
                    start_new_session=True,
                )

        return spawn, log

    def _begin(self, name: str, spawn: Spawn, log: Path) -> None:
        process = spawn("")
        self._leash.hold(process.pid)
        self.members[name] = Member(name, spawn, log, process)

    async def watch(self) -> None:
        """Start again who died, until cancelled."""
        while True:
            for member in self.members.values():
                self._look_after(member)
            await asyncio.sleep(TICK)

    def _look_after(self, member: Member) -> None:
        if member.alive or member.away:
            return
        now = time.monotonic()
        if member.due is None:
            self._leash.release(member.process.pid)
            steady = now - member.born > STEADY
            member.pause = FIRST_PAUSE if steady else min(member.pause * 2, LONGEST_PAUSE)
            member.due = now + member.pause
        elif now >= member.due:
            member.process = member.spawn(member.failpoint)
            self._leash.hold(member.process.pid)
            member.failpoint, member.due, member.born = "", None, now
            member.starts += 1

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a process, if it lives."""
        member = self.members[name]
        if member.alive:
            os.kill(member.process.pid, number)

    async def living(self, name: str, starts: int = 0) -> Member:
        """The member once it lives, in its life number `starts` or a later one."""
        end = time.monotonic() + PATIENCE
        member = self.members[name]
        while not (member.alive and member.starts >= starts):
            if time.monotonic() > end:
                raise TimeoutError(f"{name} does not come back: see {member.log}")
            await asyncio.sleep(TICK)
        return member

    async def serving(self) -> None:
        """Once both servers answer: a broker may take a minute to look through its log."""
        assert self.place.kafka is not None
        assert self.place.postgres is not None
        for port in (self.place.kafka.port, self.place.postgres.port):
            end = time.monotonic() + SERVES_IN
            while not await _listens(port):
                if time.monotonic() > end:
                    raise TimeoutError(f"nobody listens at {port}: see {self.place.logs}")
                await asyncio.sleep(TICK)

    def remove(self, name: str) -> None:
        """Kill a process for good."""
        member = self.members.pop(name)
        member.process.kill()
        member.process.wait()
        self._leash.release(member.process.pid)

    def end(self) -> None:
        """Kill everybody: what is to be known is known."""
        for name in list(self.members):
            self.signal(name, signal.SIGCONT)
            self.remove(name)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True
