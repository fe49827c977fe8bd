"""New incarnations: what an operator decides after a restore, and that readers come along."""

import asyncpg
import pytest

from shared import record as wire
from shared.bus import Away, Partition
from shared.consumer import places, restoring
from shared.consumer.reading import OtherGeneration
from shared.headers import MARKER
from shared.memory import MemoryBus
from shared.relay import LostTail, Refused
from shared.relay.incarnation import wished
from tests.eventpath.restoring import KEPT, backup, happens, incarnations, outcome, restore, wish
from tests.eventpath.world import PUBLISHER, READER, World, read, relayed, scored
from tests.harness import Hand


async def test_a_new_incarnation_numbers_from_1_and_readers_come_along(world: World) -> None:
    await happens(world, 1, 2, 3)
    await wish(world)
    await happens(world, 4, 5)
    assert sorted(await world.values()) == [1, 2, 3, 4, 5]
    assert await incarnations(world) == {"2"}
    newest = await world.rows("select max(last_sequence) as newest from consumed")
    assert 1 <= newest[0]["newest"] <= 2
    assert (await outcome(world)).startswith("incarnation 2-")


async def drill(world: World) -> None:
    """What the log has and the database lost stays read; what is new is read once."""
    await happens(world, 1, 2)
    held = await backup(world)
    case = scored().case_id
    await world.publish(scored(case, 3), scored(case, 4))
    await world.moved()
    await restore(world, held)
    with pytest.raises(Refused, match="begin a new incarnation"):
        await world.moved()
    await world.publish(scored(case, 5))
    await wish(world)
    await world.moved()
    assert sorted(await world.values()) == [1, 2, 3, 4, 5]
    assert await incarnations(world) == {"2"}


async def test_a_backup_restored_with_the_log_ahead(world: World) -> None:
    await drill(world)


