"""What operations ask for while everybody is moved to another version is carried out all the same.

And pages that listen hear of what it changed.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest

from services.progress.projection import building, switching
from services.progress.projection.store import Connection
from services.progress.projection.switching import Switch
from shared.changes import CHANNEL
from tests.progress.histories import Story
from tests.progress.reconciled import GOAL, some
from tests.progress.test_rebuild_history import rebuilt, switched, world
from tests.progress.test_skip import ASK, BLOCKING, OUTCOME, ratings, skip, stuck
from tests.progress.world import World


__all__ = ["world"]  # a database of the test's own
WISH = """
insert into wish (consumer, act, parked_id, dry_run, reason, sub, role)
values ('progress', $1, $2, $3, 'again', 'sam', 'operations') returning wish_id
"""
WAITS = """
select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
"""
PAUSED = "select count(*), count(paused_since) from consumed where consumer = 'progress'"
MENDED = "update parked set value = $1 where state = 'blocking'"


async def wished(world: World, act: str, item: UUID | None = None, dry: bool = False) -> UUID:
    [row] = await world.rows(WISH, act, item, dry)
    return UUID(str(row["wish_id"]))


async def met(
    world: World, number: int, monkeypatch: pytest.MonkeyPatch, asked: str | None = None
) -> None:
    """Switch; the worker has read its wishes and waits for the switch when that commits."""
    granting = []

    async def slowly(connection: Connection, act: Switch) -> int:
        told = await switching.switch(connection, act)
        if asked:
            await wished(world, asked)
        granting.append(asyncio.create_task(world.polling.tick()))
        while not granting[0].done() and not await world.rows(WAITS):
            await asyncio.sleep(0.01)
        assert not granting[0].done(), "a control: it meets the switch"
        return told

    monkeypatch.setattr(building, "switch", slowly)
    await switched(world, number)
    await asyncio.gather(*granting)
    await world.polling.tick()


async def test_a_redrive_is_about_the_same_record_in_the_new_version(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await stuck(world)
    row = await rebuilt(world)
    [item] = await world.rows(BLOCKING)
    wish = await wished(world, "redrive", item["parked_id"])
    await world.rows(MENDED, story.rated(GOAL, 5, 15).data())
    await met(world, row["number"], monkeypatch)
    assert [tuple(each) for each in await world.rows(OUTCOME, wish)] == [("4 handed on",)]
    assert await ratings(world, story) == [6, 4, 2, 5, 9, 8]


async def test_a_skip_that_two_people_agreed_on_is_carried_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await stuck(world)
    row = await rebuilt(world)
    [asked] = await world.rows(ASK, "ask_skip", "sam", None)
    [confirmed] = await world.rows(ASK, "skip", "alex", asked["wish_id"])
    await met(world, row["number"], monkeypatch)
    [told] = await world.rows(OUTCOME, confirmed["wish_id"])
    assert told["outcome"] == "skipped, 3 handed on"
    assert await ratings(world, story) == [6, 4, 2, 9, 8]


async def test_what_names_the_old_versions_row_after_the_switch_is_about_the_new_ones(
    world: World,
) -> None:
    """Two people were asked on a page, and the switch came before the second one's answer."""
    story = await stuck(world)
    row = await rebuilt(world)
    [asked] = await world.rows(ASK, "ask_skip", "sam", None)
    [old] = await world.rows(BLOCKING)
    [confirmed] = await world.rows(ASK, "skip", "alex", asked["wish_id"])
    await switched(world, row["number"])
    late = "update wish set parked_id = $1 where wish_id = $2"
    await world.rows(late, old["parked_id"], confirmed["wish_id"])
    await world.polling.tick()
    [told] = await world.rows(OUTCOME, confirmed["wish_id"])
    assert told["outcome"] == "skipped, 3 handed on"
    assert await ratings(world, story) == [6, 4, 2, 9, 8]


@pytest.mark.parametrize(("act", "paused"), [("pause", 48), ("resume", 0)])
async def test_a_pause_and_its_end_hold_for_every_place(
    world: World, monkeypatch: pytest.MonkeyPatch, act: str, paused: int
) -> None:
    await some(world)
    row = await rebuilt(world)
    if act == "resume":
        await wished(world, "pause")
        await world.polling.tick()
        assert [tuple(each) for each in await world.rows(PAUSED)] == [(48, 48)]
    await met(world, row["number"], monkeypatch, asked=act)
    assert [tuple(each) for each in await world.rows(PAUSED)] == [(48, paused)]


@asynccontextmanager
async def listening(world: World) -> AsyncIterator["asyncio.Queue[str]"]:
    """What the database says to those who listen."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    await connection.add_listener(CHANNEL, lambda *said: heard.put_nowait(str(said[3])))
    try:
        yield heard
    finally:
        await connection.close()


async def keys(world: World, heard: "asyncio.Queue[str]") -> set[str]:
    """The cases that were named up to now."""
    await world.rows("select pg_notify($1, 'so far')", CHANNEL)
    found: set[str] = set()
    async with asyncio.timeout(30):
        while (message := await heard.get()) != "so far":
            found |= {key for change in json.loads(message) for key in change["keys"]}
    return found


async def blocked(world: World, story: Story) -> UUID:
    [item] = await world.rows(BLOCKING)
    await world.rows(MENDED, story.rated(GOAL, 5, 15).data())
    return UUID(str(item["parked_id"]))


async def test_those_who_listen_hear_of_a_redrive_and_not_of_its_preview(world: World) -> None:
    story = await stuck(world)
    item = await blocked(world, story)
    async with listening(world) as heard:
        await wished(world, "redrive", item, dry=True)
        await world.polling.tick()
        assert await keys(world, heard) == set()
        await wished(world, "redrive", item)
        await world.polling.tick()
        assert await keys(world, heard) == {str(story.case_id)}


async def test_those_who_listen_hear_of_a_skip(world: World) -> None:
    story = await stuck(world)
    async with listening(world) as heard:
        assert await skip(world) == "skipped, 3 handed on"
        assert await keys(world, heard) == {str(story.case_id)}
