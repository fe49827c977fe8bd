"""A database that lost what people did about flags gets it back from the log, notes excepted."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from services.progress.projection.recalling import recall
from tests.harness import relaying
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import at
from tests.progress.reconciled import differing
from tests.progress.test_escalation import looked
from tests.progress.test_flags import did
from tests.progress.world import EMPTY


async def published(clinic: Clinic) -> None:
    """What progress had to say lies in the log."""
    world = clinic.world
    async with relaying(world.bus, world.settings, "progress") as turn:
        await turn.begin()
        while await turn.step():
            pass


async def lost(clinic: Clinic) -> None:
    """The database is empty; then everything is folded again."""
    world = clinic.world
    await world.polling.close()
    await world.rows(EMPTY)
    world.polling = await world.another()
    await world.reads()


async def recalled(clinic: Clinic) -> int:
    settings = clinic.world.settings
    connection = await asyncpg.connect(settings.database("progress", "owner"))
    try:
        return await recall(clinic.world.bus, connection, settings.partitions)
    finally:
        await connection.close()


async def shown(clinic: Clinic, flag_id: str) -> Any:
    return (await clinic.clinician.get(f"flags/{flag_id}")).json()


def without_notes(flag: Any) -> Any:
    acts = [act | {"note": None} for act in flag["acts"]]
    return flag | {"acts": acts, "acknowledged": {**flag["acknowledged"], "note": None}}


async def dealt_with(clinic: Clinic, acts: Sequence[str]) -> str:
    """A flag about safety with some acts, in the log."""
    flag_id, me = await flagged(clinic), clinic.clinician
    words: dict[str, dict[str, Any]] = {
        "acknowledge": {"note": "rang at once"},
        "assign": {"to": str(clinic.story.clinician_id)},
        "action": {"action": "safety_assessed", "note": "seen today"},
        "close": {"reason": "assessed_plan_in_place", "note": "a plan"},
        "reopen": {"reason": "new_information"},
    }
    for act in acts:
        await did(me, flag_id, act, **words.get(act, {}))
    await published(clinic)
    return flag_id


async def test_an_empty_database_gets_every_act_back_but_its_notes(clinic: Clinic) -> None:
    acts = ("acknowledge", "assign", "review", "action", "close", "reopen", "close")
    flag_id = await dealt_with(clinic, acts)
    before = await shown(clinic, flag_id)
    await lost(clinic)
    assert (await shown(clinic, flag_id))["state"] == "raised", "control: nobody knows of any act"
    assert await recalled(clinic) == len(acts)
    after = await shown(clinic, flag_id)
    assert after == without_notes(before)
    assert await recalled(clinic) == 0
    await clinic.world.happens(clinic.story.answered(1, 1, 60))
    again = await shown(clinic, flag_id)
    assert (again["state"], again["clock"]["what"]) == ("raised", "acknowledge"), "more has come"


async def test_an_older_copy_keeps_its_notes_and_gets_what_it_lacks(clinic: Clinic) -> None:
    flag_id = await dealt_with(clinic, ("acknowledge", "review", "action"))
    before = await shown(clinic, flag_id)
    await clinic.world.rows("delete from flag_act where act = 'actioned'")
    await clinic.world.rows("update flag_case set state = 'in_review'")
    assert await recalled(clinic) == 1
    after = await shown(clinic, flag_id)
    assert after["acknowledged"]["note"] == "rang at once"
    assert (after["state"], len(after["acts"])) == (before["state"], 3)


async def test_what_came_after_the_last_look_still_asks_for_one(clinic: Clinic) -> None:
    flag_id = await dealt_with(clinic, ("acknowledge",))
    for minutes in (60, 90):
        await clinic.world.happens(clinic.story.answered(3, 3, minutes))
    await published(clinic)
    before = await shown(clinic, flag_id)
    assert (before["state"], before["acknowledged"]) == ("raised", None)
    await lost(clinic)
    assert await recalled(clinic) == 1
    after = await shown(clinic, flag_id)
    assert (after["state"], after["seen_before"]["by"]) == ("raised", before["seen_before"]["by"])
    assert after["clock"] == before["clock"], "since the first that nobody has seen"


async def test_what_a_clock_made_of_a_flag_that_people_had_dealt_with_is_undone(
    clinic: Clinic,
) -> None:
    """While the database was empty the clock knew of no look; nobody was told of that yet."""
    flag_id = await dealt_with(clinic, ("acknowledge", "action"))
    await lost(clinic)
    assert len(await looked(clinic, at(9 * 60))) == 2, "control: it went on to others"
    await recalled(clinic)
    assert await looked(clinic, at(9 * 60)) == []
    assert [act["act"] for act in (await shown(clinic, flag_id))["acts"]] == [
        "acknowledged", "actioned"
    ]  # fmt: skip


async def test_escalations_that_were_told_come_back_and_are_told_once(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    assert len(await looked(clinic, at(5 * 60))) == 1
    await did(clinic.clinician, flag_id, "acknowledge", note="late")
    await published(clinic)
    before = await shown(clinic, flag_id)
    await lost(clinic)
    await looked(clinic, at(6 * 60))  # the clock makes the same step again, later
    assert await recalled(clinic) == 2
    assert (await shown(clinic, flag_id))["acts"] == without_notes(before)["acts"]
    assert await recalled(clinic) == 0


async def test_what_people_did_since_in_an_older_copy_stands(clinic: Clinic) -> None:
    """The log knows an act that the copy lacks; what was done in the copy is in no log yet."""
    flag_id = await dealt_with(clinic, ["acknowledge", "assign"])
    await published(clinic)
    await clinic.world.rows("delete from flag_act where act = 'assigned'")
    await clinic.world.rows("update flag_case set assigned_to = null")
    words = {"action": "safety_assessed", "note": "seen today"}
    await did(clinic.clinician, flag_id, "action", **words)
    assert await recalled(clinic) == 1
    found = await shown(clinic, flag_id)
    assert (found["state"], found["assigned_to"]) == ("actioned", str(clinic.story.clinician_id))
    assert [act["act"] for act in found["acts"]] == ["acknowledged", "assigned", "actioned"]
    assert await differing(clinic.world) == {}


async def test_a_closing_that_was_undone_stays_undone_in_an_older_copy(clinic: Clinic) -> None:
    """That an act took another one back is in no event."""
    flag_id = await dealt_with(clinic, ["acknowledge", "close"])
    [act] = await clinic.world.rows("select act_id from flag_act where act = 'closed'")
    undone = {"reason": "closed_by_mistake", "undoes": str(act["act_id"])}
    assert (await did(clinic.clinician, flag_id, "reopen", **undone))["state"] == "acknowledged"
    await did(clinic.clinician, flag_id, "assign", to=str(clinic.story.clinician_id))
    await published(clinic)
    await clinic.world.rows("delete from flag_act where act = 'assigned'")
    await clinic.world.rows("update flag_case set assigned_to = null")
    assert await recalled(clinic) == 1
    assert (await shown(clinic, flag_id))["state"] == "acknowledged"
    assert await differing(clinic.world) == {}
