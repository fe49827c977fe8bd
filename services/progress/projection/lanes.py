"""Lanes: batches of one partition number in turn, of different numbers at the same time.

While one batch waits for the database the next one is folded; that is most of what this process
gains over reading and writing in turn.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from shared.bus import Partition, Record


Polled = dict[Partition, list[Record]]
Work = Callable[[Polled], Awaitable[bool]]
Done = Callable[[], object]
Failed = Callable[[BaseException], object]


# Records that may wait or be worked on, a kilobyte or two each: batches are of one record or of
# thousands, so it is not their number that bounds memory.
ROOM = 32_000
SOON = 0.05  # seconds until what comes together is there, or does not come


class Lanes:
    """Hands batches to `work`, which says whether they are done.

    At most `width` are worked on at a time, and one of each partition number. `failed` hears of an
    error for which nobody knows what to do.
    """

    def __init__(self, work: Work, width: int, failed: Failed) -> None:
        self._work = work
        self._failed = failed
        self._tasks: set[asyncio.Task[None]] = set()
        self._width = asyncio.Semaphore(width)
        self._inside = 0  # records
        self._left = asyncio.Event()
        self._came = asyncio.Event()
        self._waiting: dict[int, list[tuple[Partition, Sequence[Record], Done]]] = {}

    async def put(
        self, part: Partition, records: Sequence[Record], done: Done, together: int = 1
    ) -> None:
        """Take a batch, as soon as there is room; `done` is called once it is committed.

        `together`: so many batches of its number come one after the other, this one among them.
        """
        while self._inside and self._inside + len(records) > ROOM:
            self._left.clear()
            await self._left.wait()
        self._inside += len(records)
        waiting = self._waiting.get(part.partition)
        if waiting is None:
            self._waiting[part.partition] = [(part, records, done)]
            task = asyncio.create_task(self._run(part.partition, together))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        else:
            waiting.append((part, records, done))
        self._came.set()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._failed(error)

    async def _all_of(self, number: int, together: int) -> None:
        """Wait for those that come together; not long, for one may never come: it was paused."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SOON):
                while len(self._waiting[number]) < together:
                    self._came.clear()
                    await self._came.wait()

    async def _run(self, number: int, together: int) -> None:
        await self._all_of(number, together)
        while self._waiting[number]:
            async with self._width:
                # What came while others were worked on comes along: one transaction, in the order
                # of its time, so that no topic of a case runs far ahead of the others.
                batches, self._waiting[number] = self._waiting[number], []
                polled: Polled = defaultdict(list)
                for part, records, _ in batches:
                    polled[part] += records
                worked = await self._work(polled)
            for _, records, done in batches:
                if worked:
                    done()
                self._inside -= len(records)
            self._left.set()
        del self._waiting[number]
