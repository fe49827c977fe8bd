"""What is set aside blocks its key and nothing else; handed on in order, once. Interleaving 10."""

import asyncio

import asyncpg
import pytest

from shared.consumer import parked, wishes
from shared.consumer.batch import driver
from tests.eventpath.parking import head, outcome, poisoned, states, wished
from tests.eventpath.world import PART, READER, World, read, scored
from tests.harness import Hand


async def test_a_redrive_hands_on_in_order_and_frees_the_key(world: World, hand: Hand) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        world.failing.clear()
        wish = await wished(world, "redrive", await head(world))
        await reading.tick()
        assert await outcome(world, wish) == "2 handed on"
        assert await world.values() == [1, 100, 2, 3]
        await hand.publish(scored(case, 4))
        await read(reading)
    assert await world.values() == [1, 100, 2, 3, 4]
    assert await states(world) == ["done", "done"]


async def test_twice_changes_nothing(world: World, hand: Hand) -> None:
    async with world.reading() as reading:
        await poisoned(world, hand, reading)
        world.failing.clear()
        item = await head(world)
        first, second = [await wished(world, "redrive", item) for _ in range(2)]
        await reading.tick()
        third = await wished(world, "redrive", item)
        await reading.tick()
    assert await outcome(world, first) == "2 handed on"
    assert await outcome(world, second) == await outcome(world, third) == "nothing to do"
    assert await world.values() == [1, 100, 2, 3]


async def test_a_redrive_that_fails_again_keeps_the_order(world: World, hand: Hand) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        world.failing[case] = LookupError()
        wish = await wished(world, "redrive", await head(world))
        await reading.tick()
        assert await outcome(world, wish) == "0 handed on, then LookupError"
        await hand.publish(scored(case, 4))
        await read(reading)
    assert await states(world) == ["blocking", "waiting", "waiting"]
    assert await world.values() == [1, 100]
    causes = await world.rows("select cause from parked where state = 'blocking'")
    assert causes[0][0] == "LookupError"


async def test_a_redrive_that_stops_half_way_goes_on_from_there(world: World, hand: Hand) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        error = world.failing.pop(case)
        only_third = {3: error}

        async def third_fails(_: object, event: object) -> None:
            if found := only_third.get(event.total):  # type: ignore[attr-defined]
                raise found

        world.extra = third_fails
        first = await wished(world, "redrive", await head(world))
        await reading.tick()
        assert await outcome(world, first) == "1 handed on, then KeyError"
        assert await states(world) == ["done", "blocking"]
        only_third.clear()
        second = await wished(world, "redrive", await head(world))
        await reading.tick()
    assert await outcome(world, second) == "1 handed on"
    assert await world.values() == [1, 100, 2, 3]


async def test_a_dry_run_says_what_would_happen_and_does_nothing(world: World, hand: Hand) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        failing = await wished(world, "redrive", await head(world), dry=True)
        await reading.tick()
        world.failing.pop(case)
        good = await wished(world, "redrive", await head(world), dry=True)
        await reading.tick()
    assert await outcome(world, failing) == "dry run: 0 handed on, then KeyError"
    assert await outcome(world, good) == "dry run: 2 handed on"
    assert await states(world) == ["blocking", "waiting"]
    assert await world.values() == [1, 100]
    item = await world.rows("select outcome from parked where state = 'blocking'")
    assert item[0][0] == "dry run: 2 handed on"


async def test_every_wish_that_was_carried_out_is_in_the_audit(world: World, hand: Hand) -> None:
    async with world.reading() as reading:
        await poisoned(world, hand, reading)
        world.failing.clear()
        item = await head(world)
        await wished(world, "redrive", item, dry=True)
        await wished(world, "redrive", item)
        await reading.tick()
    rows = await world.rows("select act, sub, role, subject_id from audit order by number")
    assert [tuple(row) for row in rows] == [
        ("consumer_redrive_dry_run", "ops", "operations", item),
        ("consumer_redrive", "ops", "operations", item),
    ]


