"""A history that came late and piece by piece: a rebuild comes to the same, and nobody is told."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.progress.projection import building
from services.progress.projection.comparing import CARRIED, PASSED
from services.progress.projection.settling import settle
from services.progress.projection.target import LIVE
from shared.bus import Away
from shared.consumer.failure import TooMany
from shared.events import Event
from shared.events.clinics import ClinicOpened
from shared.events.words import Attendance
from shared.settings import Settings
from tests.kit import fresh_settings, service_database
from tests.progress.histories import START, Story
from tests.progress.scenarios import DAY
from tests.progress.test_parked import of_one_number
from tests.progress.world import World
from tests.servers import PostgresServer


BEGAN = -300  # days: a rebuild settles up to now, so these histories are over by then
ASK = """
insert into rebuild (reason, sub, role) values ('to see', 'sam', 'operations') returning number
"""
ACT = """
insert into rebuild_act (rebuild, act, reason, sub, role)
values ($1, $2, 'looks right', 'sam', 'operations')
"""
SEEN = """
insert into flag_case (flag_id, clinic_id, case_id, state, note, told)
select flag_id, clinic_id, case_id, 'acknowledged', 'called', '{}' from live.flag where rule = $1
"""
STANDING = "select * from live.flag where not cleared order by flag_id"


@pytest.fixture
async def world(postgres: PostgresServer) -> AsyncIterator[World]:
    """A database of the test's own: its versions come and go."""
    settings = fresh_settings(postgres)
    await service_database(settings, "progress")
    made = await World(settings).begin()
    yield made
    await made.close()


async def swept(settings: Settings) -> None:
    """What the worker does while nothing more is to be read: the facts seem to be all there."""
    connection = await asyncpg.connect(settings.database("progress", "worker"))
    try:
        await settle(connection, LIVE, datetime.now(UTC), settings.partitions)
    finally:
        await connection.close()


def day(number: int) -> float:
    """The minutes of a day of the history."""
    return (BEGAN + number) * DAY


def began(story: Story) -> list[Event]:
    """The case begins."""
    return [story.opened(day(0))]


def seen(story: Story, number: int) -> Event:
    """A treatment session that was attended on some day."""
    return story.attended(uuid4(), Attendance.ATTENDED, day(number))


def treated(story: Story) -> list[Event]:
    """Seen on days 20, 55 and 60; the second treatment was a long time coming."""
    return [seen(story, number) for number in (20, 55, 60)]


def rated(story: Story) -> list[Event]:
    """A goal that stands still, and a questionnaire after the first session."""
    goal = uuid4()
    told: list[Event] = [story.goal(goal)]
    told += [story.rated(goal, 3, day(number)) for number in (20, 40, 60, 80)]
    return [*told, story.answered(12, 1, day(21))]


async def written_late(world: World, stories: list[Story]) -> None:
    """Months of history, one publisher after the other, and the sweeper looks in between."""
    for part in (began, treated, rated):
        for story in stories:
            await world.publish(*part(story))
        await world.reads()
        await swept(world.settings)


async def rebuilt(world: World) -> asyncpg.Record:
    [asked] = await world.rows(ASK)
    assert await building.until_done(world.bus, world.settings)
    [row] = await world.rows("select * from rebuild where number = $1", asked["number"])
    return row


async def switched(world: World, number: int, act: str = "switch") -> str:
    await world.rows(ACT, number, act)
    assert await building.until_done(world.bus, world.settings)
    [row] = await world.rows("select outcome from rebuild_act order by number desc limit 1")
    return str(row["outcome"])


async def reasons(world: World) -> set[str]:
    return {row["reason"] for row in await world.rows("select reason from rebuild_difference")}


