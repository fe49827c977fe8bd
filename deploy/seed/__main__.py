"""python -m deploy.seed: write the demo into a running system; told twice, it changes nothing."""

import asyncio
from datetime import datetime

from deploy.seed import clinics, flags, history, measures
from deploy.seed.acts import Acts
from deploy.seed.plan import Story, stories
from shared.clock import utcnow
from shared.settings import Settings


AT_ONCE = 6  # cases that are told at the same time


async def seed(settings: Settings) -> None:
    """The whole demo, up to the flags that somebody has looked at."""
    acts, told = Acts(settings), stories()
    try:
        present = await tell(acts, told)
        await flags.look(acts, told, present)
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
    asyncio.run(seed(Settings()))
