"""What was skipped for good stays skipped: when it is folded again, repaired, rebuilt, reckoned."""

from uuid import UUID

import asyncpg
import pytest

from services.progress.domain.state import RATINGS
from shared.consumer import parked, skipping
from shared.consumer.parked import NOTHING, Skipped
from tests.progress.histories import Story
from tests.progress.reconciled import GOAL, WRONG, differing, repaired, some, state
from tests.progress.test_parked import write
from tests.progress.test_rebuild_history import rebuilt, switched, world
from tests.progress.world import World


__all__ = ["world"]  # a database of the test's own
ASK = """
insert into wish (consumer, act, parked_id, reason, sub, role, confirms)
select 'progress', $1, parked_id, 'it is nonsense', $2, 'operations', $3
from parked where consumer = 'progress' and state = 'blocking' returning wish_id
"""
PAUSE = """
insert into wish (consumer, act, reason, sub, role)
values ('progress', 'pause', 'to see', 'sam', 'operations')
"""
SINCE = "select since from parked where consumer = 'progress' and state = 'blocking'"
BLOCKING = "select parked_id from parked where consumer = 'progress' and state = 'blocking'"
OUTCOME = "select outcome from wish where wish_id = $1"


async def skip(world: World) -> str:
    """Two people agree, and the worker does it; what came of it."""
    [asked] = await world.rows(ASK, "ask_skip", "sam", None)
    [confirmed] = await world.rows(ASK, "skip", "alex", asked["wish_id"])
    await world.polling.tick()
    [row] = await world.rows(OUTCOME, confirmed["wish_id"])
    return str(row["outcome"])


async def stuck(world: World, body: bytes | None = b"{not json", gone: str = "") -> Story:
    """A case with one event that nobody can read and three behind it; one raises a flag."""
    story = (await some(world))[2]
    value = story.rated(GOAL, 5, 15).data() if body is None else body
    await write(world, story, value, gone)
    await world.publish(story.rated(GOAL, 9, 20), story.answered(9, 3, 21))
    await world.happens(story.rated(GOAL, 8, 22))
    assert len(await world.parked()) == 4
    return story


async def ratings(world: World, story: Story) -> list[int]:
    case = await state(world, story.case_id)
    return [row[3] for row in RATINGS.rows(case.goals[GOAL.bytes].ratings)]


async def flags(world: World, case_id: UUID) -> list[tuple[object, ...]]:
    asked = "select rule, severity, cleared from live.flag where case_id = $1 order by 1, 2"
    return [tuple(row) for row in await world.rows(asked, case_id)]


async def test_what_waits_is_folded_and_a_safety_answer_is_told_of(world: World) -> None:
    story = await stuck(world)
    before = len(await world.told())
    assert await skip(world) == "skipped, 3 handed on"
    assert await ratings(world, story) == [6, 4, 2, 9, 8]
    assert ("SI_ITEM", "urgent", False) in await flags(world, story.case_id)
    assert len(await world.told()) > before
    assert [each for each, _ in await world.parked()] == ["skipped", "done", "done", "done"]


async def test_a_pause_holds_also_while_a_skip_is_asked_for(world: World) -> None:
    await stuck(world)
    await world.rows(PAUSE)
    await world.rows(ASK, "ask_skip", "sam", None)
    story = Story()
    await world.happens(story.opened())
    assert await world.case(story.case_id) is None
    await world.rows("update wish set done_at = now() where act = 'pause'")
    world.polling.reader.held.clear()
    another = await world.another()
    while await another.once(0):
        pass
    await another.close()
    assert await world.case(story.case_id) is not None, "control: the pause held it"


@pytest.mark.parametrize(
    ("body", "gone"), [(b"{not json", ""), (None, "ce_id"), (None, "ce_time")], ids=str
)
async def test_reckoning_and_repair_and_rebuild_leave_it_out_too(
    world: World, body: bytes | None, gone: str
) -> None:
    story = await stuck(world, body, gone)
    await skip(world)
    ours, standing = await ratings(world, story), await flags(world, story.case_id)
    assert await differing(world) == {}
    await world.rows(WRONG, story.case_id, b"\x00\xff")
    await repaired(world, story.case_id)
    assert await ratings(world, story) == ours
    row = await rebuilt(world)
    assert (row["different"], row["only_live"], row["only_rebuilt"]) == (0, 0, 0)
    assert row["stand_still"] == 0
    await switched(world, row["number"])
    assert await ratings(world, story) == ours
    assert await flags(world, story.case_id) == standing
    assert await differing(world) == {}
    await world.happens(story.rated(GOAL, 7, 30))
    assert await ratings(world, story) == [*ours, 7]


