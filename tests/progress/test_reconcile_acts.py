"""What was done about a flag stands act by act and as a row: the row is held to its acts."""

from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.progress.projection import acted
from services.progress.projection.incidents import ONLY_LOG
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import Story, at
from tests.progress.reconciled import differing, repaired
from tests.progress.test_escalation import looked
from tests.progress.test_flags import did, fell
from tests.progress.test_new_looks import voided


ROW = "select * from flag_case where flag_id = $1"
ABOUT = "what was done about SI_ITEM: "


async def seen(clinic: Clinic) -> UUID:
    """A flag that was escalated, then acknowledged, looked into and acted on by its clinician."""
    flag_id = await flagged(clinic)
    assert await looked(clinic, at(3 * 24 * 60))
    await did(clinic.clinician, flag_id, "acknowledge", note="rang them")
    await did(clinic.clinician, flag_id, "review")
    await did(clinic.clinician, flag_id, "action", action="safety_assessed", note="a plan")
    return UUID(flag_id)


async def row(clinic: Clinic, flag_id: UUID) -> dict[str, Any]:
    [found] = await clinic.world.rows(ROW, flag_id)
    return dict(found)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("state = 'closed'", "state"),
        ("acknowledged_by = gen_random_uuid()", "acknowledged_by"),
        ("acknowledged_at = acknowledged_at - interval '1 day'", "acknowledged_at"),
        ("note = 'left a message'", "note"),
        ("assigned_to = null", "assigned_to"),
        ("told = told || gen_random_uuid()", "told"),
        ("closed_at = now(), state = 'raised'", "state, closed_at"),
        ("clinic_id = gen_random_uuid()", "clinic_id"),
        ("case_id = gen_random_uuid()", "case_id"),
    ],
)
async def test_a_row_that_says_else_than_its_acts_is_named_and_mended(
    clinic: Clinic, change: str, named: str
) -> None:
    flag_id = await seen(clinic)
    case_id, before = clinic.story.case_id, await row(clinic, flag_id)
    assert await differing(clinic.world) == {}, "control: nothing differs"
    told = await clinic.world.told()
    await clinic.world.rows(f"update flag_case set {change} where flag_id = $1", flag_id)
    assert await differing(clinic.world) == {case_id: [ABOUT + named]}
    await repaired(clinic.world, case_id)
    assert await row(clinic, flag_id) == before
    assert await differing(clinic.world) == {}
    assert await clinic.world.told() == told, "nobody is told of it"


async def test_a_row_that_is_lost_comes_back_and_asks_for_a_new_look(clinic: Clinic) -> None:
    """What its person saw of it is lost with the row: of a safety flag that is never guessed."""
    flag_id = await seen(clinic)
    before = await row(clinic, flag_id)
    await clinic.world.rows("delete from flag_case")
    assert await differing(clinic.world) == {clinic.story.case_id: [ABOUT + acted.LOST]}
    await repaired(clinic.world, clinic.story.case_id)
    after = await row(clinic, flag_id)
    unsure = {"seen", "seen_grown_at", "seen_severity", "asks_since"}
    assert {name for name in before if before[name] != after[name]} <= unsure
    [flag] = (await clinic.shown())["flags"]
    assert (flag["state"], flag["seen_before"]["note"]) == ("raised", "rang them")
    assert flag["clock"]["since"] > before["acknowledged_at"].isoformat()


