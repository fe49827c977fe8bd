"""The relay: moves what was published from one database's outbox into the log, one at a time."""

import asyncio
import time

from shared import health
from shared.bus import Away, Bus
from shared.changes import Teller
from shared.db import AWAY
from shared.log import log
from shared.relay.identity import Refused
from shared.relay.store import Store
from shared.relay.turn import LostTail, Turn, Wanted
from shared.settings import Settings


__all__ = ["LostTail", "Refused", "Store", "Turn", "Wanted", "run"]

BUSY, IDLE, STAND_BY, WATCH = 0.010, 0.025, 0.5, 1.0  # seconds between two looks
PATIENCE = (0.1, 5.0)  # the first and the longest pause after a turn that failed


async def run(
    bus: Bus, settings: Settings, service: str, wake: asyncio.Event, stop: asyncio.Event
) -> None:
    """Relay until `stop`. Whatever fails ends a turn; the next one begins with the lock again."""
    pause, thorough = PATIENCE[0], False
    while not stop.is_set():
        started = time.monotonic()
        try:
            await _turn(bus, settings, service, wake, stop, thorough)
            return
        except LostTail as lost:
            health.waiting("relay", f"the log lost its tail: {lost}")
            thorough = False
        except Wanted:
            thorough = True
        except Refused as refused:
            health.waiting("relay", str(refused))
            log.error(str(refused))
            pause = PATIENCE[1]
        except Away as away:
            health.waiting("relay", f"Kafka does not answer ({away})")
        except AWAY as error:
            health.waiting("relay", f"the database does not answer ({type(error).__name__})")
        log.warning("relay turn ended", missing=health.problems().get("relay", ""))
        if time.monotonic() - started > PATIENCE[1]:
            pause = PATIENCE[0]
        await _sleep(stop, pause)
        pause = min(pause * 2, PATIENCE[1])


async def _turn(
    bus: Bus,
    settings: Settings,
    service: str,
    wake: asyncio.Event,
    stop: asyncio.Event,
    thorough: bool,
) -> None:
    """One turn. Unless all went well its producer is dropped: nothing may be sent behind us."""
    store = await Store.open(settings.database(service, "worker"), settings.partitions)
    teller = Teller(settings.database(service, "worker"))
    try:
        while not await store.lock():
            if await _sleep(stop, STAND_BY):
                return
        reader = await bus.reader()
        sender = await bus.sender()
        try:
            turn = Turn(bus, settings, service, store, sender, reader, teller)
            await turn.begin(thorough)
            health.going("relay")
            log.info("relay turn begins", batch=turn.batch)
            await _work(turn, wake, stop)
        except BaseException:
            await sender.drop()
            raise
        else:
            await sender.close()
        finally:
            await reader.close()
    finally:
        await store.close()
        await teller.close()


async def _work(turn: Turn, wake: asyncio.Event, stop: asyncio.Event) -> None:
    moved_at = watched_at = 0.0
    while not stop.is_set():
        wake.clear()
        now = time.monotonic()
        # A watermark needs a moment in which no batch is under way.
        moved = await turn.step(ahead=now - watched_at < WATCH)
        now = time.monotonic()
        if moved:
            moved_at = now
        if now - watched_at >= WATCH:
            await turn.watch(idle=not moved)
            watched_at = now
        if not moved:
            await _sleep(wake, BUSY if now - moved_at < WATCH else IDLE)


async def _sleep(event: asyncio.Event, seconds: float) -> bool:
    """Until the event, or so many seconds; whether it was the event."""
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
