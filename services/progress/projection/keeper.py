"""The worker's side of rebuilds, repairs and the hourly look: a process of its own does each."""

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

import asyncpg
import uvloop

from services.progress.models.tables import CONSUMER
from services.progress.projection import building, reconciling, repairing, standing
from services.progress.projection.catching import PATIENT
from services.progress.projection.store import Connection, ended
from shared.bus import Bus
from shared.consumer.failure import Meaning, cause, meaning
from shared.kafka import KafkaBus
from shared.log import configure, log
from shared.settings import Settings


LOOK = 1.0  # seconds between two looks
NICE = 10  # how far a rebuild steps back for those who serve people now
_WANTED = f"""
select exists (select from rebuild where {standing.TO_BUILD})
    or exists (select from rebuild_act where done_at is null)
    or exists (select from repair where done_at is null)
"""
HOUR = 3_600.0
SAMPLE = 50  # cases that are compared with the log each hour


async def keep(settings: Settings, stop: asyncio.Event) -> None:
    """Until `stop`: when there is something to build, have it built by a process of its own."""
    sampled, began = time.monotonic(), datetime.now(UTC)
    while not stop.is_set():
        try:
            if await _wanted(settings, began):
                await _start(stop, "build")
            if time.monotonic() - sampled >= HOUR:
                sampled = time.monotonic()
                await _start(stop, "sample")
        except Exception as error:
            if meaning(error) is not Meaning.WAIT:
                raise
            log.warning("rebuilds wait", cause=cause(error))
        try:
            async with asyncio.timeout(LOOK):
                await stop.wait()
        except TimeoutError:
            continue


async def _wanted(settings: Settings, began: datetime) -> bool:
    connection = await asyncpg.connect(settings.database(CONSUMER, "worker"), timeout=5)
    try:
        asked = await standing.ask_for_ours(connection, began)
        return asked or bool(await connection.fetchval(_WANTED))
    finally:
        await ended(connection)


async def _start(stop: asyncio.Event, what: str) -> None:
    """Run it until it ends, or we do: it ends when its standard input closes."""
    command = (sys.executable, "-m", "services.progress.projection.keeper", what)
    child = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
    with suppress(ProcessLookupError):  # at once: it begins with much to import
        os.setpriority(os.PRIO_PROCESS, child.pid, NICE)
    ended, told = asyncio.ensure_future(child.wait()), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([ended, told], return_when=asyncio.FIRST_COMPLETED)
        if code := child.returncode:
            log.error("rebuild ended", status=code)
    finally:
        told.cancel()
        ended.cancel()
        if child.returncode is None:
            child.kill()


async def build(bus: Bus, settings: Settings) -> None:
    """Carry out all that is open, repairs too; what is away is waited for."""
    pause = 0.1
    while True:
        try:
            await building.until_done(bus, settings)
            await _with(settings, lambda it: repairing.repair_all(bus, settings, it))
        except Exception as error:
            if meaning(error) is not Meaning.WAIT:
                raise
            log.warning("rebuild waits", cause=cause(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
        else:
            return


async def _with(settings: Settings, act: Callable[[Connection], Awaitable[object]]) -> None:
    address = settings.database(CONSUMER, "worker")
    connection = await asyncpg.connect(address, server_settings=PATIENT)
    try:
        await act(connection)
    finally:
        await ended(connection)


async def _until_closed(bus: Bus, settings: Settings, what: str) -> None:
    """Do it, and end before that when whoever started us is gone."""
    loop = asyncio.get_running_loop()
    loop.add_reader(0, lambda: os.read(0, 1) or os._exit(0))
    if what == "sample":
        await _with(settings, lambda it: reconciling.sample(bus, settings, it, SAMPLE))
    else:
        await build(bus, settings)


def main() -> None:
    """`python -m services.progress.projection.keeper build|sample`, started by a worker."""
    settings = Settings()
    configure(CONSUMER, "rebuild")
    uvloop.run(_until_closed(KafkaBus(settings.kafka), settings, sys.argv[1]))


if __name__ == "__main__":
    main()
