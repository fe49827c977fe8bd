"""A switch clears no flag because the new version could not take in what the live one has read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import pytest

from services.progress.models.versions import schema_of
from services.progress.projection import folding
from services.progress.projection.incidents import FLAG_UNREADABLE, UNREADABLE
from shared.events.clinics import RulesChanged, RuleValue
from shared.events.rules import RuleParameter
from shared.events.words import Rule
from tests.progress.histories import START, Story, at
from tests.progress.reconciled import GOAL, WRONG, differing, repaired
from tests.progress.test_rebuild_history import rebuilt, switched, world
from tests.progress.world import World


__all__ = ["world"]  # a database of the test's own
REDRIVE = """
insert into wish (consumer, act, parked_id, reason, sub, role)
select 'progress', 'redrive', parked_id, 'mended', 'kim', 'operations'
from parked where consumer = 'progress' and state = 'blocking'
"""
FLAGS = """
select rule, severity, cleared, flag_id, raised_at, evidence, because from live.flag
where case_id = $1 and rule = $2 order by flag_id
"""
WISHES = "select act, reason, sub, outcome from wish order by number"
OPEN = "select what from incident where repaired_at is null and case_id = $1 order by what"
COMPLETED = "goals.measure_completed"


@contextmanager
def mistaken(kind: str) -> Iterator[None]:
    """A release that cannot read one kind of event; the next one, of the same layout, can."""

    def refuses(_: bytes) -> NoReturn:
        raise ValueError

    good = folding.BY_KIND[kind.encode()]
    folding.BY_KIND[kind.encode()] = refuses
    try:
        yield
    finally:
        folding.BY_KIND[kind.encode()] = good


async def begun(world: World, *answers: tuple[int, int, float]) -> Story:
    """A case with these answers: total, the ninth, and when."""
    story = Story()
    await world.opened(story.clinic_id)
    await world.happens(story.opened(), *(story.answered(*each) for each in answers))
    return story


async def flags(world: World, story: Story, rule: Rule = Rule.SI_ITEM) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await world.rows(FLAGS, story.case_id, rule)]


async def incidents(world: World, story: Story) -> list[str]:
    return [row["what"] for row in await world.rows(OPEN, story.case_id)]


async def redriven(world: World, story: Story) -> int:
    """Set aside in both versions, switched to the second, where the next release read it."""
    with mistaken(COMPLETED):
        await world.happens(story.answered(3, 3, 20))
        row = await rebuilt(world)
        await switched(world, row["number"])
    await world.rows(REDRIVE)
    await world.polling.tick()
    return int(row["number"])


async def test_a_switch_back_to_where_it_is_set_aside_leaves_the_flag_and_hands_it_on(
    world: World,
) -> None:
    story = await begun(world)
    number = await redriven(world, story)
    standing, told = await flags(world, story), await world.told()
    assert [each[:3] for each in standing] == [("SI_ITEM", "urgent", False)]
    assert await switched(world, number, "switch_back") == "0 flags raised or cleared"
    assert await flags(world, story) == standing
    await world.polling.tick()
    [mended, by_the_switch] = [tuple(row) for row in await world.rows(WISHES)]
    assert mended == ("redrive", "mended", "kim", "1 handed on")
    assert by_the_switch == ("redrive", "it was read before the switch", "sam", "1 handed on")
    assert await flags(world, story) == standing
    assert await world.told() == told, "nobody is told of what they know"
    assert await differing(world) == {}


async def test_a_flag_that_was_graver_stays_so(world: World) -> None:
    story = await begun(world, (1, 1, 1))
    number = await redriven(world, story)
    standing, told = await flags(world, story), await world.told()
    assert [each[:3] for each in standing] == [("SI_ITEM", "urgent", False)]
    await switched(world, number, "switch_back")
    assert await flags(world, story) == standing
    await world.polling.tick()
    assert await flags(world, story) == standing
    assert await world.told() == told


async def test_where_only_the_new_version_set_it_aside_it_is_handed_it_too(world: World) -> None:
    story = await begun(world, (3, 3, 20))
    standing, told = await flags(world, story), await world.told()
    with mistaken(COMPLETED):
        row = await rebuilt(world)
    assert row["stand_still"] == 1
    assert await switched(world, row["number"]) == "0 flags raised or cleared"
    assert await flags(world, story) == standing
    await world.polling.tick()
    assert [row["outcome"] for row in await world.rows(WISHES)] == ["1 handed on"]
    assert await flags(world, story) == standing
    assert await world.told() == told
    assert await differing(world) == {}


async def test_what_both_set_aside_is_not_handed_on_by_a_switch(world: World) -> None:
    with mistaken(COMPLETED):
        await begun(world, (3, 3, 20))
        row = await rebuilt(world)
        await switched(world, row["number"])
        await switched(world, row["number"], "switch_back")
    assert await world.rows(WISHES) == []


async def test_the_control_a_flag_of_a_case_that_goes_on_is_cleared(world: World) -> None:
    """Another case stands still; this one does not, and the new version knows of no flag."""
    other = await begun(world)
    with mistaken(COMPLETED):
        await world.happens(other.answered(3, 3, 20))
        row = await rebuilt(world)
    story = await begun(world, (3, 3, 20))
    with mistaken(COMPLETED):
        await switched(world, row["number"])
    await world.rows(REDRIVE)
    await world.polling.tick()
    await world.rows(f"delete from {schema_of(1)}.flag where case_id = $1", story.case_id)
    told = await world.told()
    assert await switched(world, row["number"], "switch_back") == "1 flags raised or cleared"
    assert [kind for kind, _ in (await world.told())[len(told) :]] == ["progress.flag_cleared"]
    assert [each[2] for each in await flags(world, story)] == [True]
    assert [each[2] for each in await flags(world, other)] == [False]


async def test_a_clinics_numbers_that_are_set_aside_clear_nothing(world: World) -> None:
    story = await begun(world)
    value = RuleValue(rule=Rule.GOAL_STALLED, parameter=RuleParameter.RATINGS, value=3)
    said = {"version": 1, "effective_from": START, "values": (value,)}
    await world.happens(
        RulesChanged(occurred_at=at(0), clinic_id=story.clinic_id, **said), story.goal(GOAL)
    )
    await world.happens(*(story.rated(GOAL, 4, minute) for minute in (1, 2, 3)))
    standing, told = await flags(world, story, Rule.GOAL_STALLED), await world.told()
    assert [each[2] for each in standing] == [False]
    with mistaken("clinics.rules_changed"):
        row = await rebuilt(world)
    assert await switched(world, row["number"]) == "0 flags raised or cleared"
    await world.polling.tick()
    assert await flags(world, story, Rule.GOAL_STALLED) == standing
    assert await world.told() == told


async def unread(world: World, *answers: tuple[int, int, float]) -> tuple[Story, int]:
    """The first version cannot read the case's state; the second one has folded it anew."""
    story = await begun(world, *answers)
    await world.rows(WRONG, story.case_id, b"\x00")
    world.polling.reader.cache.drop([story.case_id.bytes])
    await world.happens(story.goal(GOAL))
    row = await rebuilt(world)
    await switched(world, row["number"])
    assert await incidents(world, story) == []
    return story, int(row["number"])


