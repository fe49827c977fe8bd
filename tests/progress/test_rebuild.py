"""A new version of the projection beside the live one: equal, switched to, switched back from."""

import json
import random
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.progress.domain.state import RATINGS, decode, encode
from services.progress.models.versions import LAYOUT, consumer_of, schema_of
from services.progress.projection import building, standing
from services.progress.projection.comparing import TOLD
from services.progress.projection.target import building as target_of
from shared.settings import Settings
from tests.kit import fresh_settings, service_database
from tests.progress.histories import Story
from tests.progress.world import World
from tests.servers import PostgresServer


GOAL = UUID(int=31)
ASK = """
insert into rebuild (reason, sub, role) values ('to see', 'sam', 'operations') returning number
"""
ACT = """
insert into rebuild_act (rebuild, act, reason, sub, role)
values ($1, $2, 'looks right', 'sam', 'operations')
"""


@pytest.fixture
async def own(postgres: PostgresServer) -> Settings:
    """A database of the test's own: its versions come and go."""
    settings = fresh_settings(postgres)
    await service_database(settings, "progress")
    return settings


@pytest.fixture
async def world(own: Settings) -> AsyncIterator[World]:
    made = await World(own).begin()
    yield made
    await made.close()


async def some_cases(world: World, count: int = 12) -> list[Story]:
    """Cases with goals, ratings and questionnaires, some of which raise flags."""
    dice, stories = random.Random(3), [Story() for _ in range(count)]
    for story in stories:
        await world.publish(story.opened(), story.goal(GOAL))
    for minute in range(1, 8):
        for story in stories:
            await world.publish(story.rated(GOAL, dice.randrange(11), minute))
    for number, story in enumerate(stories):
        await world.publish(story.answered(9, number % 4, 20), story.answered(20, 0, 30))
    await world.reads()
    return stories


async def rebuild(world: World) -> asyncpg.Record:
    """Ask for a rebuild and let it be done; its row."""
    [asked] = await world.rows(ASK)
    assert await building.until_done(world.bus, world.settings)
    [row] = await world.rows("select * from rebuild where number = $1", asked["number"])
    return row


async def act(world: World, number: int, what: str) -> None:
    await world.rows(ACT, number, what)
    assert await building.until_done(world.bus, world.settings)


async def ratings(world: World, case_id: UUID) -> int:
    """How many ratings the case's goal has."""
    case = await world.case(case_id)
    assert case is not None
    return len(list(RATINGS.rows(case.goals[GOAL.bytes].ratings)))


async def live_version(world: World) -> int:
    [row] = await world.rows("select version from projection where live")
    return int(row["version"])


async def test_a_rebuild_comes_to_the_same_and_publishes_nothing(world: World) -> None:
    await some_cases(world)
    told = await world.told()
    assert told, "or nothing is compared"
    row = await rebuild(world)
    assert (row["state"], row["equal"], row["different"]) == ("compared", 12, 0)
    assert (row["only_live"], row["only_rebuilt"]) == (0, 0)
    assert row["events_done"] == row["events_total"] > 100
    assert await world.told() == told
    assert await live_version(world) == 1


async def test_live_goes_on_while_a_version_waits_and_the_switch_takes_it_along(
    world: World,
) -> None:
    [story, *_] = await some_cases(world)
    row = await rebuild(world)
    await world.happens(story.rated(GOAL, 1, 40), story.answered(25, 3, 50))
    told = await world.told()
    await act(world, row["number"], "switch")
    assert await live_version(world) == row["version"] == 2
    assert await world.told() == told, "both had come to the same flags"
    await world.happens(story.rated(GOAL, 9, 60))
    assert await ratings(world, story.case_id) == 9
    places = await world.rows("select consumer, count(*) from consumed group by 1 order by 1")
    assert [tuple(each) for each in places] == [("progress", 48), (consumer_of(1), 48)]


async def test_control_what_a_worker_remembers_of_the_old_version_is_not_believed(
    world: World,
) -> None:
    """Its cache is full of the old version's states when the views move."""
    stories = await some_cases(world)
    row = await rebuild(world)
    spoilt = stories[0].case_id
    await _without_ratings(world, row["version"], spoilt)
    await act(world, row["number"], "switch")
    await world.happens(stories[0].rated(GOAL, 5, 99))
    assert await ratings(world, spoilt) == 1, "folded into the new version's state"


async def _without_ratings(world: World, version: int, case_id: UUID) -> None:
    """As if the rules of the new version had come to something else."""
    schema = schema_of(version)
    asked = f"select state from {schema}.case_state where case_id = $1"
    [found] = await world.rows(asked, case_id)
    case = decode(found["state"])
    case.goals[GOAL.bytes].ratings = b""
    changed = f"update {schema}.case_state set state = $2 where case_id = $1"
    await world.rows(changed, case_id, encode(case))


