"""A database and a log that do not belong together: the relay refuses, in one sentence."""

import pytest

from shared.bus import Message
from shared.memory import MemoryBus
from shared.relay import Refused
from tests.eventpath.world import PUBLISHER, World, relayed, scored
from tests.harness import Hand, memory_bus


async def test_every_partition_begins_with_one_genesis_record(world: World) -> None:
    for _ in range(2):
        async with world.relaying():
            pass
    for partition in range(12):
        [genesis] = await world.log(partition)
        headers = dict(genesis.headers)
        assert headers["ce_type"] == b"tidemark.genesis"
        assert headers["ce_sequence"] == b"0"
        assert b"system_identifier" in (genesis.value or b"")


async def test_a_genesis_is_found_behind_a_stray(world: World, memory: MemoryBus) -> None:
    await memory.append(PUBLISHER, Message(4, b"x", b"{}", []))
    for _ in range(2):
        async with world.relaying() as turn:
            await world.publish(scored(partition=4))
            await relayed(turn)
    assert await world.numbers(4) == [None, 1, 2]


async def refusal(world: World) -> str:
    with pytest.raises(Refused) as caught:
        async with world.relaying():
            pass
    words = str(caught.value)
    assert "\n" not in words
    assert words.startswith(PUBLISHER)
    return words


@pytest.mark.parametrize(
    ("column", "other"),
    [("system_identifier", "'1'"), ("timeline", "99"), ("partitions", "6")],
)
async def test_another_server_timeline_or_partition_count_is_refused(
    world: World, column: str, other: str
) -> None:
    async with world.relaying():
        pass
    await world.rows(f"update relay_identity set {column} = {other}", of=PUBLISHER)
    assert "changed" in await refusal(world)


async def test_a_topic_begun_by_another_database_is_refused(
    world: World, memory: MemoryBus
) -> None:
    await Hand(memory, PUBLISHER).begin()
    assert "another database" in await refusal(world)


async def test_a_log_that_is_ahead_of_its_database_is_refused(world: World) -> None:
    """A backup was restored: number 2 is in the log, the database knows only number 1."""
    await world.publish(scored(partition=3))
    async with world.relaying() as turn:
        await relayed(turn)
        await world.publish(scored(partition=3))
        await relayed(turn)
    await world.rows("delete from relay_batch where number = 2", of=PUBLISHER)
    await world.rows("delete from outbox where batch = 2", of=PUBLISHER)
    assert "ahead of this database" in await refusal(world)


async def test_a_topic_with_another_number_of_partitions_is_refused(world: World) -> None:
    world.bus = memory_bus(world.settings.model_copy(update={"partitions": 6}))
    assert "6 partitions instead of 12" in await refusal(world)


async def test_a_number_that_nobody_has_any_more_is_refused(
    world: World, memory: MemoryBus
) -> None:
    await world.publish(scored(partition=3))
    async with world.relaying() as turn:
        await relayed(turn)
    await world.rows("delete from outbox", of=PUBLISHER)
    memory.cut(PUBLISHER, 3, 1)
    assert "lost number 1 of partition 3" in await refusal(world)


async def test_an_emptied_log_is_written_again_as_long_as_all_is_there(
    world: World, memory: MemoryBus
) -> None:
    await world.publish(scored(partition=3), scored(partition=3))
    async with world.relaying() as turn:
        await relayed(turn)
    memory.cut(PUBLISHER, 3, 0)
    async with world.relaying():
        assert await world.numbers(3) == [1, 2]
