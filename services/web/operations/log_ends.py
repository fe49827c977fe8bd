"""How far each reader is behind, counted from Kafka alone, also for a dead one."""

import asyncio
import time
from types import TracebackType
from typing import Self

from services.web.operations.readers import READS
from shared.bus import Away
from shared.kafka.lag import Behind, Lag


EVERY = 0.5  # seconds for which an answer is good enough
DEADLINE = 8.0

Known = dict[tuple[str, str], Behind]


class LogEnds:
    """The count, made at most twice a second; the last answer stands while Kafka is away."""

    def __init__(self, address: str, partitions: int) -> None:
        self._lag = Lag(address, partitions)
        self._lock = asyncio.Lock()
        self._known: Known = {}
        self._asked = 0.0
        self.at = 0.0  # when Kafka last answered, seconds since the epoch

    async def behind(self) -> Known:
        """For each reader and topic how far it is behind."""
        async with self._lock:
            if time.monotonic() - self._asked > EVERY:
                await self._look()
                self._asked = time.monotonic()
        return self._known

    async def _look(self) -> None:
        try:
            async with asyncio.timeout(DEADLINE):
                found = await self._lag.count(READS)
        except (Away, TimeoutError):
            return
        self._known = {(one.consumer, one.topic): one for one in found}
        self.at = time.time()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._lag.close()
