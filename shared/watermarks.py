"""Watermarks: up to which moment everything a publisher committed is in the log, and was read."""

import json
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import record as wire
from shared.bus import Message, Partition, Reader, Record, Sender
from shared.clock import utcnow
from shared.headers import SOURCE, TYPE


if TYPE_CHECKING:
    import asyncpg

    from shared.consumer.sorting import Place

TOPIC = "watermarks"
LOG = Partition(TOPIC, 0)
AHEAD = timedelta(minutes=1)  # by which clocks may differ
KEPT = 100  # marks of each publisher: a reader further behind than that is not current anyway
STARTED = utcnow()  # this process, as far as readers are concerned
MARK, COMPARE = b"tidemark.watermark", b"tidemark.compare"

_BEAT = """
insert into reading (consumer, topic, current_to)
select $1, topic, at from unnest($2::text[], $3::timestamptz[]) as reached (topic, at)
on conflict (consumer, topic) do update set beat_at = now(),
    running_since = case when reading.beat_at < now() - interval '5 seconds' then now()
        else reading.running_since end,
    current_to = coalesce(excluded.current_to, reading.current_to)
"""
_BEGIN = """
update reading set starts = array(
    select at from unnest(starts || $2::timestamptz) as at
    where at > now() - interval '10 minutes' group by at order by at
) where consumer = $1
"""
_CURRENT = text("""
    select case when count(*) = count(current_to) then min(current_to) end
    from reading where consumer = :consumer
""")


@dataclass(frozen=True)
class Mark:
    """All that was committed before `at` has numbers up to these, one for each partition."""

    at: datetime
    incarnation: str
    numbers: tuple[int, ...]

    def reached(self, publisher: str, places: "Mapping[Partition, Place]") -> bool:
        """Whether a reader at these places has read all that the mark speaks of, and knows it."""
        theirs = [place for part, place in places.items() if part.topic == publisher]
        return len(theirs) == len(self.numbers) and all(
            (place := places.get(Partition(publisher, partition))) is not None
            and place.incarnation == self.incarnation
            and place.last_sequence >= number
            for partition, number in enumerate(self.numbers)
        )


class Marks:
    """The newest marks of each publisher that a reader listens to."""

    def __init__(self, publishers: Iterable[str]) -> None:
        self._marks: dict[str, deque[Mark]] = {name: deque(maxlen=KEPT) for name in publishers}

    def add(self, record: Record) -> None:
        """Keep a mark; what is none, is another's or speaks of the future is passed over."""
        if wire.header(record, TYPE) != MARK or record.value is None:
            return
        try:
            publisher, mark = _mark(record.value)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return
        marks = self._marks.get(publisher)
        if marks is None or wire.header(record, SOURCE) != wire.source(publisher):
            return
        if mark.at <= utcnow() + AHEAD and (not marks or mark.at > marks[-1].at):
            marks.append(mark)

    def newest(self, publisher: str) -> Mark | None:
        """What a publisher's relay said last."""
        marks = self._marks[publisher]
        return marks[-1] if marks else None

    def reached(self, places: "Mapping[Partition, Place]") -> dict[str, datetime | None]:
        """For each publisher, the newest moment up to which everything was read."""
        return {
            name: next((m.at for m in reversed(marks) if m.reached(name, places)), None)
            for name, marks in self._marks.items()
        }

    def behind(self, places: "Mapping[Partition, Place]") -> dict[Partition, int]:
        """Partitions that were not read up to the newest mark, with the number it names.

        Those too that stand in an earlier incarnation: their marker may lie behind their place.
        """
        found: dict[Partition, int] = {}
        for name in self._marks:
            mark = self.newest(name)
            for partition, number in enumerate(mark.numbers if mark else ()):
                place = places.get(Partition(name, partition))
                if not mark or not place:
                    continue
                if place.incarnation == mark.incarnation:
                    late = place.last_sequence < number
                else:
                    late = _older(place.incarnation, mark.incarnation)
                if late:
                    found[Partition(name, partition)] = number
        return found


def _older(ours: str, theirs: str) -> bool:
    """Whether a reader stands in an earlier incarnation than its publisher is in."""
    numbers = [said.partition("-")[0] for said in (ours, theirs)]
    return all(map(str.isdigit, numbers)) and int(numbers[0]) < int(numbers[1])


def _mark(value: bytes) -> tuple[str, Mark]:
    said = json.loads(value)
    at = datetime.fromisoformat(said["at"])
    if at.tzinfo is None:
        raise ValueError("a moment without an offset")
    numbers = tuple(int(number) for number in said["numbers"])
    return str(said["publisher"]), Mark(at, str(said["incarnation"]), numbers)


async def publish(
    sender: Sender, publisher: str, incarnation: str, at: datetime, numbers: Iterable[int]
) -> None:
    """Write one mark."""
    said = {
        "publisher": publisher,
        "at": at.isoformat(),
        "incarnation": incarnation,
        "numbers": list(numbers),
    }
    headers = [(TYPE, MARK), (SOURCE, wire.source(publisher))]
    await sender.send(TOPIC, [Message(0, publisher.encode(), json.dumps(said).encode(), headers)])


async def ask_compare(sender: Sender, consumer: str, publisher: str) -> None:
    """Ask a publisher's relay to look through its whole log for what is missing."""
    headers = [(TYPE, COMPARE), (SOURCE, wire.source(consumer))]
    await sender.send(TOPIC, [Message(0, publisher.encode(), b"{}", headers)])


async def follow(reader: Reader) -> None:
    """Listen to the topic from its end on."""
    reader.assign(await reader.ends([LOG]))


async def compare_wanted(reader: Reader, publisher: str) -> bool:
    """Whether somebody asked this publisher to compare since the last look."""
    wanted = False
    while found := await reader.fetch(0, 1_000):
        for records in found.values():
            for record in records:
                asked = wire.header(record, TYPE) == COMPARE
                wanted = wanted or (asked and record.key == publisher.encode())
    return wanted


async def beat(
    connection: "asyncpg.Connection", consumer: str, reached: Mapping[str, datetime | None]
) -> None:
    """Say that this consumer lives, and up to which moment it has read each topic."""
    await connection.execute(_BEAT, consumer, list(reached), list(reached.values()))


async def begin(connection: "asyncpg.Connection", consumer: str, topics: Iterable[str]) -> None:
    """As `beat`, by a process that begins to read: how often that happens is what operations see.

    One process may begin again and again, while the bus is away: it counts once.
    """
    await beat(connection, consumer, dict.fromkeys(topics))
    await connection.execute(_BEGIN, consumer, STARTED)


async def current_to(session: AsyncSession, consumer: str) -> datetime | None:
    """Up to which moment everything this consumer reads has been taken in; None: not known yet."""
    at: datetime | None = (await session.execute(_CURRENT, {"consumer": consumer})).scalar()
    return at
