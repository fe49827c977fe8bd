"""Lanes bound what waits by records: batches are of one record or of thousands."""

import asyncio
from typing import Any

from services.progress.projection.lanes import ROOM, Lanes, Polled
from shared.bus import Partition


def records(count: int) -> list[Any]:
    """So many, whatever is in them."""
    return [object()] * count


async def test_a_batch_waits_until_there_is_room_for_its_records() -> None:
    go_on, worked, done = asyncio.Event(), list[int](), list[int]()

    async def work(polled: Polled) -> bool:
        worked.append(sum(map(len, polled.values())))
        await go_on.wait()
        return True

    lanes = Lanes(work, 3, lambda _: None)
    await lanes.put(Partition("goals", 0), records(ROOM - 1), lambda: done.append(0))
    await lanes.put(Partition("goals", 1), records(1), lambda: done.append(1))
    third = asyncio.create_task(
        lanes.put(Partition("goals", 2), records(1), lambda: done.append(2))
    )
    while len(worked) < 2:
        await asyncio.sleep(0)
    assert not third.done(), "the room is full, and only two batches are in it"
    go_on.set()
    await third
    while len(done) < 3:
        await asyncio.sleep(0)
    assert worked == [ROOM - 1, 1, 1]


async def test_a_batch_larger_than_the_room_is_taken_alone() -> None:
    done = asyncio.Event()

    async def work(polled: Polled) -> bool:
        return bool(polled)

    async with asyncio.timeout(5):
        lanes = Lanes(work, 1, lambda _: None)
        await lanes.put(Partition("goals", 0), records(ROOM + 1), done.set)
        await done.wait()