async def test_two_redrives_at_once_one_killed(world: World, hand: Hand) -> None:
    """Interleaving 10: then a4 comes, from the worker that saw a2 fail."""
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        world.failing.clear()
        item = await head(world)
        killed, whole = [
            wishes.Wish(await wished(world, "redrive", item), "redrive", item, False, "o", "ops")
            for _ in range(2)
        ]
        inside, never = asyncio.Event(), asyncio.Event()

        async def stands_still(record: object) -> None:
            inside.set()
            await never.wait()

        address = world.settings.database(READER, "worker")
        other = await asyncpg.connect(address)

        async def first() -> None:
            async with other.transaction():
                await wishes.carry_out(other, READER, killed, stands_still)

        dying = asyncio.create_task(first())
        await inside.wait()
        waiting = asyncio.create_task(reading.tick())
        blocked = "select 1 from pg_locks where locktype = 'advisory' and not granted"
        while not await world.rows(blocked):
            await asyncio.sleep(0.01)
        assert whole.wish_id != killed.wish_id
        other.terminate()
        dying.cancel()
        await asyncio.gather(dying, waiting, return_exceptions=True)
        await reading.tick()
        await hand.publish(scored(case, 4))
        await read(reading)
    assert await world.values() == [1, 100, 2, 3, 4]


async def test_what_waits_in_a_redrive_leaves_the_wish_open(world: World, hand: Hand) -> None:
    async with world.reading() as reading:
        case = await poisoned(world, hand, reading)
        world.failing[case] = ConnectionResetError()
        wish = await wished(world, "redrive", await head(world))
        await reading.tick()
        assert await outcome(world, wish) == "None"
        world.failing.clear()
        await reading.tick()
    assert await outcome(world, wish) == "2 handed on"
    assert await world.values() == [1, 100, 2, 3]


async def test_a_foreign_record_is_shown_once_and_never_handed_on(world: World, hand: Hand) -> None:
    stranger = (await hand.message(scored(value=66, partition=3), 1))._replace(headers=[])
    async with world.reading() as reading:
        await hand.put(stranger)
        await read(reading)
        reading.reader.seek(PART, 0)
        await read(reading)
        assert await states(world) == ["foreign"]
        item = (await world.rows("select parked_id from parked"))[0][0]
        wish = await wished(world, "redrive", item)
        await reading.tick()
    assert await outcome(world, wish) == "refused: a foreign record is never handed on"
    assert await world.values() == []


async def test_control_handing_on_foreign_records_counts_what_never_happened(
    world: World, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's copy of an event is parked as if it were ours, and handled as one."""
    await hand.publish(event := scored(value=1, partition=3))
    copy = await hand.message(event, 1)
    headers = [(k, b"1-ffff" if k == "ce_incarnation" else v) for k, v in copy.headers]
    async with world.reading() as reading:
        await read(reading)
        await hand.put(copy._replace(headers=headers))
        with monkeypatch.context() as unprotected:
            unprotected.setattr(parked, "FOREIGN", parked.BLOCKING)
            await read(reading)
        await wished(world, "redrive", await head(world))
        await reading.tick()
    assert await world.values() == [1, 1]


async def test_control_parking_early_records_hands_them_on_twice(world: World, hand: Hand) -> None:
    """An early copy that is parked and redriven is handled, and handled again in its turn."""
    first, second = scored(value=1, partition=3), scored(value=2, partition=3)
    await hand.put(await hand.message(second, 2))
    async with world.reading() as reading:
        raw = await driver(reading.connection)
        early = (await world.log(3))[1]
        await parked.park(raw, READER, [early], parked.BLOCKING, "early")
        await wished(world, "redrive", await head(world))
        await reading.tick()
        await hand.put(await hand.message(first, 1))
        await hand.put(await hand.message(second, 2))
        await read(reading)
    assert await world.values() == [2, 1, 2]
