"""Which incidents are open: those of what is still found, whoever mended the rest, and when."""

import random
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from services.progress.projection import logged
from services.progress.projection.incidents import (
    LOG_UNREADABLE,
    ONLY_LOG,
    ONLY_TABLES,
    UNREADABLE,
)
from tests.progress.desk import Clinic
from tests.progress.histories import Story
from tests.progress.reconciled import (
    GOAL,
    RULES,
    STATE_AND_ROW,
    WRONG,
    differing,
    repaired,
    sampled,
    some,
)
from tests.progress.test_reconcile_acts import ABOUT, seen
from tests.progress.test_reconcile_log import folded
from tests.progress.world import World


async def open_(world: World) -> set[str]:
    rows = await world.rows("select what from incident where repaired_at is null")
    return {row["what"] for row in rows}


MOVED = "update flag_act set at = at + interval '1 day' where act = 'actioned'"


async def test_of_what_a_repair_left_the_incidents_stay_open(clinic: Clinic) -> None:
    await seen(clinic)
    await clinic.world.rows("update live.flag set severity = 'low'")
    await clinic.world.rows(MOVED)
    await clinic.world.rows("update flag_case set state = 'closed'")
    await differing(clinic.world)
    left = {f"{ABOUT}state", f"act actioned: {ONLY_LOG}", f"act actioned: {ONLY_TABLES}"}
    assert await open_(clinic.world) > left, "control: its flag differs as well"
    await repaired(clinic.world, clinic.story.case_id)
    assert await open_(clinic.world) == left


async def test_what_only_a_rebuild_mends_stays_open_when_a_case_is_repaired(world: World) -> None:
    stories = await some(world)
    story = stories[2]
    await world.opened(story.clinic_id)
    await world.rows("update live.flag set severity = 'low' where case_id = $1", story.case_id)
    # Another name for the same days: whatever the hour is, nothing else differs.
    await world.rows("update live.clinic set zone = 'Europe/Jersey'")
    await differing(world, story.case_id)
    assert await open_(world) > {"clinic: zone"}, "control: its flag differs as well"
    await repaired(world, story.case_id)
    assert await open_(world) == {"clinic: zone"}


async def test_what_could_not_be_looked_for_stays_open(world: World) -> None:
    """Since then the clinic's log cannot be read: nobody can say that its row is right."""
    stories = await some(world)
    story = stories[2]
    await world.opened(story.clinic_id)
    await world.rows("update live.clinic set zone = 'Europe/Jersey'")
    await differing(world, story.case_id)
    await folded(world, story.rated(GOAL, 5, 15), appointment_id="nonsense")
    await repaired(world, story.case_id)
    assert await open_(world) == {"clinic: zone"}
    await differing(world, story.case_id)
    assert await open_(world) == {"clinic: zone", LOG_UNREADABLE}


LOW = "update live.flag set severity = 'low' where case_id = $1"


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Awaitable[object]]) -> None:
    """Something is done once while the log is read, after the tables were."""
    read, waiting = logged.Reading.up_to, [act]

    async def up_to(self: logged.Reading, stops: logged.Stops) -> None:
        while waiting:
            await waiting.pop()()
        await read(self, stops)

    monkeypatch.setattr(logged.Reading, "up_to", up_to)


async def test_what_is_repaired_while_the_log_is_read_is_no_incident(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = await some(world)
    await world.rows(LOW, stories[2].case_id)
    await world.rows(LOW, stories[3].case_id)
    meanwhile(monkeypatch, lambda: repaired(world, stories[2].case_id))
    assert await differing(world, *(story.case_id for story in stories[2:3])) == {}
    assert await open_(world) == set()
    assert list(await differing(world)) == [stories[3].case_id], "control"


async def test_a_case_that_goes_on_while_the_log_is_read_is_held_to_all_of_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = (await some(world))[2]
    await world.rows(LOW, story.case_id)
    meanwhile(monkeypatch, lambda: world.happens(story.goal(UUID(int=32))))
    [found] = (await differing(world, story.case_id)).values()
    assert found == [*STATE_AND_ROW, *(f"flag {rule}: severity" for rule in RULES)]
    assert await open_(world) == set(found)


async def test_the_hourly_look_also_closes_what_is_no_longer_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case with an open incident is looked at although it is none of those chosen at random."""
    monkeypatch.setattr(random, "sample", lambda cases, count: cases[:count])
    cases = sorted(story.case_id for story in await neighbours(world, 3))
    for case_id in cases[1:]:
        await world.rows("insert into incident (case_id, what) values ($1, 'goals: best')", case_id)
    await sampled(world, cases[0], count=1)
    rows = await world.rows("select case_id from incident where repaired_at is null")
    assert [row["case_id"] for row in rows] == cases[2:], "one besides the one chosen at random"


async def neighbours(world: World, count: int) -> list[Story]:
    """Cases of one partition number."""
    found = [Story()]
    while len(found) < count:
        if world.part("goals", (story := Story()).case_id) == world.part("goals", found[0].case_id):
            found.append(story)
    await world.happens(*(story.opened() for story in found))
    return found


async def test_a_look_closes_nothing_that_it_did_not_look_for(world: World) -> None:
    """Of a case that is set aside, or whose state cannot be read, no more can be said."""
    story = (await some(world))[2]
    await world.rows(
        "update live.case_state set status = 'closed' where case_id = $1", story.case_id
    )
    await differing(world)
    before = await open_(world)
    assert before == {"row: status"}, "control"
    await world.rows(WRONG, story.case_id, b"\x00")
    await differing(world)
    assert await open_(world) == before | {UNREADABLE}
