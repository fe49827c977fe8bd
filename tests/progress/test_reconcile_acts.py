"""What was done about a flag stands act by act and as a row: the row is held to its acts."""

from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.progress.projection import acted
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import at
from tests.progress.reconciled import differing, repaired
from tests.progress.test_escalation import looked
from tests.progress.test_flags import did


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
    assert changed == [f"{ABOUT}state, acknowledged_by, acknowledged_at"], "control: it has none"
    fill = import_module("services.progress.migrations.0012_acts_of_before").FILL
    for _ in range(2):
        await clinic.world.rows(fill)
        [act] = await clinic.world.rows("select act, by, note, before from flag_act")
    assert tuple(act) == ("acknowledged", clinic.story.clinician_id, "rang them", "raised")
    assert await differing(clinic.world) == {}
