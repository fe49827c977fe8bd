"""python -m tests.campaign.worker: progress' own worker, which also says what it was refused.

The code at work is the service's; a witness looks at what comes back from the database. With
`--without` one protection is taken away from it.
"""

import argparse
from collections.abc import Awaitable, Callable

from services.progress import stream
from services.progress.projection.apply import Applied
from services.progress.projection.reader import Reader
from services.progress.projection.store import Connection, Stale
from shared.log import configure, log
from shared.settings import Settings
from tests.campaign.plan import REFUSED
from tests.campaign.without import PROTECTIONS, take_away


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


def main() -> None:
    """Work until told to stop."""
    options = argparse.ArgumentParser(prog="python -m tests.campaign.worker")
    options.add_argument("--without", choices=PROTECTIONS)
    if protection := options.parse_args().without:
        take_away(protection)
    given = Settings()
    configure("progress", "worker")
    stream.main(given, Witness(given))


if __name__ == "__main__":
    main()
