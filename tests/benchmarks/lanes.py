"""Runs a lane or a peer in a process of its own, from an empty database, and hears how it went."""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import asyncpg

from deploy.environment import PROJECT, inherited
from shared.settings import Settings
from tests.benchmarks import streams
from tests.benchmarks.filling import emptied
from tests.servers import KafkaServer


SECONDS = 600
STATES = """
drop table if exists peer_state;
create table peer_state (case_id uuid primary key, state bytea not null);
"""


@dataclass(frozen=True)
class Ran:
    """How one run of the lane went."""

    seconds: float  # from its first batch to its last commit
    wall: float  # from the start of the process
    processor: float  # seconds of its own, from its first batch
    marks: list[tuple[int, float, float]]  # records, seconds, megabytes


class Lanes:
    """The lane and its peers over one broker and one server."""

    def __init__(self, settings: Settings, kafka: KafkaServer, folder: Path) -> None:
        self._settings = settings
        self._kafka = kafka
        self._folder = folder

    async def lane(self, kind: str, records: int) -> Ran:
        """Ours ("stream"), or plain aiokafka with the same fold ("plain")."""
        await emptied(self._settings)
        began = time.perf_counter()
        python = [sys.executable, "-m", "tests.benchmarks.lane", kind, str(records)]
        said = await self._run(python)
        wall = time.perf_counter() - began
        told = json.loads(said[said.index(b'{"seconds"') :])  # Faust shows the cursor again first
        return Ran(told["seconds"], wall, told["processor"], told["marks"])

    async def table(self, mix: str, events: int) -> float:
        """Seconds that a textbook Faust table takes."""
        name = f"textbook-{uuid4().hex[:8]}"
        await self._kafka.create_topics(f"{name}-cases-changelog")
        arguments = ["tests.benchmarks.textbook", name, "1", str(events), mix]
        said = await self._run([sys.executable, "-m", *arguments])
        return float(said.split()[-1].rpartition(b"h")[2])

    async def streams(self, events: int) -> float:
        """Seconds that Kafka Streams takes, with its states in PostgreSQL."""
        address = self._settings.database("progress", "owner")
        connection = await asyncpg.connect(address)
        await connection.execute(STATES)
        await connection.close()
        name = f"streams-{uuid4().hex[:8]}"
        given = (self._settings.kafka, _jdbc(address), str(events), name, str(self._folder / name))
        command = streams.command(self._folder / "classes", *given, streams.THREADS)
        return float((await self._run(command)).split()[-1])

    async def _run(self, command: Sequence[str]) -> bytes:
        environment = inherited(
            TIDEMARK_DATABASE_URL=self._settings.database_url,
            TIDEMARK_DATABASE_PREFIX=self._settings.database_prefix,
            TIDEMARK_KAFKA=self._settings.kafka,
            TIDEMARK_DATA_FOLDER=str(self._folder),
        )
        log = self._folder / "lane.log"
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=PROJECT,
                env=environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
        try:
            said, _ = await asyncio.wait_for(process.communicate(), SECONDS)
        except TimeoutError:
            process.kill()
            raise
        if process.returncode:
            raise RuntimeError(f"{command[2:4]} ended: {log.read_text()[-2_000:]}")
        return said


def _jdbc(address: str) -> str:
    """An address as Java has it."""
    place = urlsplit(address)
    user, password = quote(place.username or ""), quote(place.password or "", safe="")
    batched = "reWriteBatchedInserts=true"
    where = f"{place.hostname}:{place.port}{place.path}"
    return f"jdbc:postgresql://{where}?user={user}&password={password}&{batched}"
