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

    async with asyncio.timeout(30):
        lanes = Lanes(work, 1, lambda _: None)
        await lanes.put(Partition("goals", 0), records(ROOM + 1), done.set)
        await done.wait()


async def test_what_comes_while_others_are_worked_on_is_folded_along() -> None:
    """All topics of a partition number in one batch: none of a case's runs ahead of the others."""
    go_on, worked = asyncio.Event(), list[list[Partition]]()

    async def work(polled: Polled) -> bool:
        worked.append(sorted(polled))
        await go_on.wait()
        return True

    lanes, done = Lanes(work, 1, lambda _: None), list[Partition]()
    busy = Partition("goals", 0)
    late = [Partition(topic, 1) for topic in ("goals", "intake", "scheduling")]
    await lanes.put(busy, records(1), lambda: None)
    while not worked:
        await asyncio.sleep(0)
    for part in late:
        await lanes.put(part, records(1), lambda part=part: done.append(part))  # type: ignore[misc]
        await asyncio.sleep(0)
    go_on.set()
    while len(done) < len(late):
        await asyncio.sleep(0)
    assert worked == [[busy], late]


async def test_what_comes_in_one_poll_is_folded_together_and_nobody_is_waited_for_long() -> None:
    worked = list[list[Partition]]()

    async def work(polled: Polled) -> bool:
        worked.append(sorted(polled))
        return True

    lanes, done = Lanes(work, 3, lambda _: None), list[Partition]()
    one_poll = [Partition(topic, 0) for topic in ("goals", "intake", "scheduling")]
    alone = Partition("goals", 1)  # of two in its poll, the other one was paused meanwhile
    await lanes.put(alone, records(1), lambda: done.append(alone), together=2)
    for part in one_poll:
        await lanes.put(part, records(1), lambda part=part: done.append(part), together=3)  # type: ignore[misc]
        for _ in range(20):
            await asyncio.sleep(0)
    async with asyncio.timeout(30):
        while len(done) < 4:
            await asyncio.sleep(0)
    assert sorted(worked) == [one_poll, [alone]]
