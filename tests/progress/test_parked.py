"""What cannot be taken in waits with its own key; the rest goes on, and it can be handed on."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from services.progress.domain.state import RATINGS
from shared.bus import Headers
from tests.progress.histories import Story
from tests.progress.world import World


GOAL = UUID(int=41)
NEARLY_ALL = "ce_id ce_time ce_specversion content-type ce_subject ce_partitionkey ce_clinicid"
HUGE = b'{"value": ' + b" " * 900_001 + b"1}"


async def ratings(world: World, story: Story) -> list[int]:
    """The ratings that count."""
    case = await world.case(story.case_id)
    assert case is not None
    return [row[3] for row in RATINGS.rows(case.goals[GOAL.bytes].ratings)]


async def two_cases(world: World) -> tuple[Story, Story]:
    """Two cases with a goal each, whose records lie in one partition."""
    one, other = Story(), Story()
    while world.part("goals", one.case_id) != world.part("goals", other.case_id):
        other = Story()
    await world.happens(one.opened(), one.goal(GOAL), other.opened(), other.goal(GOAL))
    return one, other


async def write(
    world: World, story: Story, value: bytes, gone: str = "", key: str | None = None
) -> None:
    """A record under the next number, its body as given, without the headers that are `gone`."""
    hand = world.hands["goals"]
    part = world.part("goals", story.case_id)
    hand.newest[part.partition] += 1
    message = await hand.message(story.rated(GOAL, 5, 3), hand.newest[part.partition])
    headers: Headers = [header for header in message.headers if header[0] not in gone.split()]
    key_bytes = message.key if key is None else key.encode()
    await hand.put(message._replace(value=value, headers=headers, key=key_bytes))


@pytest.mark.parametrize(
    ("body", "gone", "cause"),
    [
        (b"{not json", "", "body"),
        (b"[]", "", "body"),
        (b"{}", "", "body"),
        (b"\xff", "", "body"),
        (HUGE, "", "too_large"),
        (None, "ce_id", "header"),
        (None, "ce_type", "header"),
        (None, "ce_time", "header"),
        (None, NEARLY_ALL, "header"),
    ],
    ids=lambda value: value[:12] if isinstance(value, bytes) else value,
)
async def test_a_bad_record_blocks_only_its_own_key(
    world: World, body: bytes | None, gone: str, cause: str
) -> None:
    one, other = await two_cases(world)
    good = one.rated(GOAL, 5, 3).data()
    await write(world, one, good if body is None else body, gone)
    await world.publish(one.rated(GOAL, 6, 4), other.rated(GOAL, 7, 4))
    await world.reads()
    assert await ratings(world, other) == [7]
    assert await ratings(world, one) == []
    assert await world.parked() == [("blocking", cause), ("waiting", "behind another")]


@pytest.mark.parametrize("year", [1, 9999])
async def test_a_fact_beyond_the_calendar_is_set_aside_and_stops_no_clock(
    world: World, year: int
) -> None:
    """Its flag could be reckoned from by nobody: not by a clock, not by whoever shows it."""
    one, other = await two_cases(world)
    when = datetime(year, 1, 1, 1, tzinfo=UTC) if year == 1 else datetime(year, 12, 31, tzinfo=UTC)
    odd = one.answered(9, 1, 3).model_copy(update={"answered_at": when})
    await world.publish(odd, other.rated(GOAL, 7, 4))
    await world.reads()
    assert await world.parked() == [("blocking", "ValueError")]
    assert await ratings(world, other) == [7]


async def test_a_record_under_another_cases_key_is_set_aside(world: World) -> None:
    one, other = await two_cases(world)
    await write(world, one, one.rated(GOAL, 5, 3).data(), key=str(other.case_id))
    await world.reads()
    assert await world.parked() == [("blocking", "key")]
    assert await ratings(world, one) == []


async def test_a_fact_that_cannot_be_true_is_set_aside_and_what_was_before_it_stays(
    world: World,
) -> None:
    one, _ = await two_cases(world)
    await world.publish(one.rated(GOAL, 5, 1), one.answered(28, None, 2), one.rated(GOAL, 6, 3))
    await world.reads()
    assert await ratings(world, one) == [5]
    assert await world.parked() == [("blocking", "ValueError"), ("waiting", "behind another")]


async def test_of_two_that_fail_in_one_poll_the_earlier_is_in_front(world: World) -> None:
    """The later one fails sooner, before anything is folded; what is before both is folded."""
    one, _ = await two_cases(world)
    await world.publish(one.rated(GOAL, 5, 1), one.answered(28, None, 2), one.rated(GOAL, 6, 3))
    await write(world, one, b"{not json")
    await world.happens(one.rated(GOAL, 7, 5))
    assert await ratings(world, one) == [5]
    behind = [("waiting", "behind another")] * 3
    assert await world.parked() == [("blocking", "ValueError"), *behind]
    offsets = [row["offset"] for row in await world.rows('select "offset" from parked order by 1')]
    asked = 'select "offset" from parked order by number'
    assert [row["offset"] for row in await world.rows(asked)] == offsets


async def test_other_topics_of_a_blocked_key_go_on(world: World) -> None:
    one, _ = await two_cases(world)
    await write(world, one, b"{not json")
    await world.happens(one.closed(9))
    case = await world.case(one.case_id)
    assert case is not None
    assert case.status == "closed"


async def test_redrive_hands_a_keys_events_on_in_order_once(world: World) -> None:
    one, _ = await two_cases(world)
    await write(world, one, b"{not json")
    await world.publish(one.rated(GOAL, 6, 4), one.rated(GOAL, 7, 5))
    await world.reads()
    body = one.rated(GOAL, 5, 3).data()
    await world.rows("update parked set value = $1 where state = 'blocking'", body)
    for _ in range(2):
        await wish(world, "redrive")
        await world.polling.tick()
    assert await ratings(world, one) == [5, 6, 7]
    assert {state for state, _ in await world.parked()} == {"done"}
    await world.happens(one.rated(GOAL, 8, 6))  # by a reader whose cache knows nothing of it
    assert await ratings(world, one) == [5, 6, 7, 8]


async def test_a_dry_run_says_what_would_come_and_changes_nothing(world: World) -> None:
    one, _ = await two_cases(world)
    await write(world, one, b"{not json")
    await world.happens(one.rated(GOAL, 6, 4))
    body = one.rated(GOAL, 5, 3).data()
    await world.rows("update parked set value = $1 where state = 'blocking'", body)
    await wish(world, "redrive", dry_run=True)
    await world.polling.tick()
    assert await ratings(world, one) == []
    [row] = await world.rows("select outcome from parked where state = 'blocking'")
    assert row["outcome"] == "dry run: 2 handed on"


async def test_a_redrive_that_fails_again_stays_in_front(world: World) -> None:
    one, _ = await two_cases(world)
    await write(world, one, b"{not json")
    await world.happens(one.rated(GOAL, 6, 4))
    await wish(world, "redrive")
    await world.polling.tick()
    assert await world.parked() == [("blocking", "body"), ("waiting", "behind another")]
    assert await ratings(world, one) == []


def of_one_number(world: World, count: int) -> list[Story]:
    """So many cases whose goals lie in one partition."""
    first = Story()
    found = [first]
    while len(found) < count:
        story = Story()
        if world.part("goals", story.case_id) == world.part("goals", first.case_id):
            found.append(story)
    return found


async def test_more_than_five_keys_failing_for_one_cause_wait(world: World) -> None:
    """Also where they come in one batch: then the five are not tried again and again with it."""
    stories = of_one_number(world, 12)
    for story in stories:
        await write(world, story, b"{not json")
    await world.reads()
    assert [state for state, _ in await world.parked()] == ["blocking"] * 5
    assert world.part("goals", stories[0].case_id) in world.polling.reader.held
    again = await world.another()
    while await again.once(0):
        pass
    await again.close()
    assert [state for state, _ in await world.parked()] == ["blocking"] * 10, "five after a start"


async def test_a_pause_holds_and_a_resume_loses_nothing(world: World) -> None:
    one, _ = await two_cases(world)
    await wish(world, "pause")
    await world.polling.tick()
    await world.happens(one.rated(GOAL, 6, 4))
    assert await ratings(world, one) == []
    await wish(world, "resume")
    await world.polling.tick()
    await world.happens(one.rated(GOAL, 7, 5))
    assert await ratings(world, one) == [6, 7]


async def test_a_pause_survives_a_restart(world: World) -> None:
    one, _ = await two_cases(world)
    await wish(world, "pause")
    await world.polling.tick()
    again = await world.another()
    await world.publish(one.rated(GOAL, 6, 4))
    while await again.once(0):
        pass
    await again.close()
    assert await ratings(world, one) == []


async def wish(world: World, act: str, dry_run: bool = False) -> None:
    """What an operator asks for through the API."""
    heads = await world.rows(
        "select parked_id from parked order by (state = 'blocking') desc, number limit 1"
    )
    parked_id = heads[0]["parked_id"] if act == "redrive" else None
    await world.rows(
        "insert into wish (consumer, act, parked_id, dry_run, reason, sub, role)"
        " values ('progress', $1, $2, $3, 'test', $4, 'operations')",
        act,
        parked_id,
        dry_run,
        str(uuid4()),
    )
