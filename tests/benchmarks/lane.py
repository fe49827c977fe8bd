"""python -m tests.benchmarks.lane stream|plain RECORDS: fold so many, print how that went."""

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from services.progress import stream
from services.progress.projection.apply import TOPICS, apply_batch
from services.progress.projection.lanes import Polled
from services.progress.projection.reader import CACHE, Reader
from services.progress.projection.store import Cache
from shared.bus import Partition, Record
from shared.consumer import places
from shared.consumer.failure import TooMany
from shared.settings import Settings
from tests.benchmarks.filling import ABOUT_CASES


MARKS = 20  # looks at time and memory on the way


class Counter:
    """From the first batch to the last record."""

    def __init__(self, records: int) -> None:
        self._whole = records
        self._done = 0
        self._started: float | None = None
        self._used = 0.0
        self._marks: list[tuple[int, float, float]] = []

    def begin(self) -> None:
        """A batch is there."""
        if self._started is None:
            self._started, self._used = time.perf_counter(), processor()

    def done(self, polled: Mapping[Partition, Sequence[Record]]) -> None:
        """These are folded and committed; after the last one about a case the process ends."""
        self._done += sum(len(some) for part, some in polled.items() if part.topic in ABOUT_CASES)
        if self._done >= self._whole * (len(self._marks) + 1) / MARKS:
            self._marks.append((self._done, self._seconds(), memory()))
        if self._done >= self._whole:
            self._end()

    def _seconds(self) -> float:
        return time.perf_counter() - (self._started or 0.0)

    def _end(self) -> NoReturn:
        said = {
            "seconds": self._seconds(),
            "processor": processor() - self._used,
            "marks": self._marks,
        }
        print(json.dumps(said), flush=True)
        os._exit(0)


def processor() -> float:
    """Seconds that this process has worked."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def memory() -> float:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


class Counting(Reader):
    """Our reader, with a stop-watch."""

    def __init__(self, settings: Settings, counter: Counter) -> None:
        super().__init__(settings)
        self._counter = counter

    async def apply(self, polled: Polled) -> bool:
        """As ours."""
        self._counter.begin()
        done = await super().apply(polled)
        if done:
            self._counter.done(polled)
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
            counter.done({part: records})


def main(kind: str, records: str) -> None:
    """Run one lane until it has folded everything."""
    settings, counter = Settings(), Counter(int(records))
    gc.set_threshold(*stream.COLLECT)
    if kind == "plain":
        uvloop.run(plain(settings, counter))
    else:
        stream.main(settings, Counting(settings, counter))


if __name__ == "__main__":
    main(*sys.argv[1:])
