"""An event that is not what the contract says, where the fold does not read it, stops nobody."""

import json
from typing import Any
from uuid import UUID

from services.progress.projection.incidents import (
    CLINIC_UNREADABLE,
    LOG_UNREADABLE,
    OURS_UNREADABLE,
    UNREADABLE,
)
from shared.events import Event
from shared.events import decode as decoded
from shared.events.clinics import ClinicSettingsChanged, RoomOpened
from tests.harness import Hand
from tests.progress.histories import START
from tests.progress.reconciled import GOAL, WRONG, differing, some
from tests.progress.world import World


async def odd(hand: Hand, event: Event, **fields: Any) -> None:
    """This event under the next number, with fields that are not what the contract says."""
    number = await hand.partition_of(event.key)
    hand.newest[number] += 1
    message = await hand.message(event, hand.newest[number])
    body = json.loads(event.data()) | fields
    await hand.put(message._replace(value=json.dumps(body).encode()))


async def folded(world: World, event: Event, **fields: Any) -> None:
    await odd(world.hands[event.publisher], event, **fields)
    await world.reads()
    assert await world.parked() == [], "control: the fold took it, or passed it over"


async def test_a_case_whose_log_cannot_be_read_is_named_and_the_others_go_on(world: World) -> None:
    stories = await some(world)
    await folded(world, stories[2].rated(GOAL, 5, 15), appointment_id="nonsense")
    await world.rows(WRONG, stories[3].case_id, b"\x00\xff")
    found = {stories[2].case_id: [LOG_UNREADABLE], stories[3].case_id: [UNREADABLE]}
    assert await differing(world) == found
    noted = await world.rows("select case_id, what from incident where repaired_at is null")
    assert {row["case_id"]: [row["what"]] for row in noted} == found


async def test_of_a_clinic_whose_log_cannot_be_read_the_rest_is_compared(world: World) -> None:
    stories = await some(world)
    clinic = stories[2].clinic_id
    settings = ClinicSettingsChanged(
        occurred_at=START, clinic_id=clinic, effective_from=START, zone="Europe/Paris",
        crisis_text_version=1, session_minutes=50,
    )  # fmt: skip
    await folded(world, settings, session_minutes="nonsense")
    assert await differing(world) == {stories[2].case_id: [CLINIC_UNREADABLE]}
    await world.rows(WRONG, stories[2].case_id, b"\x00\xff")
    found = await differing(world)
    assert found == {stories[2].case_id: [CLINIC_UNREADABLE, UNREADABLE]}


async def test_a_clinic_whose_event_is_set_aside_stops_nobody(world: World) -> None:
    """Its page says so; that it cannot be read here either is no news."""
    stories = await some(world)
    settings = ClinicSettingsChanged(
        occurred_at=START, clinic_id=stories[2].clinic_id, effective_from=START,
        zone="Europe/Paris", crisis_text_version=1, session_minutes=50,
    )  # fmt: skip
    await odd(world.hands["clinics"], settings, zone=5)
    await world.reads()
    assert await world.parked() == [("blocking", "body")], "control"
    await world.rows(WRONG, stories[3].case_id, b"\x00\xff")
    assert await differing(world) == {stories[3].case_id: [UNREADABLE]}


async def test_an_event_that_progress_passes_over_is_not_read(world: World) -> None:
    stories = await some(world)
    room = RoomOpened(occurred_at=START, clinic_id=stories[2].clinic_id, room_id=UUID(int=4))
    await folded(world, room, room_id="nonsense")
    assert await differing(world) == {}


async def test_a_case_of_which_our_own_log_cannot_be_read_is_named(world: World) -> None:
    """Also where it still stands in the outbox alone; others are named for what they are."""
    stories = await some(world)
    first, second = stories[1].case_id, stories[2].case_id
    hand = await Hand(world.bus, "progress").begin()
    [said, *_] = await world.rows("select * from outbox where key = $1", str(first))
    event = decoded(said["type"], said["data"], said["id"], said["occurred_at"])
    await odd(hand, event, raised_at="nonsense")
    await world.rows("update outbox set data = '{}' where key = $1", str(second))
    await world.rows(WRONG, stories[3].case_id, b"\x00\xff")
    assert await differing(world) == {
        first: [OURS_UNREADABLE],
        second: [OURS_UNREADABLE],
        stories[3].case_id: [UNREADABLE],
    }
