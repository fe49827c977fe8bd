"""The topics of a partition number are read abreast: what is ahead waits for the others.

After an outage the log is read as fast as it comes, and a topic with few words to say is at its end
long before another. Folded at once, its newest fact would make a case look as if nobody had come
for months: flags would be raised for moments, with messages that nobody can take back. At the
log's end nothing is still to come, so that nothing waits there.
"""

import math
from collections.abc import Collection, Mapping, Sequence

from services.progress.projection.lanes import Polled
from services.progress.projection.merging import Merging
from shared.bus import Partition, Record


# Seconds of asking a topic that brings nothing, while another one waits for it. Its broker may be
# away for long; but another takes over within seconds, and what is told too early has gone out.
PATIENCE = 5.0
# So long is one asking while something waits, and from one to the next no more counts: what keeps
# this process busy meanwhile says nothing of a broker that was not heard.
ASKING = 0.1


class Asked:
    """The seconds in which brokers could have brought what is waited for."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._last = math.inf

    def again(self, now: float) -> None:
        """They were asked once more, at this moment of a clock."""
        self.seconds += min(max(0.0, now - self._last), ASKING)
        self._last = now


class Abreast:
    """`add` what was fetched; what is `ready` may be folded."""

    def __init__(self) -> None:
        self._merging = Merging(ahead=1)  # one fetch of a partition, until all of it was let go
        self._since: dict[int, float] = {}  # a number waits, and nothing of it was let go
        self._silent: set[Partition] = set()  # these were waited for in vain

    def add(self, found: Mapping[Partition, Sequence[Record]]) -> None:
        """Take what was fetched, some of each partition."""
        self._merging.add(found)
        self._silent -= found.keys()

    def full(self, part: Partition) -> bool:
        """Whether a partition waits: no more need be fetched of it now."""
        return self._merging.full(part)

    def waits(self) -> bool:
        """Whether something waited for others at the last look."""
        return bool(self._since)

    def ready(self, open_: Collection[Partition], asked: float) -> dict[int, Polled]:
        """By partition number what no other topic can come before, or what has waited long enough.

        `open_` are the partitions of which more is still to come; `asked` are the
        seconds in which they have been asked for it.
        """
        ready = self._merging.ready(set(open_) - self._silent)
        if late := self._late(ready, asked):
            self._silent |= {part for part in open_ if part.partition in late}
            ready |= self._merging.ready(set(open_) - self._silent)
        return ready

    def _late(self, ready: Collection[int], asked: float) -> set[int]:
        waiting = self._merging.waiting().difference(ready)
        self._since = {number: self._since.get(number, asked) for number in waiting}
        return {number for number, since in self._since.items() if asked - since >= PATIENCE}
