"""A repair reads the log while nobody waits for it: under the lock only what came since."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from services.progress.projection import case_log, logged, names, store
from shared.bus import Bus, Partition, Record, scan
from tests.progress.reconciled import GOAL, WRONG, differing, repaired, some
from tests.progress.world import World


LOCKED = """
select count(*) from pg_locks where locktype = 'advisory' and granted
    and database = (select oid from pg_database where datname = current_database())
"""
Offsets = Mapping[Partition, int]


async def test_what_was_read_beforehand_is_not_read_again_under_the_lock(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = (await some(world))[2]
    under: list[int] = []
    before: list[int] = []

    async def watched(bus: Bus, starts: Offsets, stops: Offsets) -> AsyncIterator[list[Record]]:
        [locks] = await world.rows(LOCKED)
        async for records in scan(bus, starts, stops):
            if records[0].topic in logged.TOPICS:
                (under if locks["count"] else before).append(len(records))
            yield records

    monkeypatch.setattr(case_log, "scan", watched)
    monkeypatch.setattr(logged, "scan", watched)
    await world.rows(WRONG, story.case_id, b"\x00")
    await repaired(world, story.case_id)
    assert before
    assert not under
    assert await differing(world) == {}


async def test_what_came_before_the_lock_was_there_is_folded_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = (await some(world))[2]
    lock, waiting = store.lock_number, [story.rated(GOAL, 9, 50)]

    async def late(*given: Any) -> None:
        while waiting:
            await world.happens(waiting.pop())
        await lock(*given)

    monkeypatch.setattr(store, "lock_number", late)
    await repaired(world, story.case_id)
    assert await world.parked() == []
    assert not waiting, "control: it came"
    [wish] = await world.rows("select outcome from repair")
    assert wish["outcome"].startswith("8 events folded anew")
    assert await differing(world) == {}


async def test_a_repair_that_reads_for_long_is_not_taken_for_an_idle_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = (await some(world))[2]
    known, limits = names.known, []

    async def asked(*given: Any) -> names.Known:
        limits.append(await given[2].fetchval("show idle_in_transaction_session_timeout"))
        return await known(*given)

    monkeypatch.setattr(names, "known", asked)
    await repaired(world, story.case_id)
    assert limits == ["10min"]