async def test_control_a_restored_database_that_just_goes_on_loses_what_is_new(
    world: World, memory: MemoryBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    await happens(world, 1)
    held = await backup(world)
    case = scored().case_id
    await world.publish(scored(case, 2), scored(case, 3))
    await world.moved()
    await restore(world, held)
    monkeypatch.setattr("shared.relay.compare.Refused", _Ignored)
    monkeypatch.setattr("shared.relay.compare.held", _as_if_nothing_were_ahead)
    await world.publish(scored(case, 4))
    async with world.relaying() as turn:
        await relayed(turn)
    async with world.reading() as found:
        await read(found)
    assert await world.values() == [1, 2, 3], "taken for a repeat: 4 is lost"


class _Ignored(Exception):
    """Stands in for the refusal."""


async def _as_if_nothing_were_ahead(*given: object) -> list[object]:
    from shared.relay.compare import Held

    newest = given[5]
    assert isinstance(newest, list)
    return [Held(lowest=number + 1, entered=True) for number in newest]


async def test_a_database_moved_to_another_server(world: World) -> None:
    await happens(world, 1)
    await world.rows("update relay_identity set system_identifier = '7'", of=PUBLISHER)
    await world.publish(scored(value=2))
    with pytest.raises(Refused, match="server of this database changed"):
        await world.moved()
    await wish(world)
    await world.moved()
    assert sorted(await world.values()) == [1, 2]


async def test_a_database_that_is_empty_goes_on_behind_what_its_log_holds(world: World) -> None:
    """Derived events that are made once more are in the log already: nobody is told twice."""
    first, second = scored(value=1), scored(value=2)
    await world.publish(first)
    await world.moved()
    for name in KEPT:
        await world.rows(f"truncate {name}", of=PUBLISHER)
    await world.publish(first, second)
    with pytest.raises(Refused, match="begun by another database"):
        await world.moved()
    await wish(world)
    await world.moved()
    assert sorted(await world.values()) == [1, 2]
    assert "1 events of the outbox count as published" in await outcome(world)


async def test_a_topic_made_anew_is_filled_again_while_the_outbox_has_all_of_it(
    world: World, memory: MemoryBus
) -> None:
    await happens(world, 1, 2)
    memory.logs[PUBLISHER] = [[] for _ in range(12)]
    await happens(world, 3)
    assert sorted(await world.values()) == [1, 2, 3]


async def test_a_topic_made_anew_whose_past_is_gone_goes_on_in_a_new_incarnation(
    world: World, memory: MemoryBus
) -> None:
    """The reader stood far behind the place at which the marker now lies."""
    event = scored(value=1, partition=3)
    await world.publish(event, scored(event.case_id, 2))
    await world.moved()
    memory.logs[PUBLISHER] = [[] for _ in range(12)]
    await world.rows("delete from outbox where pos = (select min(pos) from outbox)", of=PUBLISHER)
    await world.publish(scored(event.case_id, 3))
    with pytest.raises(Refused, match="the outbox no longer has it"):
        await world.moved()
    await wish(world)
    async with world.relaying() as turn:
        await relayed(turn)
        for value in (4, 5, 6):
            await world.publish(scored(event.case_id, value))
        await relayed(turn)
        async with world.reading() as found:
            await read(found)
            await turn.watch(idle=False)
            await read(found)
            await found.tick()
            await read(found)
    assert await world.values() == [1, 2, 3, 4, 5, 6]


async def test_another_generation_of_the_topic_is_read_when_its_reader_is_told_to(
    world: World, memory: MemoryBus
) -> None:
    await happens(world, 1, 2)
    memory.logs[PUBLISHER] = [[] for _ in range(12)]
    await Hand(memory, PUBLISHER).begin()  # somebody else began it
    with pytest.raises(Refused, match="another database"):
        await world.moved()
    await wish(world)
    await world.publish(scored(value=3))
    async with world.relaying() as turn:
        await relayed(turn)
    with pytest.raises(OtherGeneration, match="another generation"):
        async with world.reading():
            pass
    connection = await asyncpg.connect(world.settings.database(READER, "worker"))
    assert await restoring.accept(memory, connection, READER, PUBLISHER) == 12
    async with world.reading() as found:
        await read(found)
    assert sorted(await world.values()) == [1, 2, 3]
    before = await places.all_of(connection, READER)
    with pytest.raises(restoring.Same):
        await restoring.accept(memory, connection, READER, PUBLISHER)
    assert await places.all_of(connection, READER) == before, "what is read is not read again"
    await connection.close()


async def test_a_relay_that_dies_between_two_markers_is_followed_by_one_with_the_same(
    world: World, memory: MemoryBus
) -> None:
    await happens(world, 1, 2, 3)
    await wish(world)
    memory.failing.add(Partition(PUBLISHER, 7))
    with pytest.raises(Away):
        await world.moved()
    [chosen] = await world.rows("select incarnation from relay_wish", of=PUBLISHER)
    await happens(world, 4)
    assert sorted(await world.values()) == [1, 2, 3, 4]
    [row] = await world.rows("select incarnation from relay_identity", of=PUBLISHER)
    assert row["incarnation"] == chosen["incarnation"]


async def test_what_an_old_relay_still_sends_behind_the_marker_is_dropped(
    world: World, memory: MemoryBus
) -> None:
    case = scored().case_id
    await world.publish(scored(case, 1))
    await world.moved()
    await world.publish(scored(case, 2))
    async with world.relaying() as turn:
        memory.hold(turn.sender)  # type: ignore[arg-type]
        batch = await turn._mark()
        assert batch is not None
        messages = [turn._message(*each) for each in zip(*_rows(batch), strict=True)]
        memory._held.append((PUBLISHER, messages))
    await wish(world)
    await world.moved()
    await memory.release()
    await world.publish(scored(case, 3))
    await world.moved()
    assert await world.values() == [1, 2, 3]


def _rows(batch: object) -> tuple[object, ...]:
    return batch.rows, batch.partitions, batch.sequences  # type: ignore[attr-defined]


async def test_a_marker_that_the_log_lost_is_written_again(world: World, memory: MemoryBus) -> None:
    event = scored(value=1, partition=3)
    await world.publish(event)
    await world.moved()
    await wish(world)
    async with world.relaying() as turn:
        memory.cut(PUBLISHER, 3, 2)  # its genesis and its first event stay
        with pytest.raises(LostTail):
            await turn.watch(idle=False)
    await world.publish(scored(event.case_id, 2))
    await world.moved()
    assert sorted(await world.values()) == [1, 2]


async def test_control_without_its_marker_nobody_enters_an_incarnation(
    world: World, memory: MemoryBus
) -> None:
    await happens(world, 1)
    await wish(world)
    await world.publish(scored(value=2))
    async with world.relaying() as turn:
        await relayed(turn)
    for partition, log in enumerate(memory.logs[PUBLISHER]):
        markers = [r.offset for r in log if wire.kind(r) == MARKER]
        for offset in markers:
            memory.lose(PUBLISHER, partition, offset)
    async with world.reading() as found:
        await read(found)
    assert await world.values() == [1]


async def test_a_wish_ends_a_healthy_turn_and_is_done_once(world: World) -> None:
    await happens(world, 1)
    async with world.relaying() as turn:
        await wish(world)
        with pytest.raises(Exception, match=PUBLISHER):
            await turn.watch(idle=True)
    await world.moved()
    async with world.relaying() as turn:
        assert await wished(turn.store) is None
        assert turn.identity.incarnation.startswith("2-")


async def test_a_restored_backup_on_real_kafka(kafka_world: World) -> None:
    """The drill once more, with the broker and the offsets that production has."""
    await drill(kafka_world)
