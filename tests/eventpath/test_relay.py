"""The relay: whatever dies, is late or is lost, every number stands in the log, in order.

Interleavings 2, 3, 4, 6, 7 and 8 of the event path; each ends with all events read once, in order.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from shared import watermarks
from shared.bus import Away, Message
from shared.headers import SEQUENCE
from shared.memory import MemoryBus, MemorySender
from shared.relay import LostTail, Turn, Wanted
from shared.relay.compare import Held
from tests.eventpath.relaying import assert_all_read, published
from tests.eventpath.world import PART, PUBLISHER, World, read, relayed, scored, until


async def test_numbers_are_gapless_and_fixed_before_anything_is_sent(
    world: World, memory: MemoryBus
) -> None:
    await published(world, 1, 2, 3)
    async with world.relaying() as turn:
        sender = turn.sender
        assert isinstance(sender, MemorySender)
        memory.hold(sender)
        step = asyncio.create_task(turn.step())
        await until(lambda: memory.held == 3)
        marked = "select sequence, partition from outbox order by pos"
        rows = await world.rows(marked, of=PUBLISHER)
        assert [tuple(row) for row in rows] == [(1, 3), (2, 3), (3, 3)]
        step.cancel()


async def test_a_relay_that_died_before_its_first_send_is_made_good(
    world: World, memory: MemoryBus
) -> None:
    await dies_while_sending(world, memory, landed=False)
    await world.moved()
    assert await world.numbers(3) == [1, 2, 3]
    assert await world.values() == [1, 2, 3]


async def test_sends_that_land_late_are_repeats_and_nothing_else(
    world: World, memory: MemoryBus
) -> None:
    """Interleaving 3: the session is cut, another relay sends all and more; then they land."""
    await dies_while_sending(world, memory, landed=False)
    await published(world, 4)
    async with world.relaying() as second:
        await relayed(second)
        async with world.reading() as reading:
            await read(reading)
            await memory.release()
            await read(reading)
        await published(world, 5)
        await relayed(second)
    assert await world.numbers(3) == [1, 2, 3, 4, 1, 2, 3, 5]
    await assert_all_read(world, 1, 2, 3, 4, 5)


async def dies_while_sending(world: World, memory: MemoryBus, landed: bool) -> None:
    """A relay whose database session is cut while its sends are under way."""
    await published(world, 1, 2, 3)
    async with world.relaying() as turn:
        assert isinstance(turn.sender, MemorySender)
        memory.hold(turn.sender)
        step = asyncio.create_task(turn.step())
        await until(lambda: memory.held == 3)
        turn.store.connection.terminate()
        step.cancel()
        with suppress(asyncio.CancelledError):
            await step
        if landed:
            await memory.release()


async def test_a_relay_that_died_after_all_sends_repeats_nothing(
    world: World, memory: MemoryBus
) -> None:
    await dies_while_sending(world, memory, landed=True)
    await world.moved()
    assert await world.numbers(3) == [1, 2, 3]
    assert await world.values() == [1, 2, 3]


async def test_who_lost_the_lock_can_write_no_more(world: World) -> None:
    async with world.relaying() as turn:
        await published(world, 1)
        turn.store.connection.terminate()
        with pytest.raises(Exception, match="closed"):
            await turn.step()
    assert not await world.rows("select 1 from relay_batch", of=PUBLISHER)


async def test_an_early_copy_is_seen_by_no_handler(world: World, memory: MemoryBus) -> None:
    """Interleaving 4: a send fails for good, the one behind it lands; then a new turn."""
    await published(world, 1, 2)
    async with world.relaying() as turn:
        memory.failing.add(PART)
        with pytest.raises(Away):
            await turn.step()
    assert await world.numbers(3) == [2]
    async with world.reading() as reading:
        await read(reading)
        assert await world.values() == []
        async with world.relaying():
            await read(reading)
    assert await world.numbers(3) == [2, 1, 2]
    assert await world.values() == [1, 2]
    assert not await world.rows("select 1 from parked")


async def test_a_lost_tail_where_nothing_follows_is_noticed_and_healed(
    world: World, memory: MemoryBus
) -> None:
    """Interleaving 6."""
    await published(world, 1, 2, 3)
    async with world.relaying() as turn:
        await relayed(turn)
        memory.cut(*PART, 2)
        with pytest.raises(LostTail):
            await turn.watch(idle=True)
    async with world.relaying():
        assert await world.numbers(3) == [1, 2, 3]
    await assert_all_read(world, 1, 2, 3)


async def test_a_record_lost_while_the_next_is_in_flight_ends_the_turn(
    world: World, memory: MemoryBus
) -> None:
    """Interleaving 7: the log then begins with number 2."""
    await published(world, 1)
    async with world.relaying() as turn:
        await relayed(turn)
        memory.cut(*PART, 1)
        await published(world, 2)
        with pytest.raises(LostTail):
            await turn.step()
    assert await world.numbers(3) == [2]
    await assert_all_read(world)
    await world.moved()
    assert await world.numbers(3) == [2, 1, 2]
    assert await world.values() == [1, 2]


async def test_places_that_no_longer_carry_their_number_are_passed_over(
    world: World, memory: MemoryBus
) -> None:
    async with world.relaying() as turn:
        for value in range(1, 9):
            await published(world, value)
            await relayed(turn)
        memory.cut(*PART, 4)
    async with world.relaying():
        assert await world.numbers(3) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("where", ["first", "in the middle", "last"])
async def test_a_stray_with_a_huge_number_harms_nothing(
    world: World, memory: MemoryBus, where: str
) -> None:
    """Interleaving 8: under our own name, with a live case's key."""
    case = scored(partition=PART.partition)
    if where == "first":
        async with world.relaying():
            await put_stray(world, memory, 10**9, str(case.case_id))
    await world.publish(case.model_copy(update={"total": 1}))
    async with world.relaying() as turn:
        await relayed(turn)
        if where != "first":
            await put_stray(world, memory, 10**9, str(case.case_id))
        if where == "in the middle":
            await world.publish(scored(case.case_id, 2))
            await relayed(turn)
    async with world.relaying() as turn, world.reading() as reading:
        await read(reading)
        await world.publish(scored(case.case_id, 3))
        await relayed(turn)
        await read(reading)
    expected = [1, 2, 3] if where == "in the middle" else [1, 3]
    assert await world.values() == expected
    assert not await world.rows("select 1 from parked")


