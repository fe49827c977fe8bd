"""Events of a case whose state nobody can read are set aside, and its repair takes them up."""

from collections.abc import Callable
from uuid import UUID

import pytest

from services.progress.domain.state import RATINGS, Case, encode
from services.progress.projection import taking_up
from services.progress.projection.comparing import different
from tests.progress.histories import Story
from tests.progress.reconciled import GOAL, WRONG, differing, repaired, some, state
from tests.progress.test_parked import wish, write
from tests.progress.world import World


NONSENSE = b"\x00\xff"
REFUSED = "refused: an event of this case is set aside, redrive or skip it first"


def rotten(case: Case) -> bytes:
    """A state that is one, and whose ratings nobody can take apart."""
    case.goals[GOAL.bytes].ratings = case.goals[GOAL.bytes].ratings[1:]
    return encode(case)


async def spoilt(
    world: World, spoiling: Callable[[Case], bytes] = lambda _: NONSENSE
) -> tuple[Story, Story]:
    """A case that nobody can read, and one beside it; both then got events from two topics."""
    stories = await some(world)
    one, other = stories[2], stories[3]
    await world.rows(WRONG, one.case_id, spoiling(await state(world, one.case_id)))
    # Another worker than the one that folded it so far, which would still know it.
    world.polling.reader.cache.drop([one.case_id.bytes])
    for story in (one, other):
        await world.publish(story.rated(GOAL, 7, 20), story.rated(GOAL, 8, 21), story.closed(30))
    await world.reads()
    return one, other


async def ratings(world: World, story: Story) -> list[int]:
    case = await state(world, story.case_id)
    return [row[3] for row in RATINGS.rows(case.goals[GOAL.bytes].ratings)]


async def told(world: World, story: Story) -> list[str]:
    """The types of what was published about a case."""
    asked = "select type from outbox where key = $1 order by pos"
    return [row["type"] for row in await world.rows(asked, str(story.case_id))]


async def outcomes(world: World) -> list[str]:
    return [
        row["outcome"] for row in await world.rows("select outcome from repair order by number")
    ]


async def test_what_came_since_is_set_aside_and_the_repair_takes_it_up(world: World) -> None:
    one, other = await spoilt(world)
    assert (await ratings(world, other))[-2:] == [7, 8], "control: beside it events flow"
    assert sorted(await world.parked()) == [
        ("blocking", "Unreadable"),
        ("blocking", "Unreadable"),
        ("waiting", "behind another"),
    ]
    await repaired(world, one.case_id)
    assert (await ratings(world, one))[-2:] == [7, 8]
    assert (await state(world, one.case_id)).status == "closed"
    assert await outcomes(world) == [
        "10 events folded anew, 3 of which had been set aside, 1 flags raised or cleared"
    ]
    assert await told(world, one) == await told(world, other)
    assert {each for each, _ in await world.parked()} == {"done"}
    await world.happens(one.rated(GOAL, 9, 40), other.rated(GOAL, 9, 40))
    assert await ratings(world, one) == await ratings(world, other)
    assert await differing(world) == {}


async def test_a_state_that_is_rotten_inside_is_no_other_matter(world: World) -> None:
    """Some events find a place in it; one that does not waits for the repair, not for itself."""
    one, other = await spoilt(world, rotten)
    await repaired(world, one.case_id)
    assert {each for each, _ in await world.parked()} <= {"done"}
    assert await ratings(world, one) == await ratings(world, other)
    assert await differing(world) == {}


async def test_once_is_once_also_where_it_is_redriven_and_repaired_again(world: World) -> None:
    one, other = await spoilt(world)
    await wish(world, "redrive")
    await world.polling.tick()
    assert {cause for _, cause in await world.parked()} == {"Unreadable", "behind another"}
    await repaired(world, one.case_id)
    await wish(world, "redrive")
    await world.polling.tick()
    await world.rows("delete from repair")
    await repaired(world, one.case_id)
    assert await ratings(world, one) == await ratings(world, other)
    assert await differing(world) == {}


async def test_without_taking_them_up_the_case_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: where the reason is not known for what it is, the case stays as it is."""
    one, _ = await spoilt(world)
    monkeypatch.setattr(taking_up, "BECAUSE", "no reason at all")
    await repaired(world, one.case_id)
    assert await outcomes(world) == [REFUSED]


async def test_it_is_found_at_once_and_by_whoever_looks_and_is_over_with_the_repair(
    world: World,
) -> None:
    asked = "select case_id, what, repaired_at is null as open from incident"
    one, _ = await spoilt(world)
    expected = (one.case_id, "case: cannot be read")
    assert [tuple(row) for row in await world.rows(asked)] == [(*expected, True)]
    await world.rows("truncate incident")
    assert await differing(world) == {one.case_id: [expected[1]]}
    await repaired(world, one.case_id)
    assert [tuple(row) for row in await world.rows(asked)] == [(*expected, False)]


async def test_one_set_aside_for_another_reason_keeps_its_rule(world: World) -> None:
    """Redrive it first. Then it waits for the case too, and after the repair for its own reason."""
    one = (await some(world))[2]
    await world.happens(one.rated(GOAL, 5, 15), one.answered(28, None, 16), one.rated(GOAL, 6, 17))
    assert await world.parked() == [("blocking", "ValueError"), ("waiting", "behind another")]
    before = await state(world, one.case_id)
    await world.rows(WRONG, one.case_id, NONSENSE)
    await repaired(world, one.case_id)
    assert await outcomes(world) == [REFUSED]
    await wish(world, "redrive")
    await world.polling.tick()
    assert await world.parked() == [("blocking", "Unreadable"), ("waiting", "behind another")]
    await world.rows("delete from repair")
    await repaired(world, one.case_id)
    assert await world.parked() == [("blocking", "ValueError"), ("waiting", "behind another")]
    assert different(await state(world, one.case_id), before) == []
    await world.happens(one.closed(40))
    assert (await state(world, one.case_id)).status == "closed", "other topics flow again"


async def test_one_that_fails_for_its_own_sake_waits_again_and_the_rest_is_taken_up(
    world: World,
) -> None:
    one = (await some(world))[2]
    await world.rows(WRONG, one.case_id, NONSENSE)
    world.polling.reader.cache.drop([one.case_id.bytes])
    await world.publish(one.rated(GOAL, 7, 20))
    await write(world, one, b"{not json")
    await world.happens(one.rated(GOAL, 8, 21), one.closed(30))
    await repaired(world, one.case_id)
    assert await world.parked() == [
        ("done", "Unreadable"),
        ("done", "Unreadable"),
        ("blocking", "body"),
        ("waiting", "behind another"),
    ]
    assert (await ratings(world, one))[-1] == 7
    body = one.rated(GOAL, 9, 20.5).data()
    await world.rows("update parked set value = $1 where state = 'blocking'", body)
    await wish(world, "redrive")
    await world.polling.tick()
    assert (await ratings(world, one))[-2:] == [9, 8]
    assert {each for each, _ in await world.parked()} == {"done"}


async def test_what_the_log_no_longer_holds_stays_to_be_redriven(world: World) -> None:
    one, _ = await spoilt(world)
    gone = UUID(int=99)
    await world.rows("update parked set event_id = $1 where state = 'waiting'", gone)
    await repaired(world, one.case_id)
    assert sorted(await world.parked()) == [
        ("blocking", "behind another"),
        ("done", "Unreadable"),
        ("done", "Unreadable"),
    ]
