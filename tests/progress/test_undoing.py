"""An act about a flag is taken back only by whose it is, and only while it is the last one."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.events.words import Role
from tests.progress.desk import Clinic, Desk
from tests.progress.people import at_work
from tests.progress.test_flags import GOAL, did, fell, refused


MISTAKE = {"reason": "closed_by_mistake"}
SINCE = "Somebody has acted on it since; nothing was taken back."


async def closed(desk: Desk, flag_id: str) -> str:
    """The flag is closed; the id of the act."""
    return str((await did(desk, flag_id, "close", reason="action_taken"))["last_act"])


async def shown(clinic: Clinic, flag_id: str) -> Any:
    return (await clinic.clinician.get(f"flags/{flag_id}")).json()


async def test_an_undo_does_not_take_back_what_somebody_else_decided_since(
    clinic: Clinic,
) -> None:
    """Mara closes, Ruth reopens and closes, Mara presses Undo: Ruth's closing stands."""
    flag_id, mara, person = await fell(clinic), clinic.clinician, uuid4()
    ruth = clinic.desk(Role.CLINICAL_LEAD, person)
    await did(mara, flag_id, "acknowledge", note="seen")
    mine = await closed(mara, flag_id)
    await did(ruth, flag_id, "reopen", reason="not_resolved")
    hers = await closed(ruth, flag_id)
    before = await shown(clinic, flag_id)
    for named in (mine, hers):  # neither one's own earlier act nor somebody else's last one
        status, body = await refused(mara, flag_id, "reopen", **MISTAKE, undoes=named)
        assert (status, body["detail"], body["by"]) == (409, SINCE, str(person))
        at = datetime.fromisoformat(before["acts"][-1]["at"])
        assert datetime.fromisoformat(body["at"]) == at
    assert (await shown(clinic, flag_id))["acts"] == before["acts"]
    # The control: without naming what it takes back, a reopening opens whatever is closed.
    assert (await did(mara, flag_id, "reopen", **MISTAKE))["state"] == "in_review"


STEPS: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "acknowledged": (),
    "in_review": (("review", {}),),
    "actioned": (("action", {"action": "client_contacted", "note": "called"}),),
}


@pytest.mark.parametrize("state", list(STEPS))
async def test_a_closing_taken_back_leaves_flag_and_clock_as_they_were(
    clinic: Clinic, state: str
) -> None:
    flag_id, me = await fell(clinic), clinic.clinician
    await did(me, flag_id, "acknowledge", note="seen")
    for act, said in STEPS[state]:
        await did(me, flag_id, act, **said)
    before = await shown(clinic, flag_id)
    assert before["state"] == state
    for _ in range(2):  # an undo does not change where the next one leads
        undoes = await closed(me, flag_id)
        again = await did(me, flag_id, "reopen", **MISTAKE, undoes=undoes)
        assert (again["state"], again["clock"]) == (state, before["clock"])
    # Opened again without taking anything back, it has all its time anew.
    await closed(me, flag_id)
    anew = await did(me, flag_id, "reopen", reason="not_resolved")
    assert (anew["state"], anew["clock"]["since"] > before["clock"]["since"]) == ("in_review", True)


async def test_of_two_undos_at_once_one_takes_it_back(clinic: Clinic) -> None:
    flag_id, me = await fell(clinic), clinic.clinician
    await did(me, flag_id, "acknowledge", note="seen")
    said = MISTAKE | {"undoes": await closed(me, flag_id)}
    answers = await asyncio.gather(*(me.post(f"flags/{flag_id}/reopen", said) for _ in range(2)))
    assert sorted(each.status_code for each in answers) == [200, 409]
    acts = [act["act"] for act in (await shown(clinic, flag_id))["acts"]]
    assert acts == ["acknowledged", "closed", "reopened"]


async def test_what_new_evidence_raised_again_is_not_taken_back(clinic: Clinic) -> None:
    flag_id, me = await fell(clinic), clinic.clinician
    await did(me, flag_id, "acknowledge", note="seen")
    undoes = await closed(me, flag_id)
    await clinic.world.happens(clinic.story.rated(GOAL, 1, 9))
    status, body = await refused(me, flag_id, "reopen", **MISTAKE, undoes=undoes)
    assert (status, body["state"]) == (409, "raised")


async def test_a_handing_over_is_taken_back_unless_it_went_on(clinic: Clinic) -> None:
    flag_id, first, second, third = await fell(clinic), uuid4(), uuid4(), uuid4()
    await at_work(clinic, first, second, third, role=Role.CLINICAL_LEAD)
    lead, other = clinic.desk(Role.CLINICAL_LEAD, uuid4()), clinic.desk(Role.CLINICAL_LEAD)
    await did(lead, flag_id, "assign", to=str(first))
    act = (await did(lead, flag_id, "assign", to=str(second)))["last_act"]
    back = await did(lead, flag_id, "assign", to=str(first), undoes=act)
    assert back["assigned_to"] == str(first)
    act = (await did(lead, flag_id, "assign", to=str(second)))["last_act"]
    await did(other, flag_id, "assign", to=str(third))
    status, body = await refused(lead, flag_id, "assign", to=str(first), undoes=act)
    assert (status, body["detail"]) == (409, SINCE)
    assert (await shown(clinic, flag_id))["assigned_to"] == str(third)


async def test_who_looked_into_a_flag_first_gets_it_back(clinic: Clinic) -> None:
    flag_id, mine, other = await fell(clinic), clinic.clinician, uuid4()
    await at_work(clinic, other, role=Role.CLINICAL_LEAD)
    await did(mine, flag_id, "acknowledge")
    await did(mine, flag_id, "review")
    act = (await did(mine, flag_id, "assign", to=str(other)))["last_act"]
    me = str(clinic.story.clinician_id)
    assert (await did(mine, flag_id, "assign", to=me, undoes=act))["assigned_to"] == me


async def test_who_handed_a_flag_on_takes_it_back_and_nobody_gets_it_so(clinic: Clinic) -> None:
    flag_id, mine, other = await fell(clinic), clinic.clinician, uuid4()
    await at_work(clinic, other, role=Role.CLINICAL_LEAD)
    me = str(clinic.story.clinician_id)
    await did(mine, flag_id, "assign", to=me)
    act = (await did(mine, flag_id, "assign", to=str(other)))["last_act"]
    answer = await mine.post(f"flags/{flag_id}/assign", {"to": str(uuid4()), "undoes": act})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "to")
    assert (await did(mine, flag_id, "assign", to=me, undoes=act))["assigned_to"] == me
