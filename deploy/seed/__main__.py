"""python -m deploy.seed: write the demo into a running system; told twice, it changes nothing."""

import asyncio
from collections.abc import Sequence

from deploy.seed import clinics, history
from deploy.seed.acts import Acts
from deploy.seed.plan import Story, stories
from shared.clock import utcnow
from shared.settings import Settings


AT_ONCE = 6  # cases that are told at the same time


async def seed(settings: Settings, told: Sequence[Story]) -> None:
    """Clinics and people, then every case from its referral to today."""
    acts = Acts(settings)
    gate = asyncio.Semaphore(AT_ONCE)
    try:
        present = await clinics.anchor(acts, utcnow())
        await clinics.open_all(acts, present)

        async def tell(story: Story) -> None:
            async with gate:
                await history.tell(acts, story, present)

        async with asyncio.TaskGroup() as group:
            for story in told:
                group.create_task(tell(story))
    finally:
        await acts.close()


if __name__ == "__main__":
    asyncio.run(seed(Settings(), stories()))
