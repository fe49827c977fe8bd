"""Time: the sweeper raises what is due, once, however many sweep, and never ahead of the facts."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from services.progress.domain.packed import micros
from services.progress.domain.rules.days import after_days, begins, end_of
from services.progress.projection import store
from services.progress.projection.sweep import sweep
from shared.events.clinics import ClinicOpened, RulesChanged, RuleValue
from shared.events.rules import RuleParameter
from shared.events.words import Attendance, Rule
from tests.progress.histories import START, Story, at
from tests.progress.scenarios import DAY, before, past, referred
from tests.progress.world import World


async def waiting(world: World) -> Story:
    """A case that waits for its first treatment."""
    story = Story()
    await world.opened(story.clinic_id)
    await world.happens(*referred()(story))
    return story


async def swept(world: World, until: datetime) -> None:
    """One worker's sweep, on a connection of its own."""
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        await sweep(connection, until, world.settings.partitions)
    finally:
        await connection.close()


async def flags(world: World) -> list[tuple[str, str, datetime, bool]]:
    """Rule, severity, when it was raised, whether it is cleared; oldest first."""
    rows = await world.rows("select * from live.flag order by raised_at, rule")
    return [(r["rule"], r["severity"], r["raised_at"], r["cleared"]) for r in rows]


async def test_the_sweeper_raises_at_the_moment_and_not_before(world: World) -> None:
    await waiting(world)
    await swept(world, before(past(42)))
    assert await flags(world) == []
    await swept(world, past(42))
    assert await flags(world) == [("WAIT_BREACH", "medium", past(42), False)]


async def test_however_late_the_flag_is_as_old_as_its_moment(world: World) -> None:
    await waiting(world)
    await swept(world, past(60))
    assert await flags(world) == [("WAIT_BREACH", "medium", past(42), False)]


async def test_two_sweepers_raise_it_once(world: World) -> None:
    for _ in range(5):
        await waiting(world)
    await asyncio.gather(*(swept(world, past(42)) for _ in range(4)))
    told = await world.told()
    assert [kind for kind, _ in told] == ["progress.flag_raised"] * 5
    assert len(await flags(world)) == 5


async def test_without_lock_and_version_two_sweepers_would_raise_it_twice(world: World) -> None:
    """The control: both read before either writes, with ids that are not derived."""
    await waiting(world)
    due = f"select case_id from live.case_state where due_at <= '{past(42).isoformat()}'"
    connections = [
        await asyncpg.connect(world.settings.database("progress", "worker")) for _ in range(2)
    ]
    try:
        seen = [await each.fetch(due) for each in connections]
        for connection, rows in zip(connections, seen, strict=True):
            for row in rows:
                await connection.execute(
                    "insert into outbox (key, id, type, clinic_id, data, headers, occurred_at)"
                    " values ($1, $2, 'progress.flag_raised', $3, '', '{}', now())",
                    str(row["case_id"]),
                    uuid4(),
                    uuid4(),
                )
    finally:
        for each in connections:
            await each.close()
    assert len(await world.told()) == 2


async def test_a_sweep_and_a_batch_at_the_same_time_leave_one_truth(world: World) -> None:
    story = await waiting(world)
    await world.publish(story.attended(uuid4(), Attendance.ATTENDED, 50 * DAY))
    await asyncio.gather(swept(world, past(45)), world.reads())
    await swept(world, past(51))
    assert [flag[0] for flag in await flags(world) if not flag[3]] == ["WAIT_BREACH"]


async def test_what_was_not_read_yet_holds_the_sweeper_back(world: World) -> None:
    """Time is swept up to where all four publishers were read, not further."""
    story = Story()
    await world.opened(story.clinic_id)
    await world.happens(*referred(0)(story))
    await world.marks(before(past(7)))
    assert await flags(world) == []
    for topic, hand in world.hands.items():
        await hand.mark(before(past(7)) if topic == "goals" else past(8))
    world.polling.watch._beat_at = 0.0
    await world.polling.tick()
    assert await flags(world) == []
    await world.marks(past(8))
    assert await flags(world) == [("OUTCOME_MISSING", "low", past(7), False)]


async def test_a_rebuild_comes_to_the_same_flags_as_having_been_there(world: World) -> None:
    """Facts folded with sweeps between them, and the same facts folded later at once."""
    one, other = Story(), Story()
    for story in (one, other):
        await world.opened(story.clinic_id)
        await world.happens(*referred()(story))
    await swept(world, past(44))
    for story in (one, other):
        await world.happens(story.attended(uuid4(), Attendance.ATTENDED, 50 * DAY))
    late = Story()
    await world.opened(late.clinic_id)
    await world.happens(*referred()(late), late.attended(uuid4(), Attendance.ATTENDED, 50 * DAY))
    asked = "select rule, severity, raised_at, cleared from live.flag where case_id = $1"
    there = [tuple(row) for row in await world.rows(asked, one.case_id)]
    assert there
    assert there == [tuple(row) for row in await world.rows(asked, late.case_id)]