async def test_a_row_that_nobody_wrote_says_nothing_any_more(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    invented = """insert into flag_case (flag_id, clinic_id, case_id, state, told, acknowledged_by)
        values ($1, $2, $3, 'acknowledged', '{}', $4)"""
    whose = (clinic.story.clinic_id, clinic.story.case_id, uuid4())
    await clinic.world.rows(invented, UUID(flag_id), *whose)
    assert (await clinic.shown())["flags"][0]["state"] == "acknowledged"
    found = {clinic.story.case_id: [ABOUT + "state, acknowledged_by"]}
    assert await differing(clinic.world) == found
    await repaired(clinic.world, clinic.story.case_id)
    assert (await clinic.shown())["flags"][0]["state"] == "raised"


async def test_a_closing_that_was_taken_back_stands_as_before(clinic: Clinic) -> None:
    """Every act there is leads the row and its acts to the same."""
    flag_id = str(await seen(clinic))
    said = {"reason": "assessed_plan_in_place", "note": "a plan"}
    await did(clinic.clinician, flag_id, "close", **said)
    [*_, last] = (await clinic.clinician.get(f"flags/{flag_id}")).json()["acts"]
    [act] = await clinic.world.rows("select act_id from flag_act where act = 'closed'")
    undone = {"reason": "closed_by_mistake", "undoes": str(act["act_id"])}
    assert last["act"] == "closed"
    answer = await clinic.clinician.post(f"flags/{flag_id}/reopen", undone)
    assert (answer.status_code, answer.json()["state"]) == (200, "actioned")
    assert await differing(clinic.world) == {}
    await did(clinic.clinician, flag_id, "close", **said)
    await did(clinic.clinician, flag_id, "reopen", reason="new_information")
    assert await differing(clinic.world) == {}


async def test_what_was_acknowledged_before_there_were_acts_has_one(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="rang them")
    await clinic.world.rows("delete from flag_act")
    [changed] = (await differing(clinic.world)).values()
    words = [f"{ABOUT}state, acknowledged_by, acknowledged_at", f"act acknowledged: {ONLY_LOG}"]
    assert changed == words, "control: it has none"
    fill = import_module("services.progress.migrations.0012_acts_of_before").FILL
    for _ in range(2):
        await clinic.world.rows(fill)
        [act] = await clinic.world.rows("select act, by, note, before from flag_act")
    assert tuple(act) == ("acknowledged", clinic.story.clinician_id, "rang them", "raised")
    assert await differing(clinic.world) == {}


async def test_what_was_closed_after_such_an_acknowledgement_stays_closed(clinic: Clinic) -> None:
    """The act that is filled in was done before those that are there."""
    flag_id = await flagged(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="rang them")
    await clinic.world.rows("delete from flag_act")
    said = {"reason": "assessed_plan_in_place", "note": "a plan"}
    await did(clinic.clinician, flag_id, "close", **said)
    fill = import_module("services.progress.migrations.0012_acts_of_before").FILL
    await clinic.world.rows(fill)
    assert await differing(clinic.world) == {}
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert [act["act"] for act in found["acts"]] == ["acknowledged", "closed"]


async def test_a_flag_that_asks_and_is_taken_goes_on_asking(clinic: Clinic) -> None:
    """Who takes it has not looked; and what asked and went away leaves it as it was seen."""
    flag_id, story = await flagged(clinic), clinic.story
    await did(clinic.clinician, flag_id, "acknowledge", note="rang them")
    said = {"reason": "assessed_plan_in_place", "note": "a plan"}
    await did(clinic.clinician, flag_id, "close", **said)
    more = story.answered(2, 1, 20)
    await clinic.world.happens(more)
    taken = await did(clinic.clinician, flag_id, "assign", to=str(story.clinician_id))
    assert (taken["state"], taken["acknowledged"]) == ("raised", None)
    assert taken["clock"]["since"] == at(20).isoformat().replace("+00:00", "Z")
    assert await differing(clinic.world) == {}
    await clinic.world.happens(voided(story, more, 30))
    found = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert (found["state"], found["clock"]) == ("closed", None)
    assert await looked(clinic, at(9 * 24 * 60)) == [], "nobody is told of what was closed"


async def test_a_note_is_never_lost_to_an_act_without_one(clinic: Clinic) -> None:
    flag_id = await seen(clinic)
    await clinic.world.rows("update flag_act set note = '' where act = 'acknowledged'")
    await clinic.world.rows("update flag_case set state = 'raised'")
    await repaired(clinic.world, clinic.story.case_id)
    assert (await row(clinic, flag_id))["note"] == "rang them"


async def test_a_row_that_nobody_can_read_hides_no_other(clinic: Clinic) -> None:
    """The database takes no such act; whoever takes that from it too has one case's incident."""
    flag_id = await seen(clinic)
    nonsense = "update flag_act set act = 'nonsense' where act = 'actioned'"
    with pytest.raises(asyncpg.CheckViolationError):
        await clinic.world.rows(nonsense)
    other = Story()
    await clinic.world.happens(other.opened(), other.answered(9, 1, 4))
    await clinic.world.rows(
        "update live.flag set severity = 'low' where case_id = $1", other.case_id
    )
    await clinic.world.rows("alter table flag_act drop constraint flag_act_act")
    await clinic.world.rows(nonsense)
    found = await differing(clinic.world)
    assert found.keys() == {clinic.story.case_id, other.case_id}
    assert found[clinic.story.case_id] == [
        ABOUT + acted.SPOILT, f"act actioned: {ONLY_LOG}"
    ]  # fmt: skip
    before = await row(clinic, flag_id)
    await repaired(clinic.world, clinic.story.case_id)
    assert await row(clinic, flag_id) == before


async def test_a_lost_row_of_what_nobody_looked_at_gives_no_more_time(clinic: Clinic) -> None:
    flag_id = UUID(await flagged(clinic))
    told = await looked(clinic, at(3 * 24 * 60))
    before = await row(clinic, flag_id)
    await clinic.world.rows("delete from flag_case")
    await repaired(clinic.world, clinic.story.case_id)
    assert await row(clinic, flag_id) == before | {"risen": False}
    assert await looked(clinic, at(6 * 24 * 60)) == told, "nobody is told a second time"


async def test_a_lost_row_of_a_flag_that_is_not_about_safety_stays_closed(clinic: Clinic) -> None:
    flag_id = await fell(clinic)
    await did(clinic.clinician, flag_id, "acknowledge", note="seen")
    await did(clinic.clinician, flag_id, "close", reason="action_taken")
    before = await row(clinic, UUID(flag_id))
    await clinic.world.rows("delete from flag_case")
    await repaired(clinic.world, clinic.story.case_id)
    assert await row(clinic, UUID(flag_id)) == before | {"risen": False}
