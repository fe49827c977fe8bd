"""Control of the campaign itself: what it looks for it finds, when it is put there on purpose."""

from uuid import UUID, uuid4

import pytest

from shared.memory import MemoryBus
from shared.settings import Settings
from tests.campaign import plan, without
from tests.campaign.__main__ import conclude
from tests.campaign.facts import Facts
from tests.campaign.ledger import Ledger
from tests.campaign.reading import Log, read
from tests.campaign.rules import flags
from tests.campaign.run import Verdict, Wish
from tests.harness import Hand
from tests.progress.histories import START, Story


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


async def test_a_strangers_number_is_not_taken_for_ours(hand: Hand) -> None:
    message = await hand.message(Story().rated(GOAL, 1, 1), 10**12)
    headers = [(k, b"/elsewhere" if k == "ce_source" else v) for k, v in message.headers]
    await hand.put(message._replace(headers=headers))
    log: Log = await read(hand.bus, ["goals"], 12)
    assert (log.strangers, log.failures(Ledger())) == (1, [])


def test_a_seed_makes_one_plan_and_every_kind_of_fault_is_in_it() -> None:
    made = plan.make(7, 300)
    assert made == plan.make(7, 300)
    assert made != plan.make(8, 300)
    assert {fault.kind for fault in plan.make(1, 0)} == set(plan.Kind)
    assert plan.deaths(made) >= 300
    places = {fault.place for seed in range(9) for fault in plan.make(seed, 300)} - {""}
    assert places == {place for _, place in plan.PLACES}


def verdict() -> Verdict:
    """Of a campaign in which everything was seen and nothing was wrong."""
    refused = dict.fromkeys(("row", "sequence", "version"), 1)
    return Verdict(9, [], refused, dict.fromkeys((kind.value for kind in plan.Kind), 1), [], 300)


def wish(protection: str = "") -> Wish:
    """The one that the verdict is of."""
    return Wish(Settings().data_folder, 1, 5, 300, 1_000_000, protection)


def test_a_campaign_that_saw_everything_says_so_and_how_to_see_it_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert conclude(verdict(), wish()) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == [
        "again: make campaign SEED=5 KILLS=300 EVENTS=1000000",
        "9 checked, 0 failed",
    ]
    assert conclude(verdict(), wish("row")) == 0
    assert "EVENTS=1000000 WITHOUT=row" in capsys.readouterr().out


def test_a_campaign_that_did_not_see_a_fault_or_a_refusal_is_red(
    capsys: pytest.CaptureFixture[str],
) -> None:
    short = verdict()
    del short.refused["row"], short.done["hang"]
    assert conclude(short, wish()) == 1
    said = capsys.readouterr().out
    assert "FAILED  no zombie's write was refused by row: nothing was shown" in said
    assert "FAILED  no fault was a hang: nothing was shown" in said


@pytest.mark.parametrize("protection", without.PROTECTIONS)
def test_each_protection_is_where_the_control_takes_it_away(protection: str) -> None:
    for change in without.changes(protection):
        assert getattr(change.owner, change.name) != change.value


def test_a_case_of_which_nothing_is_known_has_no_flags() -> None:
    assert flags(Facts(uuid4()), START) == {}
