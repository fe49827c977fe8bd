"""The reader's life: one process at a time reads under a name, others stand by for its lock."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import db, health
from shared.bus import Away, Bus
from shared.consumer.failure import Meaning, meaning
from shared.consumer.places import LostPlace
from shared.consumer.reading import OtherGeneration, Reading
from shared.consumer.registry import Consumer
from shared.consumer.sorting import Clash
from shared.log import log
from shared.settings import Settings


TICK, STAND_BY = 0.5, 0.5  # seconds
PATIENCE = (0.1, 5.0)  # the first and the longest pause after a session that failed
KEEPALIVES = {
    "application_name": "tidemark reader",
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
_LOCK = text("select pg_try_advisory_lock(7002, hashtext(:consumer))")


async def run(
    bus: Bus,
    settings: Settings,
    service: str,
    reader: Consumer,
    stop: asyncio.Event,
    wake: asyncio.Event | None = None,
) -> None:
    """Read until `stop`, as the one reader of this name; another process stands by.

    `wake` is set when handlers published something: a relay in this process need not look for it.

    Raises when the infrastructure is in a state that nobody knows: the process had better end.
    """
    pause = PATIENCE[0]
    while not stop.is_set():
        started = time.monotonic()
        try:
            async with connected(settings, service, reader) as connection:
                await _session(bus, settings, reader, connection, stop, wake)
            return
        except (OtherGeneration, LostPlace, Clash) as refused:
            # Nothing more is read under this name; what else is in the process serves people.
            health.waiting("reader", str(refused))
            log.error(str(refused))
            pause = PATIENCE[1]
        except Exception as error:
            if meaning(error) is not Meaning.WAIT:
                log.error("reader stops the process", consumer=reader.name, exc_info=error)
                raise
            what = "Kafka" if isinstance(error, Away) else "the database"
            health.waiting("reader", f"{what} does not answer ({type(error).__name__})")
        log.warning("reader begins again", consumer=reader.name)
        if time.monotonic() - started > PATIENCE[1]:
            pause = PATIENCE[0]
        await sleep(stop, pause)
        pause = min(pause * 2, PATIENCE[1])


@asynccontextmanager
async def connected(
    settings: Settings, service: str, reader: Consumer
) -> AsyncIterator[AsyncConnection]:
    """The reader's one connection: its lock, its transactions, and all that its handlers do."""
    engine = db.engine(settings.database(service, "worker"), 1, **KEEPALIVES)
    try:
        async with engine.connect() as connection:
            yield connection
            await connection.invalidate()  # the lock goes with the session, not back into a pool
    finally:
        await engine.dispose()


async def hold(connection: AsyncConnection, reader: Consumer) -> bool:
    """Whether this connection is now the one reader of its name."""
    async with connection.begin():
        return bool((await connection.execute(_LOCK, {"consumer": reader.name})).scalar())


async def _session(
    bus: Bus,
    settings: Settings,
    reader: Consumer,
    connection: AsyncConnection,
    stop: asyncio.Event,
    wake: asyncio.Event | None,
) -> None:
    while not await hold(connection, reader):
        if await sleep(stop, STAND_BY):
            return
    on_bus = await bus.reader(reader.name)
    try:
        reading = Reading(bus, settings, reader, connection, on_bus, wake)
        await reading.begin()
        health.going("reader")
        log.info("reader begins", consumer=reader.name)
        ticked = 0.0
        while not stop.is_set():
            await reading.once(max(0.0, ticked + TICK - time.monotonic()))
            if time.monotonic() - ticked >= TICK:
                await reading.tick()
                ticked = time.monotonic()
    finally:
        await on_bus.close()


async def sleep(event: asyncio.Event, seconds: float) -> bool:
    """Until the event, or so many seconds; whether it was the event."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
