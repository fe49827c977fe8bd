"""Publishing: what a transaction commits is moved once, in the order of its key. Interleaving 1."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import outbox
from shared.memory import MemoryBus
from shared.relay import Turn
from tests.eventpath.world import PUBLISHER, World, read, relayed, scored, until


class RolledBack(Exception):
    """On purpose."""


INSERT = text("""
    insert into outbox (key, id, type, clinic_id, data, headers, occurred_at)
    values (:key, :id, :type, :clinic_id, :data, '{}', now())
""")


async def publish_without_lock(session: AsyncSession, case: UUID, value: int) -> None:
    """The control: the row goes in, and nobody waits for whoever writes the same key."""
    event = scored(case, value)
    row = {
        "key": event.key,
        "id": event.event_id,
        "type": event.type,
        "clinic_id": event.clinic_id,
        "data": event.data(),
    }
    await session.execute(INSERT, row)


async def publish(session: AsyncSession, case: UUID, value: int) -> None:
    """The real thing."""
    await outbox.publish(session, scored(case, value))


Publish = Callable[[AsyncSession, UUID, int], Awaitable[None]]


TAKE_TURN = text("insert into effect (event_id, key, value) values (:case, 'turn', :value)")
TURNS = "select value from effect where key = 'turn' order by number"
BLOCKED = "select 1 from pg_locks where locktype = 'advisory' and not granted"


async def orders(world: World) -> tuple[list[int], list[int]]:
    """The order in which the changes were made, and the order in which a reader learns of them."""
    await world.moved()
    return [row["value"] for row in await world.rows(TURNS, of=PUBLISHER)], await world.values()


async def overtaking(world: World, publish_one: Publish) -> None:
    """The first publishes; the second publishes and changes the case; the first changes it then."""
    case, first_published, second_done = uuid4(), asyncio.Event(), asyncio.Event()

    async def change(session: AsyncSession, value: int) -> None:
        await session.execute(TAKE_TURN, {"case": case, "value": value})

    async def second_goes_on_or_waits() -> bool:
        return second_done.is_set() or bool(await world.rows(BLOCKED, of=PUBLISHER))

    async def first() -> None:
        async with world.publisher.session() as session:
            await publish_one(session, case, 1)
            first_published.set()
            await until(second_goes_on_or_waits)
            await change(session, 1)

    async def second() -> None:
        await first_published.wait()
        async with world.publisher.session() as session:
            await publish_one(session, case, 2)
            await change(session, 2)
        second_done.set()

    await asyncio.gather(first(), second())


async def test_overlapping_transactions_of_one_key_keep_its_true_order(world: World) -> None:
    await overtaking(world, publish)
    true, logged = await orders(world)
    assert logged == true == [1, 2]


async def test_control_without_the_keys_lock_the_order_is_another(world: World) -> None:
    await overtaking(world, publish_without_lock)
    true, logged = await orders(world)
    assert (true, logged) == ([2, 1], [1, 2])


@pytest.mark.parametrize("publish_first", [True, False], ids=["publish first", "change first"])
async def test_many_writers_on_one_key_keep_its_order(world: World, publish_first: bool) -> None:
    case = uuid4()

    async def write(session: AsyncSession, value: int) -> None:
        if publish_first:
            await publish(session, case, value)
        else:
            await outbox.lock(session, case)
        await session.execute(TAKE_TURN, {"case": case, "value": value})
        if not publish_first:
            await publish(session, case, value)
        if value % 5 == 0:
            raise RolledBack

    async def writer(n: int) -> None:
        for round_ in range(6):
            with suppress(RolledBack):
                async with world.publisher.session() as session:
                    await write(session, n * 10 + round_)

    await asyncio.gather(*(writer(n) for n in range(8)))
    true, logged = await orders(world)
    assert logged == true
    assert len(true) > 30


async def test_rows_of_many_keys_and_roll_backs_lose_nothing(world: World) -> None:
    cases = [uuid4() for _ in range(6)]
    kept: list[int] = []

    async def write(n: int) -> None:
        for round_ in range(10):
            number = n * 100 + round_
            with suppress(RolledBack):
                async with world.publisher.session() as session:
                    mine = cases[n % 3 :: 2]
                    await outbox.publish(session, *(scored(case, number) for case in mine))
                    if number % 4 == 0:
                        raise RolledBack
                    kept.extend([number] * len(mine))

    relay_done = asyncio.Event()

    async def relay() -> None:
        async with world.relaying() as turn:
            while not relay_done.is_set():
                await turn.step()
                await asyncio.sleep(0)
            await relayed(turn)

    relaying = asyncio.create_task(relay())
    await asyncio.gather(*(write(n) for n in range(8)))
    relay_done.set()
    await relaying
    async with world.reading() as reading:
        await read(reading)
    assert sorted(await world.values()) == sorted(kept)


async def test_an_event_that_kafka_would_refuse_never_gets_in(world: World) -> None:
    insert = """
        insert into outbox (key, id, type, clinic_id, data, headers, occurred_at)
        values ('k', $1, 'goals.goal_rated', $1, $2, '{}', now())
    """
    await world.rows(insert, uuid4(), b"x" * 900_000, of=PUBLISHER)
    with pytest.raises(asyncpg.CheckViolationError):
        await world.rows(insert, uuid4(), b"x" * 900_001, of=PUBLISHER)


class CursorOnPos(Turn):
    """The control: what lies behind the last position is new. Commits come in another order."""

    last = 0

    async def step(self, ahead: bool = True) -> bool:
        """Send what is behind the cursor, and move it."""
        rows = await self.store.connection.fetch(
            "select pos, key, id, type, clinic_id, data, '' as trace, occurred_at from outbox"
            " where pos > $1 order by pos",
            self.last,
        )
        if rows:
            partitions, sequences, self.newest = self._number(rows)
            await self._send(rows, partitions, sequences)
            self.last = rows[-1]["pos"]
        return bool(rows)


async def committed_and_logged(world: World, memory: MemoryBus, turn: Turn) -> tuple[int, int]:
    """One takes its position, another one overtakes it, the relay looks; then the first commits."""
    in_between = asyncio.Event()

    async def slow() -> None:
        async with world.publisher.session() as session:
            await outbox.publish(session, scored())
            await in_between.wait()

    waiting = asyncio.create_task(slow())
    positions = "select coalesce(max(last_value), 0) from outbox_pos_seq where is_called"
    while not (await world.rows(positions, of=PUBLISHER))[0][0]:
        await asyncio.sleep(0.005)
    await world.publish(scored())
    await turn.step()
    in_between.set()
    await waiting
    await turn.step()
    logged = sum(
        record.key != PUBLISHER.encode()
        for partition in range(12)
        for record in memory.logs[PUBLISHER][partition]
    )
    return len(await world.rows("select 1 from outbox", of=PUBLISHER)), logged


async def test_a_commit_that_was_overtaken_is_not_lost(world: World, memory: MemoryBus) -> None:
    async with world.relaying() as turn:
        assert await committed_and_logged(world, memory, turn) == (2, 2)


async def test_control_a_cursor_on_pos_loses_it(world: World, memory: MemoryBus) -> None:
    async with world.relaying(kind=CursorOnPos) as turn:
        assert await committed_and_logged(world, memory, turn) == (2, 1)
