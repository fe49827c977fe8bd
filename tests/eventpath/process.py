"""python -m tests.eventpath.process: relay and reader in a process of their own, to be killed."""

import asyncio

from shared import consumer, relay
from shared.kafka import KafkaBus
from shared.log import configure
from shared.settings import Settings
from tests.eventpath.world import PUBLISHER, READER, World


async def main() -> None:
    """Relay and read until killed; the settings come from the environment, as in production."""
    settings = Settings()
    configure(PUBLISHER, "worker")
    bus = KafkaBus(settings.kafka)
    world = World(settings, bus)
    wake, stop = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(relay.run(bus, settings, PUBLISHER, wake, stop))
        group.create_task(consumer.run(bus, settings, READER, world.consumer, stop))


if __name__ == "__main__":
    asyncio.run(main())