async def test_what_the_fold_refuses_is_left_out_though_it_can_be_decoded(world: World) -> None:
    story = (await some(world))[2]
    await world.happens(story.answered(28, None, 16), story.rated(GOAL, 9, 20))
    assert await world.parked() == [("blocking", "ValueError"), ("waiting", "behind another")]
    assert await skip(world) == "skipped, 1 handed on"
    assert await differing(world) == {}
    assert (await rebuilt(world))["different"] == 0


async def test_without_that_the_reckoning_stumbles_over_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a reckoning that knows of no skipping finds a difference, or breaks."""
    story = (await some(world))[2]
    await world.happens(story.answered(28, None, 16), story.rated(GOAL, 9, 20))
    await skip(world)

    async def nothing(*_: object) -> Skipped:
        return NOTHING

    monkeypatch.setattr(parked, "skipped", nothing)
    assert story.case_id in await differing(world)


async def test_a_version_that_had_set_it_aside_before_leaves_it_out_too(world: World) -> None:
    """The new version met it while nobody had skipped it yet; two people need not agree again."""
    story = await stuck(world)
    row = await rebuilt(world)
    assert row["stand_still"] == 1, "a version is no better than the log"
    await skip(world)
    ours = await ratings(world, story)
    await switched(world, row["number"])
    assert len(await world.rows(BLOCKING)) == 1
    await world.polling.tick()
    assert await ratings(world, story) == ours
    assert await differing(world) == {}
    [by] = await world.rows("select sub, outcome from wish where act = 'redrive'")
    assert tuple(by) == ("alex", "3 handed on"), "who confirmed the skip"


async def test_a_switch_back_to_a_version_from_before_a_skip_blocks_nothing(world: World) -> None:
    story = await stuck(world)
    row = await rebuilt(world)
    await switched(world, row["number"])
    await skip(world)
    ours, standing = await ratings(world, story), await flags(world, story.case_id)
    await switched(world, row["number"], "switch_back")
    assert len(await world.rows(BLOCKING)) == 1, "a control: it did block there"
    await world.polling.tick()
    assert await ratings(world, story) == ours
    assert await flags(world, story.case_id) == standing
    assert await differing(world) == {}
    await world.happens(story.rated(GOAL, 7, 30))
    assert await ratings(world, story) == [*ours, 7]


async def test_an_ask_stands_over_a_switch_and_is_confirmed_after_it(world: World) -> None:
    story = await stuck(world)
    [asked] = await world.rows(ASK, "ask_skip", "sam", None)
    [before] = await world.rows(BLOCKING)
    [since] = await world.rows(SINCE)
    row = await rebuilt(world)
    await switched(world, row["number"])
    [after] = await world.rows(BLOCKING)
    assert after["parked_id"] != before["parked_id"]
    assert await world.rows(SINCE) == [since], "it waits since it could not be read"
    [kept] = await world.rows("select parked_id from wish where wish_id = $1", asked["wish_id"])
    assert kept["parked_id"] == after["parked_id"]
    [confirmed] = await world.rows(ASK, "skip", "alex", asked["wish_id"])
    await world.polling.tick()
    [told] = await world.rows(OUTCOME, confirmed["wish_id"])
    assert told["outcome"] == "skipped, 3 handed on"
    assert await ratings(world, story) != []


async def test_where_the_case_is_what_cannot_be_read_its_events_are_not_skipped(
    world: World,
) -> None:
    story = (await some(world))[2]
    await world.rows(WRONG, story.case_id, b"\x00\xff")
    world.polling.reader.cache.drop([story.case_id.bytes])
    await world.happens(story.rated(GOAL, 9, 20))
    assert await world.parked() == [("blocking", "Unreadable")]
    assert await skip(world) == skipping.NOT_ITS_OWN
    await repaired(world, story.case_id)
    assert await ratings(world, story) == [6, 4, 2, 9]


async def test_a_version_that_is_dropped_takes_no_skip_with_it(world: World) -> None:
    story = await stuck(world)
    await skip(world)
    for _ in range(3):
        row = await rebuilt(world)
        await switched(world, row["number"])
    assert await ratings(world, story) == [6, 4, 2, 9, 8]
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        assert await connection.fetchval("select count(*) from parked where state = 'skipped'")
    finally:
        await connection.close()
