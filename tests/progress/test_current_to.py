"""`current_to` of progress: it moves when everything was read, and stands while a reader does."""

from datetime import datetime

from tests.progress.histories import START, at
from tests.progress.test_reading import GOAL, a_case, values
from tests.progress.world import World


async def test_current_to_moves_only_when_everything_was_read(world: World) -> None:
    story = await a_case(world, 5)
    await world.marks(START)
    assert await current_to(world) == START
    await world.publish(story.rated(GOAL, 6, 2))
    await world.marks(at(1))  # the mark is there; what it speaks of was not read
    assert await current_to(world) == START
    await world.reads()
    await world.marks(at(2))
    assert await current_to(world) == at(2)


async def test_current_to_stands_still_while_the_reader_is_paused(world: World) -> None:
    story = await a_case(world, 5)
    await world.marks(START)
    await world.rows("update consumed set paused_since = now()")
    await world.polling.tick()
    await world.publish(story.rated(GOAL, 6, 2))
    await world.reads()
    await world.marks(at(1))
    assert await current_to(world) == START
    assert values(await world.case(story.case_id)) == [5]


async def test_a_pause_holds_before_the_worker_has_carried_it_out(world: World) -> None:
    """The answer to the wish is a promise: what is published after it is not read."""
    story = await a_case(world, 5)
    wish = "insert into wish (consumer, act, reason, sub, role) values ('progress', $1, '', '', '')"
    await world.rows(wish, "pause")
    await world.publish(story.rated(GOAL, 6, 2))
    await world.polling.once(0)
    assert values(await world.case(story.case_id)) == [5]
    await world.rows(wish, "resume")
    await world.polling.tick()
    await world.reads()
    assert values(await world.case(story.case_id)) == [5, 6]


async def test_control_a_watermark_without_its_numbers_moves_while_the_reader_is_paused(
    world: World,
) -> None:
    story = await a_case(world, 5)
    await world.marks(START)
    await world.rows("update consumed set paused_since = now()")
    await world.polling.tick()
    await world.publish(story.rated(GOAL, 6, 2))
    for hand in world.hands.values():
        await hand.mark(at(1), [0] * world.settings.partitions)
    world.polling.watch._beat_at = 0.0
    await world.polling.tick()
    assert await current_to(world) == at(1), "it says that a rating was read which was not"


async def current_to(world: World) -> datetime:
    """Up to when everything was read, as the worker has written it down."""
    moment: datetime = (await world.rows("select min(current_to) from reading"))[0][0]
    return moment
