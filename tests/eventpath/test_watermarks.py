"""`current_to` says up to when everything was taken in: never more than that. Interleaving 12."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from shared import outbox, watermarks
from shared.consumer.reading import Reading
from shared.memory import MemoryBus
from shared.relay import Turn
from shared.watermarks import Mark
from tests.eventpath.moments import at
from tests.eventpath.world import PUBLISHER, READER, World, read, relayed, scored, until


async def current(world: World, reading: Reading) -> datetime | None:
    """`current_to` after another second, as the API reads it."""
    reading._beat_at = 0.0
    await read(reading)
    await reading.tick()
    async with world.reader.session() as session:
        return await watermarks.current_to(session, READER)


async def paused(world: World, reading: Reading, pause: bool) -> None:
    act = "pause" if pause else "resume"
    await world.rows(
        "insert into wish (consumer, act, reason, sub, role) values ($1, $2, '', '', '')",
        READER,
        act,
    )
    await reading.tick()


async def while_paused(world: World, turn: Turn, reading: Reading) -> tuple[bool, bool]:
    """Whether `current_to` moves while the reader is paused with something unread, and after."""
    await turn.watch(idle=False)
    before = await current(world, reading)
    assert before is not None
    await paused(world, reading, True)
    await world.publish(scored())
    await relayed(turn)
    await turn.watch(idle=False)
    during = await current(world, reading)
    await paused(world, reading, False)
    await turn.watch(idle=False)
    after = await current(world, reading)
    return during != before, after is not None and after > before


async def test_it_stands_still_while_a_paused_reader_has_something_unread(world: World) -> None:
    async with world.relaying() as turn, world.reading() as reading:
        assert await while_paused(world, turn, reading) == (False, True)


async def test_control_marks_without_numbers_let_it_move_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence then looks like being current."""
    monkeypatch.setattr(Mark, "reached", lambda *_: True)
    async with world.relaying() as turn, world.reading() as reading:
        assert await while_paused(world, turn, reading) == (True, True)


async def test_a_dead_relay_lets_it_stand_still(world: World) -> None:
    async with world.reading() as reading:
        async with world.relaying() as turn:
            await turn.watch(idle=False)
            before = await current(world, reading)
        await world.publish(scored())
        assert await current(world, reading) == before


async def test_a_hole_lets_it_stand_still(world: World, memory: MemoryBus) -> None:
    async with world.relaying() as turn, world.reading() as reading:
        await turn.watch(idle=False)
        before = await current(world, reading)
        await world.publish(scored(partition=3))
        await relayed(turn)
        await turn.watch(idle=False)
        memory.cut(PUBLISHER, 3, 1)
        assert await current(world, reading) == before


async def test_what_is_committed_and_not_sent_holds_the_mark_back(world: World) -> None:
    async with world.relaying() as turn:
        await world.publish(scored())
        written = (await world.rows("select written_at from outbox", of=PUBLISHER))[0][0]
        mark = await turn.store.watermark()
        assert mark is not None
        assert mark.at == written
        await relayed(turn)
        later = await turn.store.watermark()
        assert later is not None
        assert later.at > written


async def test_history_that_is_recorded_today_does_not_hold_it_back(world: World) -> None:
    long_ago = scored().model_copy(update={"occurred_at": at(0) - timedelta(days=365)})
    async with world.relaying() as turn:
        await world.publish(long_ago)
        mark = await turn.store.watermark()
    assert mark is not None
    assert mark.at > at(0) - timedelta(days=30)


async def test_no_mark_while_a_batch_is_under_way(world: World) -> None:
    async with world.relaying() as turn:
        await world.publish(scored())
        await relayed(turn)
        await world.rows(
            "update relay_batch set place_offsets = null, place_numbers = null", of=PUBLISHER
        )
        assert await turn.store.watermark() is None


async def test_an_older_open_transaction_commits_above_the_mark(world: World) -> None:
    """It is not there yet at the mark's moment: its event has a number beyond the mark's."""
    inside, end = asyncio.Event(), asyncio.Event()

    async def older() -> None:
        async with world.publisher.session() as session:
            await outbox.publish(session, scored(partition=3))
            inside.set()
            await end.wait()

    writing = asyncio.create_task(older())
    await inside.wait()
    async with world.relaying() as turn:
        mark = await turn.store.watermark()
        committed_after = datetime.now(UTC)
        end.set()
        await writing
        assert mark is not None
        assert mark.at <= committed_after
        assert mark.numbers[3] == 0
        held_back = await turn.store.watermark()
        assert held_back is not None
        assert held_back.at < mark.at, "now it is committed, and holds the next mark back"
        await relayed(turn)
        after = await turn.store.watermark()
    assert after is not None
    assert after.numbers[3] == 1


async def test_a_commit_between_look_and_clock_is_above_the_mark(world: World) -> None:
    """The clock is asked before the look: a slow look does not promise what it did not see."""
    slow = """
        select pg_advisory_xact_lock(99), statement_timestamp() as at,
            (select count(*) from outbox) as seen, clock_timestamp() as wrong
    """
    held_up = "select 1 from pg_locks where locktype = 'advisory' and not granted"
    async with world.publisher.session() as session:
        await session.execute(text("select pg_advisory_xact_lock(99)"))
        looking = asyncio.create_task(world.rows(slow, of=PUBLISHER))
        await until(lambda: world.rows(held_up, of=PUBLISHER))
        await world.publish(scored())
        committed = datetime.now(UTC)
    row = (await looking)[0]
    assert row["seen"] == 0
    assert row["at"] < committed < row["wrong"]