async def test_every_difference_is_listed_and_flags_are_told_once_at_the_switch(
    world: World,
) -> None:
    await some_cases(world)
    [asked] = await world.rows(ASK)
    await _spoil_while_building(world, asked["number"])
    assert await building.until_done(world.bus, world.settings)
    [row] = await world.rows("select * from rebuild")
    found = await world.rows("select what, reason, live, rebuilt from rebuild_difference")
    assert (row["different"], row["only_live"], row["only_rebuilt"]) == (1, 0, 0)
    assert [each["what"] for each in found] == ["flag SI_ITEM: only live"]
    side = json.loads(found[0]["live"])
    assert (side["cleared"], side["evidence"]) == (False, 1)
    assert set(side) == {*TOLD, "evidence"}, "nothing that a flag rests on"
    assert found[0]["rebuilt"] is None
    before = len(await world.told())
    await act(world, row["number"], "switch")
    told = (await world.told())[before:]
    assert [kind for kind, _ in told] == ["progress.flag_cleared"]
    await act(world, row["number"], "switch_back")
    told = (await world.told())[before:]
    assert [kind for kind, _ in told] == ["progress.flag_cleared", "progress.flag_raised"]
    assert await live_version(world) == 1


async def _spoil_while_building(world: World, number: int) -> None:
    """Build all but the last step, then let one flag be missing from what was built."""
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        build = building.Build(world.bus, world.settings, connection)
        [row] = await world.rows("select * from rebuild where number = $1", number)
        await build._rebuild(row)
    finally:
        await connection.close()
    await world.rows("update rebuild set state = 'building' where number = $1", number)
    schema = schema_of(2)
    gone = f"select flag_id from {schema}.flag where rule = 'SI_ITEM' limit 1"
    await world.rows(f"delete from {schema}.flag where flag_id = ({gone})")


async def test_what_people_did_outlives_the_switch(world: World) -> None:
    await some_cases(world)
    [flag] = await world.rows("select flag_id, clinic_id, case_id from live.flag limit 1")
    did = "insert into flag_case values ($1, $2, $3, $4, now(), 'seen')"
    await world.rows(did, flag["flag_id"], flag["clinic_id"], flag["case_id"], uuid4())
    row = await rebuild(world)
    await act(world, row["number"], "switch")
    kept = await world.rows("select note from flag_case join live.flag using (flag_id)")
    assert [each["note"] for each in kept] == ["seen"]


@pytest.mark.parametrize(
    ("made", "began", "asked"),
    [("0 min", "-1 h", False), ("0 min", "1 min", True), ("-11 min", "-1 h", True)],
    ids=["taken over while we ran", "we are the newer", "the other had its time"],
)
async def test_two_releases_do_not_take_turns(
    world: World, made: str, began: str, asked: bool
) -> None:
    await world.rows(
        f"update projection set layout = 'another', made_at = now() + interval '{made}' where live"
    )
    [row] = await world.rows(f"select now() + interval '{began}' as began")
    assert await world.asks_for_ours(row["began"]) is asked


async def test_states_of_another_layout_are_rebuilt_and_switched_to_by_themselves(
    world: World,
) -> None:
    stories = await some_cases(world)
    told = await world.told()
    await world.rows("update projection set layout = 'of yesterday'")
    with pytest.raises(standing.OtherLayout):
        await world.another()
    assert await world.asks_for_ours()
    assert await building.until_done(world.bus, world.settings)
    [row] = await world.rows("select version, layout from projection where live")
    assert (row["version"], row["layout"]) == (2, LAYOUT)
    assert await world.told() == told
    after = await world.another()
    await world.publish(stories[0].rated(GOAL, 5, 99))
    while await after.once(0):
        pass
    await after.close()
    assert await ratings(world, stories[0].case_id) == 8


async def test_a_place_that_is_gone_stops_the_reader_and_a_rebuild_heals_it(world: World) -> None:
    [story, *_] = await some_cases(world)
    number = world.part("goals", story.case_id).partition
    lost = "delete from consumed where consumer = 'progress' and topic = 'goals' and partition = $1"
    await world.rows(lost, number)
    with pytest.raises(Exception, match=f"goals {number} was read is gone"):
        await world.another()
    row = await rebuild(world)
    assert row["state"] == "switched"
    after = await world.another()
    await after.close()
    assert await ratings(world, story.case_id) == 7, "each once"


async def test_control_a_place_made_anew_would_count_everything_twice(world: World) -> None:
    [story, *_] = await some_cases(world)
    number = world.part("goals", story.case_id).partition
    again = """
    update consumed set next_offset = 0, last_sequence = 0, last_id = null
    where consumer = 'progress' and topic = 'goals' and partition = $1
    """
    await world.rows(again, number)
    after = await world.another()
    while await after.once(0):
        pass
    await after.close()
    assert await ratings(world, story.case_id) == 14


async def test_a_version_of_one_kind_never_shares_a_row_number_with_another() -> None:
    assert target_of(2).first != target_of(3).first > 0