async def test_what_was_raised_and_cleared_while_facts_came_makes_no_case_differ(
    world: World,
) -> None:
    stories = [Story() for _ in range(4)]
    for story in stories:
        await world.opened(story.clinic_id)
    await written_late(world, stories)
    [over] = await world.rows("select count(*) from live.flag where cleared")
    assert over["count"], "or nothing had to be taken back"
    standing, told = await world.rows(STANDING), await world.told()
    row = await rebuilt(world)
    assert (row["state"], row["equal"], row["different"]) == ("compared", 4, 0)
    assert await reasons(world) <= {PASSED, CARRIED}
    for act in ("switch", "switch_back"):
        assert await switched(world, row["number"], act) == "0 flags raised or cleared"
        assert await world.rows(STANDING) == standing
    assert await world.told() == told


async def test_a_flag_keeps_the_name_under_which_people_acted_on_it(world: World) -> None:
    """Its clinic's zone was heard of last, and days begin elsewhere at another moment."""
    story = Story()
    await world.happens(*began(story), seen(story, 20))
    await swept(world.settings)
    await world.rows(SEEN, "OUTCOME_MISSING")
    await world.happens(
        ClinicOpened(occurred_at=START, clinic_id=story.clinic_id, zone="Asia/Tokyo")
    )
    await swept(world.settings)
    standing, told = await world.rows(STANDING), await world.told()
    row = await rebuilt(world)
    assert (row["equal"], row["different"]) == (1, 0)
    assert CARRIED in await reasons(world)
    assert await switched(world, row["number"]) == "0 flags raised or cleared"
    assert await world.rows(STANDING) == standing
    assert await world.told() == told
    await world.happens(seen(story, 90))
    await swept(world.settings)
    acted = "select cleared from live.flag join flag_case using (flag_id)"
    assert [each["cleared"] for each in await world.rows(acted)] == [False]


async def test_what_people_acted_on_stays_to_be_seen_when_it_is_over(world: World) -> None:
    story = Story()
    await world.opened(story.clinic_id)
    await world.happens(*began(story))
    await swept(world.settings)
    await world.rows(SEEN, "WAIT_BREACH")
    await world.happens(seen(story, 20))
    await swept(world.settings)
    [acted] = await world.rows(
        "select flag_id, cleared from live.flag join flag_case using (flag_id)"
    )
    assert acted["cleared"]
    await _absent(world, acted["flag_id"])
    kept = await world.rows("select flag_id, cleared from live.flag join flag_case using (flag_id)")
    assert kept == [acted]


async def test_what_nobody_acted_on_stays_to_be_seen_too(world: World) -> None:
    """A message of its raising may be open somewhere: its link says that the flag is over."""
    story = Story()
    await world.opened(story.clinic_id)
    await world.happens(*began(story))
    await swept(world.settings)
    told = (await world.rows("select flag_id from live.flag where not cleared"))[0]
    row = await rebuilt(world)
    gone = f"delete from progress_v{row['version']}.flag where flag_id = $1"
    await world.rows(gone, told["flag_id"])
    assert await switched(world, row["number"]) == "1 flags raised or cleared"
    kept = "select cleared from live.flag where flag_id = $1"
    assert [each["cleared"] for each in await world.rows(kept, told["flag_id"])] == [True]


async def _absent(world: World, flag_id: UUID) -> None:
    """Switch to a version in which that flag never was."""
    row = await rebuilt(world)
    gone = f"delete from progress_v{row['version']}.flag where flag_id = $1"
    await world.rows(gone, flag_id)
    assert await switched(world, row["number"]) == "0 flags raised or cleared"


async def test_a_rebuild_ends_though_more_keys_of_one_batch_fail_than_may_at_once(
    world: World,
) -> None:
    """Live set them aside one by one, over months; each attempt gets further."""
    stories = of_one_number(world, 7)
    await world.opened(stories[0].clinic_id)
    for story in stories:
        world.polling.reader._too_many = TooMany()  # months lie between them
        await world.happens(*began(story), story.answered(28, None, 16))
    assert len(await world.parked()) == len(stories)
    [asked] = await world.rows(ASK)
    with pytest.raises(Away):
        await building.until_done(world.bus, world.settings)
    await building.until_done(world.bus, world.settings)
    state = "select state from rebuild where number = $1"
    assert [row["state"] for row in await world.rows(state, asked["number"])] == ["compared"]
