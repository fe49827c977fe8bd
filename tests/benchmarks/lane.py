"""python -m tests.benchmarks.lane stream|plain EVENTS: fold so many events, print the seconds."""

import gc
import os
import sys
import time
from typing import NoReturn

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.progress import stream
from services.progress.projection.apply import TOPICS, apply_batch
from services.progress.projection.lanes import Polled
from services.progress.projection.reader import CACHE, Reader
from services.progress.projection.store import Cache
from shared.bus import Partition
from shared.consumer import places
from shared.consumer.failure import TooMany
from shared.settings import Settings


MEASURED = "goals"


class Counter:
    """From the first batch to the last event."""

    def __init__(self, events: int) -> None:
        self._left = events
        self._started: float | None = None

    def begin(self) -> None:
        """A batch is there."""
        self._started = self._started or time.perf_counter()

    def done(self, events: int) -> None:
        """So many are folded and committed; after the last one the process ends."""
        self._left -= events
        if self._left <= 0:
            self._end()

    def _end(self) -> NoReturn:
        print(time.perf_counter() - (self._started or 0.0), flush=True)
        os._exit(0)


class Counting(Reader):
    """Our reader, with a stop-watch."""

    def __init__(self, settings: Settings, counter: Counter) -> None:
        super().__init__(settings)
        self._counter = counter

    async def apply(self, polled: Polled) -> bool:
        """As ours."""
        self._counter.begin()
        done = await super().apply(polled)
        self._counter.done(sum(len(each) for part, each in polled.items() if part[0] == MEASURED))
        return done


async def plain(settings: Settings, counter: Counter) -> None:
    """aiokafka and uvloop, poll by poll, with the same fold and the same transactions."""
    connection = await asyncpg.connect(settings.database("progress", "worker"))
    await places.make(connection, "progress", TOPICS, settings.partitions)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=stream.FETCH,
    )
    await consumer.start()
    consumer.assign([TopicPartition(t, n) for t in TOPICS for n in range(settings.partitions)])
    await consumer.seek_to_beginning()
    cache, too_many = Cache(CACHE), TooMany()
    while True:
        polled = await consumer.getmany(timeout_ms=500, max_records=settings.poll_records)
        for found, records in polled.items():
            counter.begin()
            part = Partition(found.topic, found.partition)
            await apply_batch(connection, {part: records}, cache, too_many)
            counter.done(len(records) if part.topic == MEASURED else 0)


def main(kind: str, events: str) -> None:
    """Run one lane until it has folded everything."""
    settings, counter = Settings(), Counter(int(events))
    gc.set_threshold(100_000, 20, 100)
    if kind == "plain":
        uvloop.run(plain(settings, counter))
    else:
        stream.main(settings, Counting(settings, counter))


if __name__ == "__main__":
    main(*sys.argv[1:])
