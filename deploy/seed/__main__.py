"""python -m deploy.seed history|looks: write the demo into a running system; twice changes nothing.

First the history, before progress reads anything: told in one go it is back-dated, and whoever
read along would see cases that have waited for months without a session. Then, once progress has
read it, who has looked at which flag.
"""

import argparse
import asyncio
from datetime import datetime

from deploy.seed import clinics, flags, history, measures
from deploy.seed.acts import Acts
from deploy.seed.plan import Story, stories
from shared.clock import utcnow
from shared.settings import Settings


AT_ONCE = 6  # cases that are told at the same time


async def seed(settings: Settings, part: str) -> None:
    """One of the two parts of the demo."""
    acts, told = Acts(settings), stories()
    try:
        if part == "history":
            await tell(acts, told)
        else:
            await flags.look(acts, told, await clinics.anchor(acts, utcnow()))
    finally:
        await acts.close()


async def tell(acts: Acts, told: list[Story]) -> datetime:
    """Clinics and people, then every case from its referral to today; the demo's present."""
    present = await clinics.anchor(acts, utcnow())
    await clinics.open_all(acts, present)
    await measures.license_pack(acts, present - clinics.OPEN_FOR)
    gate = asyncio.Semaphore(AT_ONCE)

    async def tell_one(story: Story) -> None:
        async with gate:
            await history.tell(acts, story, present)

    async with asyncio.TaskGroup() as group:
        for story in told:
            group.create_task(tell_one(story))
    return present


if __name__ == "__main__":
    options = argparse.ArgumentParser(prog="python -m deploy.seed", description=__doc__)
    options.add_argument("part", choices=("history", "looks"))
    asyncio.run(seed(Settings(), options.parse_args().part))
