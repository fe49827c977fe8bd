"""A reader that begins hears what clinics said before anything else."""

from uuid import uuid4

import pytest

from services.progress.models.tables import CONSUMER
from services.progress.projection.apply import Applied
from services.progress.projection.lanes import Polled
from services.progress.projection.reader import Reader
from shared import record as wire
from shared.events.clinics import ClinicOpened
from tests.progress.histories import START, Story
from tests.progress.world import World


ZONES = "select zone from progress_v1.clinic"
READ = "select count(*) from progress_v1.case_state"
PAUSE = "update consumed set paused_since = now() where consumer = $1 and topic = 'clinics'"


async def zones(world: World) -> list[str]:
    return [row["zone"] for row in await world.rows(ZONES)]


async def told_of_two(world: World) -> None:
    """A clinic and a case that nobody has read yet."""
    story = Story()
    await world.publish(
        story.opened(),
        ClinicOpened(occurred_at=START, clinic_id=story.clinic_id, zone="America/New_York"),
    )


async def test_the_zone_is_known_before_the_first_case_is_folded(world: World) -> None:
    await told_of_two(world)
    assert await zones(world) == []  # the control: the reader that had begun hears it with the rest
    beginning = await world.another()
    assert await zones(world) == ["America/New_York"]
    assert (await world.rows(READ))[0][0] == 0
    while await beginning.once(0):
        pass
    await beginning.close()
    await world.reads()  # the first one comes late to all of it
    assert (await world.rows(READ))[0][0] == 1
    assert await world.parked() == []


async def test_clinics_that_are_paused_stay_unread(world: World) -> None:
    await told_of_two(world)
    await world.rows(PAUSE, CONSUMER)
    await (await world.another()).close()
    assert await zones(world) == []


async def test_a_record_that_stops_the_fold_stops_its_own_partition_only(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies before it and in other partitions is heard; the usual way sets it aside."""
    clinics = [uuid4() for _ in range(6)]
    opened = [ClinicOpened(occurred_at=START, clinic_id=one, zone="Asia/Tokyo") for one in clinics]
    await world.publish(*opened)
    bad = opened[-1].event_id
    once = Reader.once

    async def fails(self: Reader, polled: Polled, refused: Exception | None = None) -> Applied:
        records = [record for some in polled.values() for record in some]
        if refused is None and any(wire.known_id(record) == bad for record in records):
            raise ValueError("a fold that does not know what to do with it")
        return await once(self, polled, refused)

    monkeypatch.setattr(Reader, "once", fails)
    beginning = await world.another()
    assert len(await zones(world)) == len(clinics) - 1
    while await beginning.once(0):
        pass
    await beginning.close()
    assert len(await world.parked()) == 1


async def test_what_cannot_be_read_of_a_clinic_keeps_nobody_from_beginning(world: World) -> None:
    await world.put("clinics", str(uuid4()), b"nonsense")
    await told_of_two(world)
    await (await world.another()).close()
    assert await zones(world) == ["America/New_York"]
