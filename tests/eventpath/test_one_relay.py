"""One relay at a time: two that share the rows out turn a key's order around (R05)."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg

from shared.relay import Store
from tests.eventpath.world import PUBLISHER, World, relayed, scored


TAKE = "select data from outbox where batch is null order by pos limit 1 for update skip locked"


@asynccontextmanager
async def sharing(world: World) -> AsyncIterator[int]:
    """The control: a relay takes the first row that no other one holds; its value."""
    connection = await asyncpg.connect(world.settings.database(PUBLISHER, "worker"))
    try:
        async with connection.transaction():
            yield json.loads(await connection.fetchval(TAKE))["total"]
    finally:
        await connection.close()


async def in_the_log(world: World, partition: int) -> list[int]:
    """The values that stand in one partition, in order."""
    said = [json.loads(record.value or b"{}") for record in await world.log(partition)]
    return [each["total"] for each in said if "total" in each]


async def test_a_second_relay_gets_nothing_and_the_order_of_a_key_stands(world: World) -> None:
    case = scored(partition=3).case_id
    for value in (1, 2):
        await world.publish(scored(case, value))
    async with world.relaying() as turn:
        another = await Store.open(
            world.settings.database(PUBLISHER, "worker"), world.settings.partitions
        )
        assert not await another.lock()
        await another.close()
        await relayed(turn)
    assert await in_the_log(world, 3) == [1, 2]


async def test_control_relays_that_share_rows_send_a_keys_second_event_first(world: World) -> None:
    case, sent = uuid4(), []
    for value in (1, 2):
        await world.publish(scored(case, value))
    async with sharing(world) as slow:
        async with sharing(world) as quick:
            sent.append(quick)  # its broker answers sooner
        sent.append(slow)
    assert sent == [2, 1]
