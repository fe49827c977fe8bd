"""The bus: what relay and readers need of Kafka, and what its twin in memory promises too."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol


ROOM = 1 << 20  # bytes

Headers = Sequence[tuple[str, bytes]]


class Partition(NamedTuple):
    """One partition of one topic. Equal to any other pair of the same two values."""

    topic: str
    partition: int


class Message(NamedTuple):
    """What is to be written to one partition."""

    partition: int
    key: bytes
    value: bytes
    headers: Headers


class Entry(Protocol):
    """What lies at one place of a log."""

    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Headers: ...


class Record(Entry, Protocol):
    """What was read: what the client makes of it, or the same kept small (shared.slim)."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...


class Away(Exception):
    """The bus could not do it, now; nobody knows whether a part of it was done."""


@contextmanager
def own_cancellation() -> Iterator[None]:
    """Let a cancellation pass only if somebody asked this very task to end; any other is Away.

    A library that cancels its own tasks and waits for them lets their CancelledError out to us. It
    would end our task in silence, since a task that was cancelled has not failed.
    """
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise Away("cancelled") from None


class Sender(Protocol):
    """A producer: in order within a partition, each message acknowledged by all replicas."""

    async def send(self, topic: str, messages: Sequence[Message]) -> list[int]:
        """The offset of each message, once all are acknowledged; −1 where it is not known.

        Away when any of them failed: then those behind it may have landed all the same.
        """
        ...

    async def drop(self) -> None:
        """End at once, without sending what still waits."""
        ...

    async def close(self) -> None:
        """Send what still waits, then end."""
        ...


class Reader(Protocol):
    """A consumer that is told what to read; it belongs to no group."""

    def assign(self, offsets: Mapping[Partition, int]) -> None:
        """Read these partitions, and no others, each from its offset on."""
        ...

    def seek(self, partition: Partition, offset: int) -> None:
        """Go on from this offset; beyond the end of the log: from the beginning, never the end."""
        ...

    def pause(self, *partitions: Partition) -> None:
        """Fetch nothing of these partitions until `resume`."""
        ...

    def resume(self, *partitions: Partition) -> None:
        """Fetch them again."""
        ...

    async def fetch(self, timeout: float, limit: int) -> dict[Partition, list[Record]]:
        """Up to `limit` records as soon as there are any; nothing after `timeout` seconds."""
        ...

    async def position(self, partition: Partition) -> int:
        """The offset that is read next."""
        ...

    async def ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The offset that each partition's next record will get."""
        ...

    async def tell(self, offsets: Mapping[Partition, int]) -> None:
        """Commit assigned partitions' offsets, for lag monitors only: nobody begins there."""
        ...

    async def told(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """What was told under this reader's name; partitions of which nothing is known are out."""
        ...

    async def close(self) -> None:
        """End."""
        ...


class Bus(Protocol):
    """Kafka, or its twin."""

    async def sender(self) -> Sender:
        """A producer that is connected."""
        ...

    async def reader(self, name: str | None = None, room: int = ROOM) -> Reader:
        """A consumer that is connected; `name` is only what its offsets are told under.

        `room`: about how many bytes of a partition it fetches at a time.
        """
        ...

    async def partitions(self, topic: str) -> int:
        """How many partitions a topic has; 0 when there is no such topic."""
        ...


async def scan(
    bus: Bus,
    starts: Mapping[Partition, int],
    stops: Mapping[Partition, int] | None = None,
    room: int = ROOM,
) -> AsyncIterator[list[Record]]:
    """Everything from `starts` to the log's ends as they are now (or to `stops`), once."""
    reader = await bus.reader(room=room)
    try:
        ends = await reader.ends(starts)
        if stops is not None:
            ends = {part: min(end, stops.get(part, end)) for part, end in ends.items()}
        open_ = {part for part, start in starts.items() if start < ends[part]}
        reader.assign({part: starts[part] for part in open_})
        while open_:
            for part, records in (await reader.fetch(1.0, 5_000)).items():
                if wanted := [record for record in records if record.offset < ends[part]]:
                    yield wanted
            for part in [part for part in open_ if await reader.position(part) >= ends[part]]:
                open_.discard(part)
                reader.pause(part)
    finally:
        await reader.close()
