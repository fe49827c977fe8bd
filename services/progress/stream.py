"""The stream processor, run by Faust; only this file knows it. The database is the truth."""

import asyncio
import gc
import os
from collections.abc import Coroutine
from typing import Any

import faust
import faust.streams
import uvloop
from mode import CrashingSupervisor
from yarl import URL

from services.progress.apply import TOPICS
from services.progress.lanes import Lanes
from services.progress.reader import Reader
from services.progress.transport import BatchTransport, FaustFeed, Untouched
from services.progress.watch import Watch, watching
from shared import health, relay
from shared.bus import Bus, Partition
from shared.consumer.failure import Meaning, cause, meaning
from shared.consumer.reading import OtherGeneration
from shared.kafka import KafkaBus, group
from shared.log import log
from shared.settings import Settings


FETCH = 1 << 20  # bytes of one partition in one fetch


def build(settings: Settings, reader: Reader) -> Any:
    """The app: one agent over all topics, in batches."""
    app = faust.App(
        group("progress"),
        broker=f"kafka://{settings.kafka}",
        store="memory://",
        datadir=str(settings.data_folder / "faust"),  # made at the start, though nothing lies in it
        topic_partitions=settings.partitions,
        broker_commit_interval=1.0,
        broker_max_poll_records=settings.poll_records,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout / 4,
        # The same name after a restart: the group gives the partitions back at once.
        consumer_group_instance_id=settings.instance,
        consumer_max_fetch_size=FETCH,
        stream_buffer_maxsize=16,
        web_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
    )
    app._transport = BatchTransport(
        [URL(f"kafka://{settings.kafka}")], app, loop=None, places=reader.starts
    )
    topic = app.topic(*TOPICS, schema=Untouched())

    @app.agent(topic, concurrency=1, supervisor_strategy=CrashingSupervisor)  # type: ignore[untyped-decorator]
    async def keep_current(stream: Any) -> None:
        """Hand whole partition batches to the lanes; acknowledge what they have committed."""
        async with asyncio.TaskGroup() as tasks:
            lanes = Lanes(reader.apply, reader.width, tasks)
            async for event in stream.noack().events():
                message = event.message
                part = Partition(message.topic, message.partition)
                await lanes.put(part, event.value, event.ack)

    return app


def main(settings: Settings) -> None:
    """Work until told to end. Where nobody knows how things stand, the process ends too."""
    if faust.streams._CStreamIterator is None:
        raise RuntimeError(
            "Faust without its compiled stream iterator is not the one that was tried"
        )
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    gc.set_threshold(100_000, 20, 100)  # batches make many objects and no cycles
    bus, reader = KafkaBus(settings.kafka), Reader(settings)
    app = build(settings, reader)
    watch = Watch(bus, reader)
    loop.run_until_complete(_begin(reader, watch, FaustFeed(app)))
    _beside(loop, settings, bus, watch)
    worker = faust.Worker(
        app,
        loop=loop,
        quiet=True,
        redirect_stdouts=False,
        override_logging=False,
        loglevel="warn",
    )
    worker.execute_from_commandline()


async def _begin(reader: Reader, watch: Watch, feed: FaustFeed) -> None:
    """Database and topics first: from there on Faust may ask where to read."""
    while True:
        try:
            await reader.start(feed)
            await watch.begin()
            health.going("reader")
            return
        except OtherGeneration as refused:
            why = str(refused)
        except Exception as error:
            if meaning(error) is not Meaning.WAIT:
                raise
            why = cause(error)
        health.waiting("reader", why)
        log.error("reader waits", missing=why)
        await asyncio.sleep(1)


def _beside(loop: asyncio.AbstractEventLoop, settings: Settings, bus: Bus, watch: Watch) -> None:
    """What runs beside Faust in the same loop; if one of them ends, the process does."""
    wake, stop = asyncio.Event(), asyncio.Event()
    alive = settings.data_folder / "progress.alive"
    beside: list[Coroutine[Any, Any, None]] = [
        relay.run(bus, settings, "progress", wake, stop),
        watching(watch, stop),
        health.beat(alive),
    ]
    for each in beside:
        loop.create_task(each).add_done_callback(_end_with)


def _end_with(task: asyncio.Task[None]) -> None:
    if not task.cancelled():
        log.error("worker ends", exc_info=task.exception())
        os._exit(1)
