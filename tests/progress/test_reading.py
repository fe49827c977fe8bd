"""Reading on a real database: each event once, whatever the log and the workers do."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from services.progress.domain.state import RATINGS, Case
from services.progress.projection import store, target
from services.progress.projection.apply import apply_batch
from services.progress.projection.polling import Polling
from services.progress.projection.store import Cache
from services.progress.projection.watch import watching
from shared import health
from shared.bus import Message, Record
from shared.consumer.failure import TooMany
from shared.consumer.sorting import Clash, Place, Sorted, sort
from shared.events import derived_id
from shared.settings import Settings
from tests.eventpath.world import until
from tests.kit import only_read
from tests.progress.histories import Story, comparable, folded
from tests.progress.world import World


GOAL = UUID(int=31)


def values(case: Case | None) -> list[int]:
    """The ratings of the one goal."""
    assert case is not None
    return [row[3] for row in RATINGS.rows(case.goals[GOAL.bytes].ratings)]


async def a_case(world: World, *ratings: int) -> Story:
    """A case with a goal and these ratings, read."""
    story = Story()
    await world.happens(story.opened(), story.goal(GOAL))
    for number, value in enumerate(ratings):
        await world.happens(story.rated(GOAL, value, number + 1))
    return story


async def test_the_state_in_the_database_is_the_fold_of_the_log(world: World) -> None:
    story = Story()
    events = [story.opened(), story.goal(GOAL), story.answered(9, 1, 4)]
    events += [story.rated(GOAL, value, n) for n, value in enumerate((6, 4, 2))]
    await world.happens(*events)
    kept = await world.case(story.case_id)
    assert kept is not None
    assert comparable(kept) == comparable(folded(events)[0])


async def test_a_batch_of_many_is_one_transaction_and_each_case_is_written_once(
    world: World,
) -> None:
    stories = [Story() for _ in range(20)]
    for story in stories:
        await world.publish(story.opened(), story.goal(GOAL), story.rated(GOAL, 5, 1))
    await world.reads()
    versions = await world.rows("select version from progress_v1.case_state")
    assert [row["version"] for row in versions] == [1] * 20


async def test_repeats_are_dropped(world: World) -> None:
    story = await a_case(world, 5, 6)
    for record in await world.records("goals", story.case_id):
        await world.bus.append("goals", message_of(record))
    await world.reads()
    assert values(await world.case(story.case_id)) == [5, 6]
    assert await world.parked() == []


async def test_an_early_record_is_passed_over_and_counts_when_its_turn_comes(
    world: World,
) -> None:
    story = await a_case(world, 5)
    hand = world.hands["goals"]
    second, third = story.rated(GOAL, 6, 2), story.rated(GOAL, 7, 3)
    number = world.part("goals", story.case_id).partition
    newest = hand.newest[number]
    await hand.put(await hand.message(third, newest + 2))
    await world.reads()
    assert values(await world.case(story.case_id)) == [5]
    await hand.put(await hand.message(second, newest + 1))
    await hand.put(await hand.message(third, newest + 2))
    await world.reads()
    assert values(await world.case(story.case_id)) == [5, 6, 7]
    assert await world.parked() == []


async def test_a_stranger_with_a_huge_number_harms_nothing(world: World) -> None:
    story = await a_case(world, 5)
    headers = [("ce_id", str(uuid4()).encode()), ("ce_type", b"goals.goal_rated")]
    headers += [("ce_sequence", b"999999999999"), ("ce_incarnation", b"1")]
    await world.put("goals", str(story.case_id), b"{}", headers)
    await world.happens(story.rated(GOAL, 6, 2))
    assert values(await world.case(story.case_id)) == [5, 6]
    assert await world.parked() == [("foreign", "foreign")]


async def test_two_events_of_one_number_stop_everything(world: World) -> None:
    story = await a_case(world, 5)
    hand = world.hands["goals"]
    number = world.part("goals", story.case_id).partition
    await hand.put(await hand.message(story.rated(GOAL, 9, 9), hand.newest[number]))
    with pytest.raises(Clash):
        await world.reads()


async def test_a_hole_is_found_again_by_looking_back(world: World) -> None:
    story = await a_case(world, 5)
    part = world.part("goals", story.case_id)
    await world.publish(story.rated(GOAL, 6, 2), story.rated(GOAL, 7, 3))
    log = world.bus.logs["goals"][part.partition]
    whole = list(log)
    world.bus.lose("goals", part.partition, len(log) - 2)
    await world.reads()
    assert values(await world.case(story.case_id)) == [5], "what comes behind is passed over"
    log[:] = whole  # now it lies before the reader's position, as after a repair that moved offsets
    await world.reads()
    await world.hands["goals"].mark()
    await world.polling.tick()
    assert world.polling.watch._stuck, "noticed, but it may still be on its way"
    world.polling.watch._stuck = {
        each: (last, since - 10) for each, (last, since) in world.polling.watch._stuck.items()
    }
    await world.polling.tick()
    await world.reads()
    assert values(await world.case(story.case_id)) == [5, 6, 7]


async def test_two_workers_at_once_count_once(world: World) -> None:
    story = await a_case(world, 5)
    other = await world.another()
    for value in range(11):
        await world.publish(story.rated(GOAL, value, value + 2))
        await asyncio.gather(world.polling.once(0), other.once(0))
    await asyncio.gather(world.reads(), drained(other))
    await other.close()
    assert values(await world.case(story.case_id)) == [5, *range(11)]


async def test_a_state_that_somebody_else_wrote_is_read_again(world: World) -> None:
    story = await a_case(world, 5)
    other = await world.another()
    await world.publish(story.rated(GOAL, 6, 2))
    await drained(other)  # our own cache is behind from here on
    await other.close()
    await world.happens(story.rated(GOAL, 7, 3))
    assert values(await world.case(story.case_id)) == [5, 6, 7]


async def test_a_zombies_write_is_refused(world: World, settings: Settings) -> None:
    """Two topics of one case: neither the place nor its lock would tell the zombie."""
    story = await a_case(world, 5)
    zombie = Cache(10_000)
    await zombie_reads(world, zombie, story)
    await world.happens(story.rated(GOAL, 6, 2))
    await world.publish(story.closed(9))
    part = world.part("intake", story.case_id)
    newest = (await world.records("intake", story.case_id))[-1:]
    with pytest.raises(store.Stale):
        await world.polling.reader.with_connection(
            lambda it: apply_batch(it, {part: newest}, zombie, TooMany())
        )
    await world.reads()
    case = await world.case(story.case_id)
    assert case is not None
    assert (case.status, values(case)) == ("closed", [5, 6])


async def test_control_a_state_written_without_its_version_loses_what_another_wrote(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await a_case(world, 5)
    zombie = Cache(10_000)
    await zombie_reads(world, zombie, story)
    await world.happens(story.rated(GOAL, 6, 2))
    await world.publish(story.closed(9))
    unguarded = target.LIVE.rows.save.replace("where held.version = excluded.version - 1", "")
    monkeypatch.setattr(target.LIVE.rows, "save", unguarded)
    part = world.part("intake", story.case_id)
    newest = (await world.records("intake", story.case_id))[-1:]
    await world.polling.reader.with_connection(
        lambda it: apply_batch(it, {part: newest}, zombie, TooMany())
    )
    assert values(await world.case(story.case_id)) == [5], "the rating of 6 is gone"


async def test_control_a_reader_without_the_sequence_check_counts_repeats(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = await a_case(world, 5, 6)

    def unchecked(records: Sequence[Record], place: Place, publisher: str) -> Sorted:
        found = sort(records, place, publisher)
        found.next = list(records)
        return found

    monkeypatch.setattr("services.progress.projection.apply.sort", unchecked)
    for record in await world.records("goals", story.case_id):
        await world.bus.append("goals", message_of(record))
    await world.reads()
    assert values(await world.case(story.case_id)) == [5, 5, 6, 6]


async def test_a_flag_is_published_once_with_the_id_that_its_cause_gives(world: World) -> None:
    story = Story()
    event = story.answered(1, 1, 1)
    await world.happens(story.opened(), event)
    told = await world.told()
    assert [kind for kind, _ in told] == ["progress.flag_raised"]
    flags = await world.rows("select flag_id, severity from progress_v1.flag")
    [(flag_id, severity)] = flags
    assert flag_id == derived_id(event.event_id, "SI_ITEM")
    assert (told[0][1], severity) == (derived_id(event.event_id, f"raised {flag_id}"), "high")
    for record in await world.records("goals", story.case_id):
        await world.bus.append("goals", message_of(record))
    await world.reads()
    assert await world.told() == told


async def test_it_goes_on_where_the_database_says_after_a_restart(world: World) -> None:
    story = await a_case(world, 5)
    await world.publish(story.rated(GOAL, 6, 2))
    again = await world.another()
    await drained(again)
    await again.close()
    assert values(await world.case(story.case_id)) == [5, 6]


async def zombie_reads(world: World, cache: Cache, story: Story) -> None:
    """A worker with a cache of its own that knows the case as it is now."""

    async def load(connection: store.Connection) -> None:
        cache.keep(await store.load(connection, [story.case_id.bytes], cache))

    await world.polling.reader.with_connection(load)


async def drained(polling: Polling) -> None:
    """Another reader reads until nothing comes."""
    while await polling.once(0):
        pass


def message_of(record: Record) -> Message:
    """A record once more, as a relay sends it again."""
    return Message(record.partition, record.key or b"", record.value or b"", record.headers)


async def test_a_database_that_only_reads_is_waited_for(world: World) -> None:
    story = await a_case(world, 5)
    await world.publish(story.rated(GOAL, 6, 2))
    polling, stop = world.polling, asyncio.Event()
    looking = asyncio.create_task(watching(polling.watch, stop))

    async def waits() -> bool:
        await polling.once(0)
        return any("ReadOnly" in why for why in health.problems().values())

    async with only_read(world.settings, "progress"):
        await until(waits)
        assert values(await world.case(story.case_id)) == [5]

    async def goes_on() -> bool:
        await polling.once(0)
        return values(await world.case(story.case_id)) == [5, 6]

    await until(goes_on)
    stop.set()
    await looking
    assert not await world.parked()