def changed(story: Story, version: int, since: datetime, days: int) -> RulesChanged:
    """A clinic wants to know of a breach after so many days."""
    value = RuleValue(rule=Rule.WAIT_BREACH, parameter=RuleParameter.DAYS, value=days)
    first = RuleValue(rule=Rule.WAIT_BREACH, parameter=RuleParameter.FROM_DAYS, value=min(days, 42))
    return RulesChanged(
        occurred_at=since,
        clinic_id=story.clinic_id,
        version=version,
        effective_from=since,
        values=(value, first),
    )


async def test_other_numbers_make_a_clinics_cases_due(world: World) -> None:
    story = await waiting(world)
    await swept(world, past(30))
    assert await flags(world) == []
    await world.happens(changed(story, 1, past(30), 28))
    await swept(world, past(31))
    assert await flags(world) == [("WAIT_BREACH", "medium", past(30), False)]
    [row] = await world.rows("select parameters from live.flag")
    assert '"days": 28' in row["parameters"]


async def test_a_case_ahead_of_its_clinics_numbers_is_asked_again(world: World) -> None:
    """The clinic's row was wrong for a while: what was asked by it is asked again by what is."""
    story = await waiting(world)
    await world.happens(changed(story, 1, past(30), 28))
    [right] = await world.rows("select numbers, rules::text from live.clinic")
    await world.rows("update live.clinic set numbers = 9, rules = '{}'")
    await swept(world, past(31))
    assert await flags(world) == []
    put_right = "update live.clinic set numbers = $1, rules = $2::text::jsonb"
    await world.rows(put_right, right["numbers"], right["rules"])
    await swept(world, past(31))
    assert await flags(world) == [("WAIT_BREACH", "medium", past(30), False)]


async def test_numbers_that_begin_later_count_from_then_on(world: World) -> None:
    story = await waiting(world)
    await world.happens(changed(story, 1, past(35), 28))
    await swept(world, past(34))
    assert await flags(world) == []
    await swept(world, past(36))
    assert await flags(world) == [("WAIT_BREACH", "medium", past(35), False)]


@pytest.mark.parametrize(
    ("start", "moment"),
    [
        # Forward on 29 March, back on 25 October 2026: 23 or 25 hours, and still one day.
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, 0, tzinfo=UTC)),
        (datetime(2026, 6, 1, 12, tzinfo=UTC), datetime(2026, 6, 2, 23, tzinfo=UTC)),
    ],
)
def test_a_day_is_a_day_when_the_clocks_change(start: datetime, moment: datetime) -> None:
    assert after_days(micros(start), 1, "Europe/London") == micros(moment)


def test_a_midnight_that_does_not_exist_is_the_first_moment_that_does() -> None:
    """Beirut, 29 March 2026: the clocks go from 00:00 to 01:00."""
    day = date(2026, 3, 29).toordinal()
    assert begins(day, "Asia/Beirut") == micros(datetime(2026, 3, 28, 22, tzinfo=UTC))
    assert end_of(day, "Asia/Beirut") == micros(datetime(2026, 3, 29, 21, tzinfo=UTC))


async def test_the_zone_of_the_clinic_decides(world: World) -> None:
    story = Story()
    await world.happens(
        ClinicOpened(occurred_at=START, clinic_id=story.clinic_id, zone="Pacific/Auckland")
    )
    await world.happens(*referred()(story))
    # 22:00 on 2 November there; 43 dates on, their midnight is 11:00 UTC of the day before.
    moment = at(43 * DAY) - timedelta(hours=22)
    await swept(world, before(moment))
    assert await flags(world) == []
    await swept(world, moment)
    assert len(await flags(world)) == 1


async def test_a_stale_state_is_not_written(world: World) -> None:
    """The version check that sweeper and batches share."""
    story = await waiting(world)
    connection = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        ids = [story.case_id.bytes]
        held = await store.load(connection, ids, store.Cache(0))
        case = await world.case(story.case_id)
        assert case
        await store.save(connection, {ids[0]: case}, held)
        with pytest.raises(store.Stale):
            await store.save(connection, {ids[0]: case}, held)
    finally:
        await connection.close()
