"""Keeps the processes alive: who dies comes back, who dies at once comes back more slowly."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from deploy.embedded import Leash
from deploy.local import records
from deploy.local.place import Place
from deploy.ports import NotStarted


TICK = 0.05
STEADY = 5.0  # seconds after which a process counts as up, so that the next death is a first one
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
CHANCES = 3  # deaths by its own fault after which a process that never was ready is given up
GRACE = 1.5  # seconds for ending in order: first the services, then the servers

Spawn = Callable[[], "subprocess.Popen[bytes]"]


class Told(Exception):
    """Somebody asked us to end."""


@dataclass
class Child:
    """One process and how it is doing."""

    name: str
    spawn: Spawn
    process: "subprocess.Popen[bytes]"
    born: float
    started_at: str
    given_up: float  # not before this moment
    restarts: int = 0
    pause: float = FIRST_PAUSE
    due: float | None = None  # when to start it again; None while it lives

    def record(self) -> dict[str, object]:
        """What processes.json says about it."""
        return {
            "pid": self.process.pid,
            "started_at": self.started_at,
            "restarts": self.restarts,
        }


class Supervisor:
    """The processes of one system. Nothing happens between calls of `tick`."""

    def __init__(self, place: Place, leash: Leash, say: Callable[[str], None]) -> None:
        self._place = place
        self._leash = leash
        self._say = say
        self._children: dict[str, Child] = {}
        self.told = False
        self.starting = True

    def start(self, name: str, spawn: Spawn, patience: float = 0) -> None:
        """Start a process and keep it alive from now on.

        For `patience` seconds it is tried again however often it dies.
        """
        process, now = spawn(), time.monotonic()
        self._leash.hold(process.pid)
        self._children[name] = Child(name, spawn, process, now, _now(), now + patience)
        self._write()

    def tick(self) -> None:
        """Notice the dead, start those whose pause is over. NotStarted when it is no use."""
        if self.told:
            raise Told
        changed = [self._look_after(child) for child in self._children.values()]
        if any(changed):
            self._write()

    def until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Supervise until the condition holds; NotStarted, naming `what`, when it never does."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise NotStarted(f"{what}: see {self._place.logs}")
            self.tick()
            time.sleep(TICK)

    def stop(self) -> None:
        """End everything within five seconds: the services first, then the servers."""
        servers = [child for child in self._children.values() if child.name in _SERVERS]
        others = [child for child in self._children.values() if child.name not in _SERVERS]
        _end(others, GRACE)
        _end(servers, GRACE)
        self._children.clear()

    def _look_after(self, child: Child) -> bool:
        if child.due is None:
            return self._notice(child)
        if time.monotonic() < child.due:
            return False
        child.process = child.spawn()
        self._leash.hold(child.process.pid)
        child.born, child.started_at, child.due = time.monotonic(), _now(), None
        child.restarts += 1
        return True

    def _notice(self, child: Child) -> bool:
        code = child.process.poll()
        if code is None:
            return False
        self._leash.release(child.process.pid)
        if child.process.stdin is not None:
            child.process.stdin.close()
        lived = time.monotonic() - child.born
        child.pause = FIRST_PAUSE if lived > STEADY else min(child.pause * 2, LONGEST_PAUSE)
        child.due = time.monotonic() + child.pause
        if self.starting and code > 0 and _is_hopeless(child):
            log = self._place.logs / f"{child.name}.log"
            raise NotStarted(f"{child.name} does not start: {records.last_line(log)} (see {log})")
        how = f"killed by signal {-code}" if code < 0 else f"exit {code}"
        self._say(f"{child.name} ended ({how}) and is started again")
        return False

    def _write(self) -> None:
        living = {name: child.record() for name, child in self._children.items()}
        records.write_processes(self._place.folder, living)


_SERVERS = ("kafka", "postgres")


def _end(children: list[Child], grace: float) -> None:
    for child in children:
        if child.process.stdin is not None:
            child.process.stdin.close()
        # Postgres ends in order on INT; on TERM it would wait for its clients.
        child.process.send_signal(2 if child.name == "postgres" else 15)
    end = time.monotonic() + grace
    for child in children:
        try:
            child.process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


def _is_hopeless(child: Child) -> bool:
    return child.restarts >= CHANCES - 1 and time.monotonic() >= child.given_up


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
