"""python -m deploy.seed: write the demo into a running system; told twice, it changes nothing."""

import asyncio

from deploy.seed import clinics, history
from deploy.seed.acts import Acts
from deploy.seed.plan import stories
from shared.clock import utcnow
from shared.settings import Settings


AT_ONCE = 6  # cases that are told at the same time


async def seed(settings: Settings) -> None:
    """Clinics and people, then every case from its referral to today."""
    acts = Acts(settings)
    try:
        present = await clinics.anchor(acts, utcnow())
        await clinics.open_all(acts, present)
        gate = asyncio.Semaphore(AT_ONCE)

        async def tell_one(number: int) -> None:
            async with gate:
                await history.tell(acts, told[number], present)

        told = stories()
        async with asyncio.TaskGroup() as group:
            for number in range(len(told)):
                group.create_task(tell_one(number))
    finally:
        await acts.close()


if __name__ == "__main__":
    asyncio.run(seed(Settings()))
