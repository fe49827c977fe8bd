"""`make run`: bring everything up in order, then keep it up until told to end."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from deploy import static, topology
from deploy.embedded import Leash, outside
from deploy.local import leftovers, records, summary
from deploy.local.children import ready, spawner
from deploy.local.place import Place, environment
from deploy.local.supervisor import Spawn, Supervisor, Told
from deploy.ports import NotStarted, answers, lent, taken


LOG_LIMIT = 20_000_000  # bytes; a longer log is put aside at the next start
TOKENS_AGAIN = 6 * 3600  # seconds: the tokens of demo.json are good for twelve hours
SEEDED = "seeded"
READS_ALONG = "progress-worker"  # and must not, while a back-dated history is written
RELEASE_SECONDS = 8.0  # in which a killed process gives its port back
# Killed in the middle of its last checkpoint, PostgreSQL goes on writing without its head; until
# that is done nobody else may open the data.
CHECKPOINT_SECONDS = 30.0


def run(place: Place) -> None:
    """Run the system in the foreground until SIGINT or SIGTERM."""
    place.make()
    with records.only_runner(place.folder, place.web):
        Start(place).run()


class Start:
    """One run from the first line to the last."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._began = time.monotonic()

    def run(self) -> None:
        """Everything up; then supervise; at the end everything down."""
        self._clear()
        with Leash() as leash, _told(Supervisor(self._place, leash, self._say)) as supervisor:
            self._supervisor = supervisor
            try:
                self._servers()
                told = (self._place.folder / SEEDED).exists()
                self._services(without="" if told else READS_ALONG)
                if not told:
                    self._seed()
                self._ready()
                self._watch()
            except Told:
                self._say("ending")
            finally:
                supervisor.stop()
                records.forget(self._place.folder)

    def _say(self, line: str) -> None:
        print(f"{time.monotonic() - self._began:6.1f} s  {line}", flush=True)

    def _clear(self) -> None:
        """Leave nothing of an earlier run, and find every port free."""
        for home, owner in outside.forsaken():
            self._say(f"{home} holds data of {owner}, which is gone: remove it if nobody needs it")
        killed = bool(records.processes(self._place.folder))
        if left := leftovers.clear(self._place.folder):
            self._say(f"an earlier run was killed; ended what it left: {', '.join(left)}")
        self._find_ports(RELEASE_SECONDS if killed else 0)
        records.forget(self._place.folder)
        for log in self._place.logs.glob("*.log"):
            if log.stat().st_size > LOG_LIMIT:
                log.replace(log.with_suffix(".log.1"))

    def _find_ports(self, patience: float) -> None:
        """Refuse to start while a port is taken; what was just killed may hold one for a moment."""
        end, given = time.monotonic() + patience, lent()
        if any(port in given for port in self._place.ports.values()):
            self._say(
                f"ports from {given.start} on are lent to any program here, and one may be taken"
                f" before it is ours: a PORT below {given.start - 2000} is safer"
            )
        for name, port in self._place.ports.items():
            while taken(port):
                if time.monotonic() > end:
                    raise NotStarted(
                        f"port {port}, wanted for {name}, is taken: end what uses it, or move "
                        "everything with PORT=9000"
                    )
                time.sleep(0.05)

    def _servers(self) -> None:
        """Postgres and Kafka, each as soon as it can; databases while Kafka still starts."""
        kafka, postgres = self._place.kafka, self._place.postgres
        with ThreadPoolExecutor(3) as pool:
            files = pool.submit(static.prepare, self._say)
            jars = pool.submit(kafka.prepare, self._say) if kafka else None
            if postgres:
                self._wait_for(pool.submit(postgres.prepare))
                self._supervisor.start("postgres", postgres.spawn, CHECKPOINT_SECONDS)
            if kafka and jars:
                self._wait_for(jars)
                self._supervisor.start("kafka", kafka.spawn)
            self._wait_for(files)
        if postgres:
            port = postgres.port
            self._supervisor.until(lambda: answers(port), 60, "PostgreSQL did not start")
        secret = {**self._place.values, "admin_url": self._place.admin_url}
        self._finish(["deploy.prepare"], secret, 120, "databases and topics could not be made")

    def _services(self, without: str) -> None:
        """The issuer and every service at once, but for one; on the way until all are ready."""
        self._supervisor.start("issuer", self._spawner("issuer", "issuer"))
        waited = {"issuer": self._place.ports["issuer"]}
        for part in topology.PARTS:
            waited[part.name] = self._place.ports[part.name]
            for role in part.roles:
                name = topology.process_name(part, role)
                if name != without:
                    self._supervisor.start(name, self._spawner(name, part.name, role))
        for name, port in waited.items():
            self._supervisor.until(ready(port), 120, f"{name} did not become ready")

    def _seed(self) -> None:
        """The demo, once for this data: its history, then progress reads it, then who looked."""
        self._say("writing the demo's months of history, once")
        failed = "the demo could not be written"
        self._finish(["deploy.seed", "history"], self._place.values, 300, failed)
        part, role = READS_ALONG.split("-")
        self._supervisor.start(READS_ALONG, self._spawner(READS_ALONG, part, role))
        self._finish(["deploy.seed", "looks"], self._place.values, 300, failed)
        (self._place.folder / SEEDED).touch()

    def _ready(self) -> None:
        self._supervisor.starting = False
        summary.write(self._place)
        self._say("ready")
        print(summary.words(self._place), flush=True)

    def _watch(self) -> None:
        again = time.monotonic() + TOKENS_AGAIN
        while True:
            self._supervisor.tick()
            if time.monotonic() > again:
                summary.write(self._place)
                again = time.monotonic() + TOKENS_AGAIN
            time.sleep(0.1)

    def _wait_for(self, future: "Future[Any]") -> None:
        self._supervisor.until(future.done, 1800, "a download did not end")
        future.result()

    def _spawner(self, name: str, *arguments: str) -> Spawn:
        return spawner(
            self._place.logs / f"{name}.log",
            ["deploy.run", *arguments, "--leashed"],
            environment(self._place.values),
        )

    def _finish(
        self, module: list[str], values: dict[str, str], seconds: float, otherwise: str
    ) -> None:
        """Run a module to its end, supervising all the while."""
        log = self._place.logs / f"{module[0].rpartition('.')[2]}.log"
        process = spawner(log, module, environment(values))()
        try:
            self._supervisor.until(lambda: process.poll() is not None, seconds, otherwise)
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            raise NotStarted(f"{otherwise}: {records.last_line(log)} (see {log})")


@contextmanager
def _told(supervisor: Supervisor) -> Iterator[Supervisor]:
    """SIGINT, SIGTERM and a closed terminal tell the supervisor to end."""

    def tell(*_: object) -> None:
        supervisor.told = True

    kept = {each: signal.signal(each, tell) for each in (signal.SIGINT, signal.SIGTERM)}
    kept[signal.SIGHUP] = signal.signal(signal.SIGHUP, tell)
    try:
        yield supervisor
    finally:
        for each, before in kept.items():
            signal.signal(each, before)