async def test_a_state_that_nobody_can_read_clears_nothing_and_is_an_incident_again(
    world: World,
) -> None:
    story, number = await unread(world)
    await world.happens(story.answered(3, 3, 20))
    standing, told = await flags(world, story), await world.told()
    assert [each[2] for each in standing] == [False]
    assert await switched(world, number, "switch_back") == "0 flags raised or cleared"
    assert await flags(world, story) == standing
    assert await world.told() == told
    assert await incidents(world, story) == [UNREADABLE]
    await world.polling.tick()
    assert await world.rows(WISHES) == [], "its repair takes that up"
    await repaired(world, story.case_id)
    assert await incidents(world, story) == []
    assert [each[:4] for each in await flags(world, story)] == [each[:4] for each in standing]
    since = {kind for kind, _ in (await world.told())[len(told) :]}
    assert since <= {"progress.flag_raised"}, "this version had not handled the answer yet"
    assert {state for state, _ in await world.parked()} == {"done"}


async def test_a_flag_that_is_over_does_not_rise_again_from_a_state_that_nobody_can_read(
    world: World,
) -> None:
    story, number = await unread(world, (3, 3, 1))
    await world.rows("update live.flag set cleared = true where case_id = $1", story.case_id)
    over, told = await flags(world, story), await world.told()
    assert over
    await switched(world, number, "switch_back")
    assert await flags(world, story) == over
    assert await world.told() == told


async def test_a_state_that_was_spoilt_while_it_was_not_live_is_an_incident(world: World) -> None:
    story = await begun(world)
    row = await rebuilt(world)
    await switched(world, row["number"])
    spoil = f"update {schema_of(1)}.case_state set state = $2 where case_id = $1"
    await world.rows(spoil, story.case_id, b"\x00")
    await world.happens(story.goal(GOAL))
    await switched(world, row["number"], "switch_back")
    assert await incidents(world, story) == [UNREADABLE]
    await repaired(world, story.case_id)
    assert {state for state, _ in await world.parked()} == {"done"}


@pytest.mark.parametrize(
    ("change", "as_before"),
    [("severity = 'nonsense'", True), ("rule = 'nonsense'", True), ("because = '\\x00'", False)],
)
async def test_a_row_that_nobody_can_read_is_not_gone_back_to_unseen(
    world: World, change: str, as_before: bool
) -> None:
    """By what the database sees of it the live row stays; what shows later is an incident again."""
    story = await begun(world, (3, 3, 20))
    standing, told = await flags(world, story), await world.told()
    await world.rows(f"update live.flag set {change}")
    await world.rows(
        "insert into incident (case_id, what) values ($1, $2)", story.case_id, FLAG_UNREADABLE
    )
    row = await rebuilt(world)
    await switched(world, row["number"])
    assert await flags(world, story) == standing
    assert await incidents(world, story) == []
    told = await world.told()
    await switched(world, row["number"], "switch_back")
    assert (await flags(world, story) == standing) is as_before
    assert (await incidents(world, story) == []) is as_before
    assert await world.told() == told


async def test_a_flag_of_another_name_or_age_stops_no_switch_to_a_state_that_nobody_can_read(
    world: World,
) -> None:
    story, number = await unread(world, (3, 3, 1))
    await world.rows("update live.flag set grown_at = grown_at + interval '1 second'")
    standing, told = await flags(world, story), await world.told()
    assert await switched(world, number, "switch_back") == "0 flags raised or cleared"
    assert await flags(world, story) == standing
    assert await world.told() == told
    assert await incidents(world, story) == [UNREADABLE]