async def test_the_very_next_number_without_the_incarnation_harms_nothing(
    world: World, memory: MemoryBus
) -> None:
    """Interleaving 8, last part: it is foreign, shown, and never handed on."""
    await published(world, 1)
    async with world.relaying() as turn:
        await relayed(turn)
        await put_stray(world, memory, 2, "somebody", incarnation=b"1-0000")
    async with world.relaying() as turn, world.reading() as reading:
        await published(world, 2)
        await relayed(turn)
        await read(reading)
    assert await world.values() == [1, 2]
    assert [row["state"] for row in await world.rows("select state from parked")] == ["foreign"]


async def put_stray(
    world: World, memory: MemoryBus, sequence: int, key: str, incarnation: bytes | None = None
) -> None:
    """A record under our own name and incarnation that the relay never wrote."""
    genesis = memory.logs[PUBLISHER][PART.partition][0]
    headers = dict(genesis.headers) | {
        SEQUENCE: str(sequence).encode(),
        "ce_type": b"goals.measure_completed",
    }
    if incarnation:
        headers["ce_incarnation"] = incarnation
    message = Message(PART.partition, key.encode(), b"{}", list(headers.items()))
    await memory.append(PUBLISHER, message)


class NoCompare(Turn):
    """The control: a new turn trusts that what was marked was sent."""

    async def _send_again(self, partition: int, held: Held) -> None:
        sent = replace(held, lowest=self.newest[partition] + 1)
        await super()._send_again(partition, sent)


@pytest.mark.parametrize(("kind", "numbers"), [(Turn, [1, 2, 3, 4]), (NoCompare, [4])])
async def test_control_without_the_compare_a_death_loses_its_batch(
    world: World, memory: MemoryBus, kind: type[Turn], numbers: list[int]
) -> None:
    await dies_while_sending(world, memory, landed=False)
    await published(world, 4)
    async with world.relaying(kind=kind) as turn:
        await relayed(turn)
    assert await world.numbers(3) == numbers


async def test_a_reader_may_ask_for_a_compare_from_the_beginning(
    world: World, memory: MemoryBus
) -> None:
    await published(world, 1, 2, 3)
    async with world.relaying() as turn:
        await relayed(turn)
        memory.lose(*PART, 2)
        await published(world, 4)
        await memory.append(PUBLISHER, Message(PART.partition, b"", b"", []))
        await relayed(turn)
        sender = await memory.sender()
        await watermarks.ask_compare(sender, "notifications", "intake")
        await turn.watch(idle=True)
        await watermarks.ask_compare(sender, "notifications", PUBLISHER)
        with pytest.raises(Wanted):
            await turn.watch(idle=True)
    async with world.relaying(thorough=True):
        assert await world.numbers(3) == [1, 3, None, 4, 2, 3, 4]
    await assert_all_read(world, 1, 2, 3, 4)
