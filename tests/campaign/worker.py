"""python -m tests.campaign.worker: progress' own worker, which also says what it was refused.

The code at work is the service's; a witness looks at what comes back from the database.
"""

from collections.abc import Awaitable, Callable

from services.progress import stream
from services.progress.projection.apply import Applied
from services.progress.projection.reader import Reader
from services.progress.projection.store import Connection, Stale
from shared.log import configure, log
from shared.settings import Settings
from tests.campaign.plan import REFUSED


class Witness(Reader):
    """Our reader, and a line in the log for each batch that came too late."""

    async def with_connection(self, act: Callable[[Connection], Awaitable[object]]) -> object:
        """As ours."""
        try:
            done = await super().with_connection(act)
        except Stale:
            log.info(REFUSED, state="version", count=1)
            raise
        if isinstance(done, Applied):
            repeats = sum(each.repeats for each in done.sorted.values())
            if repeats:
                log.info(REFUSED, state="sequence", count=repeats)
        return done


if __name__ == "__main__":
    given = Settings()
    configure("progress", "worker")
    stream.main(given, Witness(given))
