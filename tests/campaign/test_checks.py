"""Control of the campaign itself: what it looks for it finds, when it is put there on purpose."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.memory import MemoryBus
from shared.settings import Settings
from tests.campaign import plan
from tests.campaign.ledger import Answered, Facts, Ledger, Rated, wrong
from tests.campaign.reading import read
from tests.harness import Hand
from tests.progress.histories import Story


GOAL = UUID(int=31)


async def in_the_log(hand: Hand, ledger: Ledger) -> list[str]:
    """What the campaign says about a log."""
    return (await read(hand.bus, [hand.publisher], 12)).failures(ledger)


@pytest.fixture
async def hand() -> Hand:
    """The log of goals, with the genesis of each partition."""
    return await Hand(MemoryBus({"goals": Settings().partitions}), "goals").begin()


async def test_a_log_that_holds_everything_once_is_right(hand: Hand) -> None:
    story, ledger = Story(), Ledger()
    events = [story.rated(GOAL, value, value) for value in range(5)]
    await hand.publish(*events)
    ledger.commit(*events)
    assert await in_the_log(hand, ledger) == []


async def test_a_lost_event_is_found(hand: Hand) -> None:
    story, ledger = Story(), Ledger()
    first, lost = story.rated(GOAL, 1, 1), story.rated(GOAL, 2, 2)
    await hand.publish(first)
    ledger.commit(first, lost)
    assert await in_the_log(hand, ledger) == [
        f"goals: 1 committed events lost, {lost.event_id} first"
    ]


async def test_a_rating_that_was_answered_201_and_is_not_there_is_found(hand: Hand) -> None:
    ledger = Ledger(answered={str(uuid4())})
    assert await in_the_log(hand, ledger) == ["1 ratings answered 201 are not in the log once"]


async def test_an_event_under_two_numbers_is_found(hand: Hand) -> None:
    twice, ledger = Story().rated(GOAL, 1, 1), Ledger()
    await hand.publish(twice, twice)
    ledger.commit(twice)
    assert await in_the_log(hand, ledger) == ["goals: 1 events under two numbers"]


async def test_a_copy_under_the_same_number_is_no_failure(hand: Hand) -> None:
    event, ledger = Story().rated(GOAL, 1, 1), Ledger()
    await hand.publish(event)
    await hand.put(await hand.message(event, 1))
    ledger.commit(event)
    assert await in_the_log(hand, ledger) == []


async def test_two_events_under_one_number_are_found(hand: Hand) -> None:
    story = Story()
    await hand.put(await hand.message(story.rated(GOAL, 1, 1), 1))
    await hand.put(await hand.message(story.rated(GOAL, 2, 2), 1))
    [said] = await in_the_log(hand, Ledger())
    assert said.endswith("has two events under the number 1")


async def test_a_missing_number_is_found(hand: Hand) -> None:
    story = Story()
    await hand.put(await hand.message(story.rated(GOAL, 1, 1), 1))
    await hand.put(await hand.message(story.rated(GOAL, 2, 2), 3))
    [said] = await in_the_log(hand, Ledger())
    assert said.endswith("1 numbers are missing")


async def test_what_was_rolled_back_and_is_there_is_found(hand: Hand) -> None:
    phantom = Story().rated(GOAL, 1, 1)
    await hand.publish(phantom)
    ledger = Ledger(rolled_back={phantom.event_id.bytes})
    assert await in_the_log(hand, ledger) == ["goals: 1 rolled-back events are there"]


FACTS = Facts(answers=[Answered(UUID(int=5), 4, 0, 1), Answered(UUID(int=6), 10, 1, 2)], attended=1)
FACTS.goals[GOAL] = [Rated(UUID(int=1), 8, 1), Rated(UUID(int=3), 4, 3), Rated(UUID(int=2), 6, 2)]


def shown() -> dict[str, Any]:
    """The page of a case with these facts, as it should be."""
    points = [(1, 8), (2, 6), (3, 4)]
    return {
        "goals": [
            {
                "goal_id": str(GOAL),
                "points": [{"rating_id": str(UUID(int=n)), "value": v} for n, v in points],
                **{"ratings": 3, "first": 8, "latest": 4, "best": 8},
            }
        ],
        "measures": [
            {
                "measure": "phq-9",
                "points": [
                    {"response_id": str(UUID(int=5)), "total": 4},
                    {"response_id": str(UUID(int=6)), "total": 10},
                ],
            }
        ],
        "attendance": {"attended": 1},
        "flags": [
            {"rule": "SI_ITEM", "state": "raised"},
            {"rule": "DETERIORATION", "state": "raised"},
            {"rule": "LONG_GAP", "state": "raised"},  # not one that this fold knows
        ],
    }


def test_a_page_that_shows_the_facts_is_right() -> None:
    assert wrong(FACTS, shown()) == []


def test_every_way_to_show_them_wrongly_is_found() -> None:
    pages = [shown() for _ in range(7)]
    pages[0]["goals"] = []
    pages[1]["goals"][0]["points"].pop()
    pages[2]["goals"][0]["best"] = 9
    pages[3]["measures"][0]["points"].reverse()
    pages[4]["attendance"]["attended"] = 2
    pages[5]["flags"].pop(0)
    pages[6]["flags"].append({"rule": "DETERIORATION", "state": "raised"})
    assert [len(wrong(FACTS, page)) for page in pages] == [1] * 7


def test_a_seed_makes_one_plan_and_every_kind_of_fault_is_in_it() -> None:
    made = plan.make(7, 300)
    assert made == plan.make(7, 300)
    assert made != plan.make(8, 300)
    assert {fault.kind for fault in plan.make(1, 0)} == set(plan.Kind)
    assert plan.deaths(made) >= 300
