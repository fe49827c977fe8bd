"""Topics of one partition number are read abreast: an outage raises no flag for moments."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import cast
from uuid import UUID, uuid4

import pytest

from services.progress.projection.abreast import ASKING, PATIENCE, Abreast, Asked
from services.progress.projection.lanes import Polled
from shared.bus import Partition, Record
from shared.events import Event
from shared.events.words import Attendance, Rule
from shared.memory import Stored
from tests.progress.histories import Story
from tests.progress.test_rebuild_merging import GOALS, INTAKE, OTHER, log
from tests.progress.world import World


DAY = 24 * 60
GOAL = UUID(int=61)
FETCHES = 3
RAISED = """
select convert_from(data, 'utf8')::json ->> 'rule' from outbox where type = 'progress.flag_raised'
"""


def whole(polled: Polled) -> int:
    return sum(len(records) for records in polled.values())


def test_what_is_ahead_waits_and_at_the_end_nothing_does() -> None:
    abreast = Abreast()
    abreast.add({GOALS: log("goals", 1, 5, 9), OTHER: log("goals", 7)})
    assert list(abreast.ready({GOALS, INTAKE}, 0)) == [1]  # of the other number nothing is awaited
    assert abreast.full(GOALS)
    assert not abreast.full(INTAKE)
    abreast.add({INTAKE: log("intake", 2, 6)})
    assert whole(abreast.ready({GOALS, INTAKE}, 1)[0]) == 4
    assert whole(abreast.ready({GOALS}, 1)[0]) == 1
    assert not abreast.full(GOALS)
    abreast.add({GOALS: log("goals", 10, first=3)})
    assert whole(abreast.ready((), 2)[0]) == 1


def test_whose_end_nobody_knows_yet_is_waited_for() -> None:
    """As after each start: all are asked for, and some have answered."""
    abreast = Abreast()
    assert not abreast.full(GOALS)
    assert abreast.ready({GOALS, INTAKE}, 0) == {}
    abreast.add({INTAKE: log("intake", 2)})
    assert abreast.ready({GOALS, INTAKE}, 0) == {}
    assert whole(abreast.ready({INTAKE}, 0)[0]) == 1


def test_a_topic_that_brings_nothing_is_not_waited_for_for_long() -> None:
    abreast = Abreast()
    abreast.add({GOALS: log("goals", 1, 5)})
    assert abreast.ready({INTAKE}, 10.0) == {}
    assert abreast.ready({INTAKE}, 10.0 + PATIENCE / 2) == {}
    assert whole(abreast.ready({INTAKE}, 10.0 + PATIENCE)[0]) == 2
    abreast.add({GOALS: log("goals", 6, first=2)})
    assert whole(abreast.ready({INTAKE}, 12.5)[0]) == 1  # nor again, until it speaks
    abreast.add({INTAKE: log("intake", 3)})
    abreast.add({GOALS: log("goals", 7, first=3)})
    assert whole(abreast.ready({INTAKE}, 13.0)[0]) == 1


@pytest.mark.parametrize(
    ("apart", "looks", "waits"),
    [
        pytest.param(ASKING, int(PATIENCE / ASKING) - 1, True, id="asked for less than that"),
        pytest.param(ASKING, int(PATIENCE / ASKING) + 1, False, id="asked for as long in vain"),
        pytest.param(ASKING / 4, int(4 * PATIENCE / ASKING) + 4, False, id="asked more often"),
        pytest.param(2 * PATIENCE, 5, True, id="busy for longer than that, again and again"),
    ],
)
def test_what_waits_does_so_while_others_are_asked(apart: float, looks: int, waits: bool) -> None:
    """A process that was busy has asked nobody meanwhile, whatever the clock says."""
    abreast, asked = Abreast(), Asked()
    abreast.add({GOALS: log("goals", 1, 5)})
    ready = []
    for look in range(looks + 1):
        asked.again(1000 + look * apart)
        ready.append(abreast.ready({INTAKE}, asked.seconds))
    assert (not any(ready)) == waits


async def written(world: World, story: Story) -> dict[Partition, list[Record]]:
    """A session and a rating each week, from long ago until now, written one after the other."""
    events: list[Event] = [story.opened(-211 * DAY), story.goal(GOAL, -211 * DAY)]
    for week in range(30, 0, -1):
        events.append(story.attended(uuid4(), Attendance.ATTENDED, -7 * DAY * week))
        events.append(story.rated(GOAL, 3 + (30 - week) // 5, -7 * DAY * week + 30))
    clock, logs = count(1), dict[Partition, list[Record]]()
    for event in events:
        await world.publish(event)
        part = world.part(event.publisher, story.case_id)
        genesis, *_, newest = cast("list[Stored]", world.bus.logs[part.topic][part.partition])
        held = logs.setdefault(part, [replace(genesis, timestamp=0)])
        held.append(replace(newest, timestamp=next(clock)))
    return logs


def fetched(logs: dict[Partition, list[Record]]) -> Iterable[dict[Partition, list[Record]]]:
    """The sessions lie among those of many others, and come in three fetches; the rest in one."""
    [sessions] = [part for part in logs if part.topic == "scheduling"]
    third = len(logs[sessions]) // FETCHES + 1
    for start in range(0, len(logs[sessions]), third):
        rest = {} if start else {part: logs[part] for part in logs if part != sessions}
        yield rest | {sessions: logs[sessions][start : start + third]}


@pytest.mark.parametrize("abreast", [Abreast(), None])
async def test_an_outage_of_months_raises_no_flag_for_moments(
    world: World, abreast: Abreast | None
) -> None:
    """The control folds what comes as it comes: the ratings tell of a client whom nobody sees."""
    story = Story()
    logs = await written(world, story)
    for number, found in enumerate(fetched(logs), 1):
        ready: Iterable[Polled] = [found]
        if abreast:
            abreast.add(found)
            open_ = [part for part in logs if part.topic == "scheduling" and number < FETCHES]
            ready = abreast.ready(open_, 0.0).values()
        for polled in ready:
            assert await world.polling.reader.apply(polled)
    raised = {row[0] for row in await world.rows(RAISED)}
    assert raised & {Rule.LONG_GAP, Rule.DISENGAGED} == (set() if abreast else {Rule.DISENGAGED})
    case = await world.case(story.case_id)
    assert case is not None
    standing = {flag.rule for flag in case.flags if not flag.cleared}
    assert standing == {Rule.GOAL_STALLED, Rule.OUTCOME_MISSING}
