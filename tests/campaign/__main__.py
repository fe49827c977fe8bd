"""python -m tests.campaign: the long form. Ends with 'N checked, M failed'; 1 when M is not 0."""

import argparse
import asyncio
import logging
import random
import signal
import sys
import time
from pathlib import Path

from deploy.environment import LOCAL
from tests.campaign.plan import Kind
from tests.campaign.run import Say, Verdict, Wish, campaign
from tests.campaign.without import PROTECTIONS


STOPPED = 143
BY = ("row", "sequence", "version")  # what must have refused a zombie's write at least once


def main() -> int:
    """Run one campaign as the options say."""
    wish, began = _wish(), time.monotonic()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # that a broker is away is no news

    def say(line: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {line}", flush=True)

    try:
        return conclude(asyncio.run(_whole(wish, say)), wish)
    except asyncio.CancelledError:
        return STOPPED


async def _whole(wish: Wish, say: Say) -> Verdict:
    """One campaign; who stops it lets it take away what was mounted, between two steps."""
    this = asyncio.current_task()
    assert this is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    return await campaign(wish, say)


def conclude(verdict: Verdict, wish: Wish) -> int:
    """Say what it came to, and how to see it again; 1 when anything was wrong."""
    never = [f"no zombie's write was refused by {by}" for by in BY if not verdict.refused.get(by)]
    never += [f"no fault was a {kind}" for kind in Kind if not verdict.done.get(kind.value)]
    verdict.failures += [f"{each}: nothing was shown" for each in never]
    print("faults:", ", ".join(f"{n} {kind}" for kind, n in sorted(verdict.done.items())))
    for missed in sorted(set(verdict.missed)):
        print(f"not done, {verdict.missed.count(missed)} times: {missed}")
    print(f"deaths: {verdict.deaths}")
    print("refused:", ", ".join(f"{n} by {by}" for by, n in sorted(verdict.refused.items())))
    for line in verdict.failures:
        print("FAILED ", line)
    print(f"again: {wish.again}")
    print(f"{verdict.checks} checked, {len(verdict.failures)} failed")
    return 1 if verdict.failures else 0


def _wish() -> Wish:
    options = argparse.ArgumentParser(prog="python -m tests.campaign", description=__doc__)
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    options.add_argument("--kills", type=int, default=300)
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--folder", type=Path, default=LOCAL / "campaign")
    options.add_argument("--port", type=int, default=29000)
    options.add_argument(
        "--without", choices=PROTECTIONS, default="", help="a control: it must end red"
    )
    given = options.parse_args()
    wanted = (given.seed, given.kills, given.events, given.without)
    return Wish(given.folder.resolve(), given.port, *wanted)


if __name__ == "__main__":
    sys.exit(main())
