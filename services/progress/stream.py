"""The stream processor, run by Faust; only this file knows it. The database is the truth."""

import asyncio
import gc
import os
import signal
from collections.abc import Coroutine, Mapping
from typing import Any

import faust
import faust.streams
import uvloop
from faust.exceptions import ConsumerNotStarted
from faust.types import TP
from mode import CrashingSupervisor
from yarl import URL

from services.progress.models.tables import CONSUMER
from services.progress.projection import keeper
from services.progress.projection.apply import TOPICS
from services.progress.projection.lanes import Lanes
from services.progress.projection.reader import Reader
from services.progress.projection.standing import OtherLayout
from services.progress.projection.watch import Watch, watching
from services.progress.transport import BatchTransport, NoTables, Untouched
from shared import health, relay
from shared.bus import Bus, Partition
from shared.consumer.failure import Meaning, cause, meaning
from shared.consumer.places import LostPlace
from shared.consumer.reading import OtherGeneration
from shared.kafka import KafkaBus, group
from shared.log import log
from shared.settings import Settings


FETCH = 1 << 19  # bytes of one partition in one fetch
# Batches make many objects and no cycles: to look through those in use, again and again, cost an
# eighth of all work. What they do not free themselves is found after a million more.
COLLECT = (1_000_000, 20, 100)
GRACE = 2.0  # seconds that the relay has to end in order


def build(settings: Settings, reader: Reader) -> Any:
    """The app: one agent over all topics, in batches."""
    app = faust.App(
        group(CONSUMER),
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
        stream_buffer_maxsize=4,  # batches of up to `poll_records`, each record a kilobyte or two
        TableManager=NoTables,
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
        lanes = Lanes(reader.apply, reader.width, die)
        async for event in stream.noack().events():
            message = event.message
            part = Partition(message.topic, message.partition)
            records, together = event.value
            await lanes.put(part, records, event.ack, together)

    return app


class FaustFeed:
    """Faust's consumer as what fetches for the reader."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def assigned(self) -> set[Partition]:
        """The partitions that the group has given to this worker."""
        try:
            return {Partition(*tp) for tp in self._app.consumer.assignment()}
        except ConsumerNotStarted:
            return set()

    def pause(self, part: Partition) -> None:
        """See Feed."""
        self._app.consumer.pause_partitions({TP(*part)})

    async def resume(self, part: Partition, offset: int) -> None:
        """See Feed. A partition that went to another worker meanwhile is that worker's."""
        if part in self.assigned():
            await self._app.consumer.seek(TP(*part), offset)
            self._app.consumer.resume_partitions({TP(*part)})

    async def position(self, part: Partition) -> int | None:
        """See Feed."""
        found: int | None = await self._app.consumer.position(TP(*part))
        return found

    async def tell(self, offsets: Mapping[Partition, int]) -> None:
        """See Feed. Only lag monitors read it: after a death Kafka's memory is behind ours."""
        await self._app.consumer._commit({TP(*part): offset for part, offset in offsets.items()})


class Beside:
    """What runs beside Faust in the same loop. If one of them ends, the process does."""

    def __init__(self, settings: Settings) -> None:
        self.stop = asyncio.Event()
        self._working: list[asyncio.Future[None]] = []
        self._begin(health.beat(settings.data_folder / "progress.alive"))
        # Also before anything can be read: it may be what makes it readable.
        self._working.append(self._begin(keeper.keep(settings, self.stop)))

    def read(self, settings: Settings, bus: Bus, watch: Watch) -> None:
        """The reader has begun: from here on what it needs runs too."""
        relaying = relay.run(bus, settings, CONSUMER, watch.reader.wake, self.stop)
        self._working += [self._begin(each) for each in (relaying, watching(watch, self.stop))]

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Future[None]:
        task = asyncio.ensure_future(work)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Future[None]) -> None:
        if not self.stop.is_set():
            die(None if task.cancelled() else task.exception())

    def end(self) -> None:
        """End in order, and soon. Batches need no farewell: what is not committed was not read."""
        self.stop.set()
        self._farewell = asyncio.ensure_future(self._leave())

    async def _leave(self) -> None:
        await asyncio.wait(self._working, timeout=GRACE)
        os._exit(0)


class Worker(faust.Worker):  # type: ignore[misc]
    """Faust's worker, told to end by us: its own farewell waits for whatever hangs."""

    def __init__(self, app: Any, beside: Beside, **options: Any) -> None:
        super().__init__(app, **options)
        self._beside = beside

    def _crash(self, reason: BaseException) -> None:
        """Whatever ended a part of Faust ends the process: its farewell may wait for ever, and
        nobody would read meanwhile."""
        die(reason)

    def install_signal_handlers(self) -> None:
        """SIGTERM and SIGINT end the process in order."""
        for each in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(each, self._beside.end)


def die(error: BaseException | None) -> None:
    """End the process at once, to be started again: the database knows what was read."""
    log.error("worker ends", exc_info=error)
    os._exit(1)


def main(settings: Settings, reader: Reader | None = None) -> None:
    """Work until told to end. Where nobody knows how things stand, the process ends too."""
    if faust.streams._CStreamIterator is None:
        raise RuntimeError(
            "Faust without its compiled stream iterator is not the one that was tried"
        )
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    gc.set_threshold(*COLLECT)
    bus, reader = KafkaBus(settings.kafka), reader or Reader(settings)
    app = build(settings, reader)
    watch = Watch(bus, reader)
    beside = loop.run_until_complete(_begin(settings, bus, watch, FaustFeed(app)))
    worker = Worker(
        app,
        beside,
        loop=loop,
        quiet=True,
        redirect_stdouts=False,
        override_logging=False,
        loglevel="warn",
    )
    worker.execute_from_commandline()


async def _begin(settings: Settings, bus: Bus, watch: Watch, feed: FaustFeed) -> Beside:
    """Database and topics first: from there on Faust may ask where to read."""
    beside = Beside(settings)
    while True:
        try:
            await watch.reader.start(feed)
            await watch.begin()
            health.going("reader")
            beside.read(settings, bus, watch)
            return beside
        except (OtherGeneration, OtherLayout, LostPlace) as refused:
            why = str(refused)
        except Exception as error:
            if meaning(error) is not Meaning.WAIT:
                raise
            why = cause(error)
        health.waiting("reader", why)
        log.error("reader waits", missing=why)
        await asyncio.sleep(1)
