"""A worker's parts: when one of them ends, whatever the reason, the process must not live on."""

import asyncio

import pytest

from shared.bus import Away, own_cancellation
from shared.service import Ended, until_told


async def cancelled_by_a_library() -> None:
    """What aiokafka does when it closes: it cancels a task of its own and waits for it."""
    inner = asyncio.ensure_future(asyncio.Event().wait())
    await asyncio.sleep(0)
    inner.cancel()
    await inner


async def returns() -> None:
    """A part that thinks it is done."""


@pytest.mark.parametrize("part", [cancelled_by_a_library, returns])
async def test_a_part_that_ends_by_itself_is_a_fault(part) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Ended):
        await until_told(part(), asyncio.Event())


async def test_a_part_that_was_told_may_end() -> None:
    stop = asyncio.Event()
    stop.set()
    await until_told(returns(), stop)


async def test_a_worker_that_is_cancelled_ends() -> None:
    waiting = asyncio.ensure_future(until_told(_for_ever(), asyncio.Event()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_control_a_task_group_takes_a_cancelled_child_for_done() -> None:
    """Without `until_told` the process would live on without its reader."""
    async with asyncio.TaskGroup() as group:
        child = group.create_task(cancelled_by_a_library())
    assert child.cancelled()


async def test_anothers_cancellation_means_that_the_bus_is_away() -> None:
    with pytest.raises(Away), own_cancellation():
        await cancelled_by_a_library()


async def test_our_own_cancellation_passes() -> None:
    async def work() -> None:
        with own_cancellation():
            await asyncio.Event().wait()

    task = asyncio.ensure_future(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_deadline_is_still_a_deadline() -> None:
    async def wait() -> None:
        async with asyncio.timeout(0.01):
            with own_cancellation():
                await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await wait()


async def _for_ever() -> None:
    await asyncio.Event().wait()
