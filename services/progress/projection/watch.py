"""What the worker does beside folding: wishes, watermarks, holes, and partitions that wait."""

import asyncio
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from services.progress.models.tables import CONSUMER
from services.progress.projection import beforehand, staffing, store
from services.progress.projection.apply import TOPICS, redrive_one
from services.progress.projection.reader import Reader
from services.progress.projection.store import Connection
from services.progress.projection.timekeeping import Timekeeper
from shared import bus as buses
from shared import genesis, watermarks
from shared.bus import Away, Bus, Partition, Record
from shared.consumer import wishes
from shared.consumer.failure import Meaning, cause, meaning
from shared.consumer.holes import Holes
from shared.consumer.reading import MARKS_BACK, OtherGeneration
from shared.consumer.sorting import Place
from shared.consumer.wishes import Wish
from shared.log import log


TICK = 0.25  # seconds
BEAT = 0.5
SUSPECT = 1.0  # seconds without a step while more is published: then a number may be missing


_NUMBER = "select partition from parked join wish using (parked_id) where wish_id = $1"


class _Log:
    """The log as the search for holes needs it: ends from our listener, the rest from the feed."""

    def __init__(self, watch: "Watch") -> None:
        self._watch = watch
        self.sought: dict[Partition, int] = {}

    def seek(self, partition: Partition, offset: int) -> None:
        self.sought[partition] = offset

    async def position(self, partition: Partition) -> int:
        return await self._watch.reader.feed.position(partition) or 0

    async def ends(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        listening = self._watch.listening
        return await listening.ends(partitions) if listening else {}


@dataclass
class Watch:
    """`begin` it once, then `tick` a few times a second, while the reader works."""

    bus: Bus
    reader: Reader
    marks: watermarks.Marks = field(default_factory=lambda: watermarks.Marks(TOPICS))

    def __post_init__(self) -> None:
        self.listening: buses.Reader | None = None
        self.time = Timekeeper(self.reader)
        self._beat_at = 0.0
        self._told: set[Partition] = set()
        self._stuck: dict[Partition, tuple[int, float]] = {}
        self._log = _Log(self)
        self.holes = Holes(self.bus, self._log, self.marks, CONSUMER)

    async def begin(self) -> None:
        """See that the topics are the ones that were read, hear clinics, listen to watermarks."""
        await self._same_topics(await self.reader.places())
        self.listening = await self.bus.reader()
        end = (await self.listening.ends([watermarks.LOG]))[watermarks.LOG]
        self.listening.assign({watermarks.LOG: max(0, end - MARKS_BACK)})
        await self.reader.with_connection(lambda it: watermarks.begin(it, CONSUMER, TOPICS))
        await staffing.refill(
            self.bus, self.reader.settings.partitions, self.reader.with_connection
        )
        await beforehand.hear_clinics(self.bus, self.reader)

    async def _same_topics(self, places: dict[Partition, Place]) -> None:
        for topic in TOPICS:
            if await self.bus.partitions(topic) != self.reader.settings.partitions:
                raise Away(f"{topic} has not {self.reader.settings.partitions} partitions")
        known = {part: place.topic_id for part, place in places.items() if place.topic_id}
        if not known:
            return
        reader = await self.bus.reader()
        try:
            ends = await reader.ends(known)
        finally:
            await reader.close()
        found = await genesis.read(self.bus, {part: end for part, end in ends.items() if end})
        if other := sorted({part.topic for part in found if found[part] != known[part]}):
            raise OtherGeneration(
                f"{CONSUMER}: {', '.join(other)} is another generation of the topic than"
                " the one that was read: bring the old back, or read this one (make accept-topic)"
            )

    async def tick(self) -> None:
        """One look at everything. What is away is tried again with the next one."""
        places = await self.reader.places()
        if await self._grant_wishes():
            places = await self.reader.places()
        await self._hold_and_let_go(places)
        await self._tell(places)
        await self._listen()
        await self._look_for_holes(places)
        if time.monotonic() - self._beat_at >= BEAT:
            self._beat_at = time.monotonic()
            reached = self.marks.reached(places)
            await self.reader.with_connection(lambda it: watermarks.beat(it, CONSUMER, reached))
            await self.time.keep(reached)

    async def _listen(self) -> None:
        if self.listening is None:
            return
        while found := await self.listening.fetch(0, 1_000):
            for records in found.values():
                for record in records:
                    self.marks.add(record)

    async def _hold_and_let_go(self, places: dict[Partition, Place]) -> None:
        now, held = time.monotonic(), self.reader.held
        for part in self.reader.feed.assigned():
            paused = places[part].paused_since is not None
            if paused and part not in held:
                self.reader.hold(part, math.inf)
            elif part in held and not paused and (held[part] <= now or held[part] == math.inf):
                await self.reader.let_go(part, places[part].next_offset)

    async def _grant_wishes(self) -> bool:
        asked = await self.reader.with_connection(lambda it: wishes.asked(it, CONSUMER))
        for wish in asked if isinstance(asked, list) else ():
            try:
                touched = await self.reader.with_connection(partial(_grant, wish))
            except Exception as error:
                if meaning(error) is not Meaning.WAIT:
                    raise
                log.warning("wish waits", wish_id=str(wish.wish_id), cause=cause(error))
                continue
            log.info("wish carried out", wish_id=str(wish.wish_id), state=wish.act)
            if touched:
                self.reader.wake.set()  # something may be to be sent
                await self.reader.tell(cast("list[Record]", touched))
        return bool(asked)

    async def _look_for_holes(self, places: dict[Partition, Place]) -> None:
        """Only where nothing moved for a while: before that, a batch may be on its way."""
        ours = self.reader.feed.assigned() - self.reader.held.keys()
        now, behind = time.monotonic(), self.marks.behind(places)
        stuck: dict[Partition, tuple[int, float]] = {}
        for part in ours & behind.keys():
            last = places[part].last_sequence
            was, since = self._stuck.get(part, (last, now))
            stuck[part] = (last, since if was == last else now)
        self._stuck = stuck
        ripe = {part for part, (_, since) in stuck.items() if now - since >= SUSPECT}
        await self.holes.look(places, behind.keys() - ripe)
        while self._log.sought:
            await self.reader.let_go(*self._log.sought.popitem())

    async def _tell(self, places: dict[Partition, Place]) -> None:
        """Tell Kafka our places of what has just become ours; from there on Faust tells it."""
        assigned = self.reader.feed.assigned()
        if fresh := assigned - self._told:
            await self.reader.feed.tell({part: places[part].next_offset for part in fresh})
        self._told = assigned

    async def close(self) -> None:
        """Stop listening."""
        if self.listening is not None:
            await self.listening.close()


async def _grant(wish: Wish, connection: Connection) -> list[Record]:
    """Carry a wish out, holding a number that every switch takes; the records that it touched."""
    touched: list[Record] = []

    async def again(record: Record) -> None:
        touched.append(record)
        await redrive_one(connection, record)

    async with connection.transaction():
        # A batch holds the number of its key; what is about everything needs but one of them all.
        number = await connection.fetchval(_NUMBER, wish.wish_id)
        await store.lock_number(connection, number or 0)
        await wishes.carry_out(connection, CONSUMER, wish, again)
    return [] if wish.dry_run else touched


async def watching(watch: Watch, stop: asyncio.Event) -> None:
    """Tick until `stop`; when something is away, tick again later."""
    while not stop.is_set():
        try:
            await watch.tick()
        except Exception as error:
            if meaning(error) is not Meaning.WAIT:
                raise
            log.warning("watch waits", cause=cause(error))
        try:
            async with asyncio.timeout(TICK):
                await stop.wait()
        except TimeoutError:
            continue
