"""What the worker does beside folding: wishes, watermarks, holes, and partitions that wait."""

import asyncio
import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from services.progress import store
from services.progress.apply import TOPICS, redrive_one
from services.progress.models.tables import CONSUMER
from services.progress.reader import Reader
from services.progress.store import Connection
from shared import bus as buses
from shared import genesis, watermarks
from shared.bus import Away, Bus, Partition, Record
from shared.consumer import holes, wishes
from shared.consumer.failure import Meaning, cause, meaning
from shared.consumer.holes import LOOK_AGAIN
from shared.consumer.reading import MARKS_BACK, OtherGeneration
from shared.consumer.sorting import Place
from shared.consumer.wishes import Wish
from shared.log import log


TICK = 0.25  # seconds
BEAT = 0.5
SUSPECT = 1.0  # seconds without a step while more is published: then a number may be missing


@dataclass
class Watch:
    """`begin` it once, then `tick` a few times a second, while the reader works."""

    bus: Bus
    reader: Reader
    marks: watermarks.Marks = field(default_factory=lambda: watermarks.Marks(TOPICS))

    def __post_init__(self) -> None:
        self._listening: buses.Reader | None = None
        self._beat_at = 0.0
        self._stuck: dict[Partition, tuple[int, float]] = {}
        self._looked: dict[Partition, float] = {}

    async def begin(self) -> None:
        """See that the topics are the ones that were read, and listen to watermarks."""
        await self._same_topics(await self.reader.places())
        self._listening = await self.bus.reader()
        end = (await self._listening.ends([watermarks.LOG]))[watermarks.LOG]
        self._listening.assign({watermarks.LOG: max(0, end - MARKS_BACK)})
        await self.reader.with_connection(
            lambda it: watermarks.beat(it, CONSUMER, dict.fromkeys(TOPICS))
        )

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
            raise OtherGeneration(f"{CONSUMER}: {', '.join(other)} is not the topic that was read")

    async def tick(self) -> None:
        """One look at everything. What is away is tried again with the next one."""
        places = await self.reader.places()
        if await self._grant_wishes():
            places = await self.reader.places()
        await self._hold_and_let_go(places)
        await self._listen()
        await self._look_for_holes(places)
        if time.monotonic() - self._beat_at >= BEAT:
            self._beat_at = time.monotonic()
            reached = self.marks.reached(places)
            await self.reader.with_connection(lambda it: watermarks.beat(it, CONSUMER, reached))

    async def _listen(self) -> None:
        if self._listening is None:
            return
        while found := await self._listening.fetch(0, 1_000):
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
                await self.reader.with_connection(partial(_grant, wish))
            except Exception as error:
                if meaning(error) is not Meaning.WAIT:
                    raise
                log.warning("wish waits", wish_id=str(wish.wish_id), cause=cause(error))
                continue
            log.info("wish carried out", wish_id=str(wish.wish_id), state=wish.act)
        return bool(asked)

    async def _look_for_holes(self, places: dict[Partition, Place]) -> None:
        """Numbers that a watermark names and that nothing brings: look back in the log."""
        behind = self.marks.behind(places)
        now = time.monotonic()
        ours = self.reader.feed.assigned() - self.reader.held.keys()
        stuck = {part: places[part].last_sequence for part in behind if part in ours}
        since = {
            part: self._stuck[part][1] if self._stuck.get(part, (-1, 0))[0] == last else now
            for part, last in stuck.items()
        }
        self._stuck = {part: (last, since[part]) for part, last in stuck.items()}
        self._looked = {part: at for part, at in self._looked.items() if part in stuck}
        suspects = [
            part
            for part, at in since.items()
            if now - at >= SUSPECT and now - self._looked.get(part, -LOOK_AGAIN) >= LOOK_AGAIN
        ]
        for part, end in (await self._ends(suspects)).items():
            if (await self.reader.feed.position(part) or 0) >= end:
                await self._look_back(part, places[part], end, behind[part])

    async def _ends(self, parts: Iterable[Partition]) -> dict[Partition, int]:
        wanted = list(parts)
        if not wanted or self._listening is None:
            return {}
        return await self._listening.ends(wanted)

    async def _look_back(self, part: Partition, place: Place, end: int, published: int) -> None:
        at = await holes.find(self.bus, part, place, end)
        if at is not None:
            await self.reader.let_go(part, at)
            return
        self._looked[part] = time.monotonic()
        missing = [place.last_sequence + 1, published]
        log.error(
            "numbers missing in the log",
            topic=part.topic,
            partition=part.partition,
            sequences=missing,
        )
        sender = await self.bus.sender()
        try:
            await watermarks.ask_compare(sender, CONSUMER, part.topic)
        finally:
            await sender.close()

    async def close(self) -> None:
        """Stop listening."""
        if self._listening is not None:
            await self._listening.close()


async def _grant(wish: Wish, connection: Connection) -> None:
    """Carry a wish out. A redrive holds the partition number first, as every batch does."""

    async def again(record: Record) -> None:
        await redrive_one(connection, record)

    async with connection.transaction():
        if wish.parked_id:
            where = "select partition from parked where parked_id = $1"
            number = await connection.fetchval(where, wish.parked_id)
            if number is not None:
                await store.lock_number(connection, number)
        await wishes.carry_out(connection, CONSUMER, wish, again)


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
