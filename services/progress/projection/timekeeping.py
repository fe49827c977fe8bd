"""What time does, on time: the sweep at every beat, escalations now and then, while all is read."""

import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import cast

from services.progress.projection.apply import TOPICS
from services.progress.projection.escalating import escalate
from services.progress.projection.reader import Reader
from services.progress.projection.sweep import FRONT, Swept, sweep


ESCALATE = 10.0  # seconds between two looks at the clocks of flags
FORGET = 3_600.0  # seconds between two looks for trials of the rules that are a day old
_OLD_TRIALS = "delete from rule_trial where until < now() - interval '1 day'"
MOST = 4  # sweeps at one beat: folding must not wait for a clinic with many cases


class Timekeeper:
    """`keep` it going at every beat of the watch."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._looked_at = -ESCALATE
        self._forgot_at = -FORGET
        self._after = FRONT  # where the next sweep goes on: every due case has its turn

    async def keep(self, reached: Mapping[str, datetime | None]) -> None:
        """Sweep up to where everything was read; nothing while that is not known.

        A version that is being built has no clock of its own.
        """
        moments = [each for each in reached.values() if each is not None]
        if self._reader.target.silent or len(moments) < len(TOPICS):
            return
        until = min(moments)
        if await self._sweep(until) | await self._escalate(until):
            self._reader.wake.set()
        await self._forget()

    async def _sweep(self, until: datetime) -> bool:
        published = False
        for _ in range(MOST):
            work = partial(
                sweep,
                until=until,
                partitions=self._reader.settings.partitions,
                cache=self._reader.cache,
                after=self._after,
            )
            swept = cast("Swept", await self._reader.with_connection(work))
            published |= swept.published
            self._after = swept.after or FRONT
            if swept.after is None:
                break
        return published

    async def _escalate(self, until: datetime) -> bool:
        if time.monotonic() - self._looked_at < ESCALATE:
            return False
        self._looked_at = time.monotonic()
        partitions = self._reader.settings.partitions
        work = partial(escalate, now=until, partitions=partitions)
        return bool(await self._reader.with_connection(work))

    async def _forget(self) -> None:
        """A trial is no record of care; nobody looks at yesterday's."""
        if time.monotonic() - self._forgot_at >= FORGET:
            self._forgot_at = time.monotonic()
            await self._reader.with_connection(lambda it: it.execute(_OLD_TRIALS))
