"""The worker's side of rebuilds: sees that somebody asked, and starts the process that does it."""

import asyncio
import os
import sys

import asyncpg
import uvloop

from services.progress.models.tables import CONSUMER
from services.progress.projection import building, standing
from services.progress.projection.store import ended
from shared.bus import Bus
from shared.consumer.failure import Meaning, cause, meaning
from shared.kafka import KafkaBus
from shared.log import configure, log
from shared.settings import Settings


LOOK = 1.0  # seconds between two looks
NICE = 10  # how far a rebuild steps back for those who serve people now
_WANTED = """
select exists (select from rebuild where state in ('asked', 'building'))
    or exists (select from rebuild_act where done_at is null)
"""


async def keep(settings: Settings, stop: asyncio.Event) -> None:
    """Until `stop`: when there is something to build, have it built by a process of its own."""
    while not stop.is_set():
        try:
            if await _wanted(settings):
                await _build(stop)
        except Exception as error:
            if meaning(error) is not Meaning.WAIT:
                raise
            log.warning("rebuilds wait", cause=cause(error))
        try:
            async with asyncio.timeout(LOOK):
                await stop.wait()
        except TimeoutError:
            continue


async def _wanted(settings: Settings) -> bool:
    connection = await asyncpg.connect(settings.database(CONSUMER, "worker"), timeout=5)
    try:
        asked = await standing.ask_for_ours(connection)
        return asked or bool(await connection.fetchval(_WANTED))
    finally:
        await ended(connection)


async def _build(stop: asyncio.Event) -> None:
    """Run the builder until it ends, or we do: it ends when its standard input closes."""
    command = (sys.executable, "-m", "services.progress.projection.keeper")
    child = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE)
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
    """Carry out all that is open; what is away is waited for."""
    pause = 0.1
    while True:
        try:
            await building.until_done(bus, settings)
        except Exception as error:
            if meaning(error) is not Meaning.WAIT:
                raise
            log.warning("rebuild waits", cause=cause(error))
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)
        else:
            return


async def _until_closed(bus: Bus, settings: Settings) -> None:
    """Build until done, or until whoever started us is gone."""
    loop = asyncio.get_running_loop()
    loop.add_reader(0, lambda: os.read(0, 1) or os._exit(0))
    await build(bus, settings)


def main() -> None:
    """`python -m services.progress.projection.keeper`: one builder, started by a worker."""
    settings = Settings()
    configure(CONSUMER, "rebuild")
    os.nice(NICE)
    uvloop.run(_until_closed(KafkaBus(settings.kafka), settings))


if __name__ == "__main__":
    main()
