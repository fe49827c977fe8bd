"""A case's state that nobody can read: it is found, repaired, and in nobody else's way.

The controls take the guard away, and then one such case stops what it is part of; or they show
that what is right beside it does get through.
"""

from collections.abc import Callable
from uuid import UUID

import asyncpg
import pytest
from msgspec import ValidationError, structs

from services.progress.domain.state import Case, decode, encode
from services.progress.projection import holding, repairing, sweep
from services.progress.projection.comparing import different
from services.progress.projection.repairing import repair_all
from services.progress.queries import cases
from shared.events.words import Attendance
from tests.progress.desk import Clinic
from tests.progress.histories import Story
from tests.progress.reconciled import GOAL, WISH, WRONG, differing, repaired, some, state
from tests.progress.world import World


NONSENSE = b"\x00\xff"
# A database error that is one case's own: it stands for whatever fails for a wish's own sake.
FAILING = """
create function refused() returns trigger language plpgsql as
    'begin raise exception ''not this one''; end';
create trigger refused before update on progress_v1.case_state
    for each row when (new.case_id = '{}') execute function refused();
"""
NO_MORE = "drop function refused() cascade"


def rotten(case: Case) -> bytes:
    """A state that is one, and whose sessions nobody can take apart."""
    return encode(structs.replace(case, sessions=case.sessions[1:]))


def nonsense(_: Case) -> bytes:
    return NONSENSE


def of_no_kind(case: Case) -> bytes:
    """A state that can be taken apart, and says what no code says."""
    case.goals[GOAL.bytes].kind = "happiness"
    return encode(case)


@pytest.mark.parametrize("spoiling", [nonsense, rotten, of_no_kind])
async def test_an_unreadable_state_is_found_beside_others_and_repaired(
    world: World, spoiling: Callable[[Case], bytes]
) -> None:
    stories = await some(world)
    spoilt, other = stories[2].case_id, stories[3].case_id
    before, told = await state(world, spoilt), await world.told()
    wrong = await state(world, other)
    wrong.status = "closed"
    await world.rows(WRONG, spoilt, spoiling(await state(world, spoilt)))
    await world.rows(WRONG, other, encode(wrong))
    found = await differing(world)
    assert found[spoilt] == ["case: cannot be read"]
    assert set(found) == {spoilt, other}
    await repaired(world, spoilt)
    assert different(await state(world, spoilt), before) == []
    assert set(await differing(world)) == {other}
    assert await world.told() == told


async def test_without_the_guard_it_stops_the_look_at_all_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = await some(world)
    await world.rows(WRONG, stories[2].case_id, NONSENSE)
    monkeypatch.setattr(holding, "readable", decode)
    with pytest.raises(ValidationError):
        await differing(world)
    assert await world.rows("select * from incident") == []


async def test_without_the_guard_its_repair_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = await some(world)
    await world.rows(WRONG, stories[2].case_id, NONSENSE)
    monkeypatch.setattr(repairing, "readable", decode)
    await repaired(world, stories[2].case_id)
    [row] = await world.rows("select outcome from repair")
    assert row["outcome"].endswith("nothing was changed")
    assert set(await differing(world)) == {stories[2].case_id}


async def test_a_repair_that_fails_keeps_no_other_waiting(world: World) -> None:
    stories = await some(world)
    failing, behind = stories[2].case_id, stories[3].case_id
    await world.rows(WRONG, behind, NONSENSE)
    owner = await asyncpg.connect(world.settings.database("progress", "owner"))
    worker = await asyncpg.connect(world.settings.database("progress", "worker"))
    try:
        await owner.execute(FAILING.format(failing))
        for case_id in (failing, behind):
            await world.rows(WISH, case_id)
        assert await repair_all(world.bus, world.settings, worker) == 2
    finally:
        await owner.execute(NO_MORE)
        await owner.close()
        await worker.close()
    outcomes = await world.rows("select outcome from repair order by number")
    first, second = (row["outcome"] for row in outcomes)
    assert first == "failed: RaiseError; nothing was changed"
    assert second.endswith("0 flags raised or cleared")
    assert await differing(world) == {}


@pytest.mark.parametrize("spoiling", [nonsense, rotten])
async def test_time_goes_on_for_others_while_one_cannot_be_read(
    world: World, spoiling: Callable[[Case], bytes]
) -> None:
    stories = await some(world)
    spoilt = spoiling(await state(world, stories[1].case_id))
    await world.rows(WRONG, stories[1].case_id, spoilt)
    await world.rows("update live.case_state set due_at = now() - interval '1 day'")
    await world.marks()
    due = await world.rows("select case_id from live.case_state where due_at < now()")
    assert [row["case_id"] for row in due] == [stories[1].case_id]


async def test_without_the_guard_time_stands_still_for_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stories = await some(world)
    for story in stories[1:]:  # whichever of them comes first
        await world.rows(WRONG, story.case_id, NONSENSE)
    await world.rows("update live.case_state set due_at = now() - interval '1 day'")
    monkeypatch.setattr(sweep, "readable", decode)
    with pytest.raises(ValidationError):
        await world.marks()


async def test_a_caseload_shows_the_others_and_the_case_says_what_is_wrong(clinic: Clinic) -> None:
    ours = clinic.story
    second = Story(clinic_id=ours.clinic_id, clinician_id=ours.clinician_id)
    await clinic.world.happens(second.opened(), second.goal(GOAL))
    await clinic.world.rows(WRONG, ours.case_id, NONSENSE)
    answer = await clinic.clinician.get("caseload")
    assert answer.status_code == 200
    shown = {UUID(item["case_id"]): len(item["goals"]) for item in answer.json()["items"]}
    assert shown == {ours.case_id: 0, second.case_id: 1}
    items = {UUID(item["case_id"]): item["readable"] for item in answer.json()["items"]}
    assert items == {ours.case_id: False, second.case_id: True}
    assert answer.json()["unreadable"] == 1
    one = await clinic.clinician.get(f"cases/{ours.case_id}")
    assert (one.status_code, "repair" in one.json()["detail"]) == (503, True)
    beside = await clinic.clinician.get(f"cases/{second.case_id}")
    assert beside.status_code == 200, "control"


async def test_without_the_guard_the_whole_caseload_fails(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clinic.world.rows(WRONG, clinic.story.case_id, NONSENSE)
    assert (await clinic.clinician.get("caseload")).status_code == 200
    monkeypatch.setattr(cases, "readable", decode)
    assert (await clinic.clinician.get("caseload")).status_code == 500


async def test_flags_that_people_were_told_of_stay_through_a_repair(clinic: Clinic) -> None:
    """Also those that are over and that nobody acted on: a link leads to each of them."""
    story, world = clinic.story, clinic.world
    session, missed = UUID(int=5), Attendance.DID_NOT_ATTEND
    await world.happens(story.attended(session, missed, 1))
    [flag] = (await clinic.shown())["flags"]
    await world.happens(story.corrected(session, Attendance.ATTENDED, missed, 2))
    for _ in range(2):
        await repaired(world, story.case_id)
        await world.rows("delete from repair")
        answer = await clinic.clinician.get(f"flags/{flag['flag_id']}")
        assert (answer.status_code, answer.json()["state"]) == (200, "cleared")
    await world.rows("delete from outbox")  # control: as if nobody had been told
    await repaired(world, story.case_id)
    assert (await clinic.clinician.get(f"flags/{flag['flag_id']}")).status_code == 404
