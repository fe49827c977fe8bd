"""Repair: one case folded anew, under the names that people know, whatever the tables lost."""

from uuid import UUID

from services.progress.domain.state import encode
from services.progress.projection.comparing import different
from shared.events import decode as decoded
from shared.events import derived_id
from shared.events.progress import FlagRaised
from shared.events.words import Rule
from tests.harness import Hand
from tests.progress.reconciled import (
    GOAL,
    WRONG,
    differing,
    lost,
    repaired,
    sampled,
    some,
    state,
    unknown,
)
from tests.progress.world import World


ACTED = """
insert into flag_case (flag_id, clinic_id, case_id, state, note, told)
select $1, clinic_id, $2, 'acknowledged', 'called', '{}' from live.case_state where case_id = $2
"""


async def test_a_repaired_case_goes_on_and_what_a_worker_remembers_of_it_is_dropped(
    world: World,
) -> None:
    stories = await some(world)
    told = await world.told()
    await repaired(world, stories[1].case_id)
    assert await world.told() == told, "nothing had changed"
    await world.happens(stories[1].rated(GOAL, 9, 50))
    assert await differing(world) == {}


async def test_a_case_that_only_the_log_knows_is_found_and_repaired(world: World) -> None:
    """Also by the hourly sample, which would never meet it among the cases of the tables."""
    stories = await some(world)
    case_id = stories[3].case_id
    before, told = await state(world, case_id), await world.told()
    await lost(world, case_id)
    assert await differing(world) == {case_id: ["case: only in the log"]}
    await world.rows("truncate incident")
    await sampled(world, case_id)
    incidents = await world.rows("select case_id, what from incident")
    assert [tuple(each) for each in incidents] == [(case_id, "case: only in the log")]
    await repaired(world, case_id)
    assert different(await state(world, case_id), before) == []
    assert await differing(world) == {}
    assert await world.told() == told, "nobody is told again of what they were told"


async def acted_on(world: World, case_id: UUID, rule: str, called: UUID) -> None:
    """People know the flag of a rule under another name than a fold would give, and acted on it."""
    await world.rows(
        "update live.flag set flag_id = $3 where case_id = $1 and rule = $2", case_id, rule, called
    )
    await world.rows(ACTED, called, case_id)


async def named(world: World, case_id: UUID) -> dict[str, UUID]:
    rows = await world.rows(
        "select rule, flag_id from live.flag where case_id = $1 and not cleared", case_id
    )
    return {row["rule"]: row["flag_id"] for row in rows}


async def test_repair_keeps_the_name_that_people_acted_under_whatever_the_state_says(
    world: World,
) -> None:
    stories = await some(world)
    case_id, called = stories[2].case_id, UUID(int=77)
    before, told = await named(world, case_id), await world.told()
    await acted_on(world, case_id, "SI_ITEM", called)
    invented = "what was done about SI_ITEM: state"  # the test wrote the row, and no act
    assert await differing(world) == {case_id: [invented, "flag SI_ITEM: state and row"]}
    case = await state(world, case_id)
    case.flags = []
    await world.rows(WRONG, case_id, encode(case))
    await repaired(world, case_id)
    assert await named(world, case_id) == before | {"SI_ITEM": called}
    assert await differing(world) == {}
    over = ("progress.flag_cleared", derived_over(await wish(world), before["SI_ITEM"]))
    assert await world.told() == [*told, over], "the name of which nothing is left is over"


async def test_a_flag_is_as_old_as_people_were_told_whatever_its_row_says(world: World) -> None:
    """Its clocks run from then: a row that says otherwise must not be what is believed."""
    stories = await some(world)
    case_id = stories[2].case_id
    ages = "select flag_id, raised_at, grown_at from live.flag where case_id = $1 order by flag_id"
    before = await world.rows(ages, case_id)
    shifted = "raised_at = raised_at - interval '200 days', grown_at = grown_at - interval '9 days'"
    await world.rows(f"update live.flag set {shifted} where case_id = $1", case_id)
    assert case_id in await differing(world)
    await repaired(world, case_id)
    assert await world.rows(ages, case_id) == before
    assert await differing(world) == {}


def derived_over(repair_id: UUID, flag_id: UUID) -> UUID:
    return derived_id(repair_id, f"cleared {flag_id}")


async def wish(world: World) -> UUID:
    [row] = await world.rows("select repair_id from repair")
    repair_id: UUID = row["repair_id"]
    return repair_id


async def test_a_name_that_only_the_published_events_tell_comes_back_with_a_lost_case(
    world: World,
) -> None:
    """What is in the outbox no longer stands in the log."""
    stories = await some(world)
    case_id = stories[2].case_id
    before = await named(world, case_id)
    hand = await Hand(world.bus, "progress").begin()
    called = UUID(int=78)
    for row in await world.rows("select * from outbox where key = $1 order by pos", str(case_id)):
        event = decoded(row["type"], row["data"], row["id"], row["occurred_at"])
        if isinstance(event, FlagRaised) and event.rule is Rule.SI_ITEM:
            event = event.model_copy(update={"flag_id": called})
        await hand.publish(event)
    await world.rows("delete from outbox")
    await world.rows(ACTED, called, case_id)
    await lost(world, case_id)
    await repaired(world, case_id)
    assert await named(world, case_id) == before | {"SI_ITEM": called}
    assert await world.told() == [], "all of it was told before"


async def test_repair_says_that_the_log_knows_nothing_of_a_case(world: World) -> None:
    await some(world)
    await repaired(world, UUID(int=5))
    [row] = await world.rows("select outcome from repair")
    assert row["outcome"] == "refused: the log says nothing of this case"


async def test_an_id_that_nobody_knows_is_told_from_a_case_that_is_right(world: World) -> None:
    """One of which only the log speaks is known, and no incident is made of a mistyped id."""
    stories = await some(world)
    nobody, right, only_log = UUID(int=5), stories[2].case_id, stories[3].case_id
    await lost(world, only_log)
    assert await differing(world, nobody, right) == {}, "control: both differ in nothing"
    assert await unknown(world, nobody, right, only_log) == {nobody}
    assert await world.rows("select * from incident") == []
