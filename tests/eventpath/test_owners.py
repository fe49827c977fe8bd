"""Two owners of one partition: what both take is handled once. Interleaving 9."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.bus import Partition, Record
from shared.consumer import batch, places
from shared.consumer.batch import Batch
from shared.consumer.running import connected
from shared.consumer.sorting import Place
from shared.memory import MemoryBus
from tests.eventpath.world import (
    PART,
    PUBLISHER,
    READER,
    World,
    scored,
    until,
    written,
)
from tests.harness import Hand


class OldOwner(Batch):
    """Stands still in the middle of its transaction."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.inside, self.go_on = asyncio.Event(), asyncio.Event()

    async def hand_over(self, session: AsyncSession, record: Record) -> None:
        """Handle it, then wait."""
        await super().hand_over(session, record)
        self.inside.set()
        await self.go_on.wait()


async def two_owners(world: World, memory: MemoryBus, made: bool) -> list[int]:
    """The old owner is inside its first transaction when the new one takes the same records."""
    records: dict[Partition, Sequence[Record]] = {PART: memory.logs[PUBLISHER][PART.partition]}
    async with (
        connected(world.settings, READER, world.consumer) as one,
        connected(world.settings, READER, world.consumer) as two,
    ):
        if made:
            await places.make(await batch.driver(one), READER, [PUBLISHER], 12)
        old = OldOwner(one, world.consumer, world.settings)
        new = Batch(two, world.consumer, world.settings)
        first = asyncio.create_task(old.apply(records))
        await old.inside.wait()
        second = asyncio.create_task(new.apply(records))
        waiting = "select 1 from pg_locks where not granted"

        async def second_waits_or_is_done() -> bool:
            return second.done() or bool(await world.rows(waiting))

        await until(second_waits_or_is_done)
        old.go_on.set()
        with suppress(KeyError):
            await first
        with suppress(KeyError):
            await second
    return await world.values()


async def test_the_old_owner_commits_inside_the_new_owners_first_transaction(
    world: World, memory: MemoryBus, hand: Hand
) -> None:
    """Interleaving 9, on the very first row."""
    await written(hand, 1, 2)
    assert await two_owners(world, memory, made=True) == [1, 2]


async def test_control_without_the_rows_lock_two_owners_count_twice(
    world: World, memory: MemoryBus, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places are looked at, not locked, and no key's lock is taken: as without a row to meet on."""

    async def unlocked(connection: places.Connection, consumer: str, parts: object) -> object:
        return {PART: Place()}

    async def no_keys(self: Batch, session: AsyncSession, records: object) -> None:
        await session.execute(text("select 1"))

    monkeypatch.setattr(places, "lock", unlocked)
    monkeypatch.setattr(Batch, "_lock", no_keys)
    await written(hand, 1, 2)
    assert sorted(await two_owners(world, memory, made=True)) == [1, 1, 2, 2]


async def test_two_topics_of_one_case_and_two_owners_do_not_block_each_other_for_ever(
    world: World, memory: MemoryBus, hand: Hand
) -> None:
    """Interleaving 9, last part: both own both, and take them in opposite order."""
    other = await Hand(memory, "intake").begin()
    event = scored(value=1, partition=3)
    await hand.publish(event)
    here = {PART: list(memory.logs[PUBLISHER][3])}
    there = {Partition("intake", 3): list(memory.logs["intake"][3])}
    assert other.publisher == "intake"
    async with (
        connected(world.settings, READER, world.consumer) as one,
        connected(world.settings, READER, world.consumer) as two,
    ):
        await places.make(await batch.driver(one), READER, [PUBLISHER, "intake"], 12)
        first = Batch(one, world.consumer, world.settings).apply({**here, **there})
        second = Batch(two, world.consumer, world.settings).apply({**there, **here})
        await asyncio.gather(first, second)
    assert await world.values() == [1]
