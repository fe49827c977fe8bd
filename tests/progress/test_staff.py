"""To whom a flag may be handed and who may be named in a concern: who works in that clinic."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.clock import utcnow, wall_time
from shared.events.words import Role
from tests.progress.desk import Clinic, flagged
from tests.progress.people import at_work, joins, leaves, may
from tests.progress.test_concerns import lead, raised


async def handed(clinic: Clinic, flag_id: str, to: UUID) -> tuple[int, Any]:
    answer = await clinic.clinician.post(f"flags/{flag_id}/assign", {"to": str(to)})
    body = answer.json()
    return answer.status_code, body["errors"][0]["field"] if body.get("errors") else body


async def current(clinic: Clinic) -> None:
    """Everything that was published has been read."""
    await clinic.world.marks()
    await clinic.world.marks()


async def test_a_lead_or_the_cases_clinician_is_handed_a_flag_and_finds_it(clinic: Clinic) -> None:
    flag_id, other, own = await flagged(clinic), uuid4(), clinic.story.clinician_id
    await at_work(clinic, own)
    await at_work(clinic, other, role=Role.CLINICAL_LEAD)
    assert (await handed(clinic, flag_id, other))[0] == 200
    taker = clinic.desk(Role.CLINICAL_LEAD, other)
    told = (await taker.get(f"flags/{flag_id}")).json()["told"]
    assert (told[-1]["role"], told[-1]["person_id"]) == ("clinical_lead", str(other))
    for who, desk in ((other, taker), (own, clinic.clinician)):
        found = await desk.get("flags", whose=str(who), state="open")
        assert [each["flag_id"] for each in found.json()["items"]] == [flag_id]
    assert (await taker.get(f"cases/{clinic.story.case_id}")).status_code == 200
    assert (await taker.get("flags", whose=str(uuid4()))).json()["items"] == []
    answer = await taker.post(f"flags/{flag_id}/assign", {"to": str(own)})
    assert answer.json()["assigned_to"] == str(own)


OTHERS = [Role.CLINICIAN, Role.FRONT_DESK, Role.OPERATIONS, Role.SAFEGUARDING_LEAD]


@pytest.mark.parametrize("role", OTHERS)
async def test_nobody_else_is_for_they_could_not_open_its_case(clinic: Clinic, role: Role) -> None:
    flag_id, other = await flagged(clinic), uuid4()
    await at_work(clinic, other, role=role)
    await current(clinic)
    assert await handed(clinic, flag_id, other) == (422, "to")
    shown = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert shown["assigned_to"] is None
    assert "assigned" not in {act["act"] for act in shown["acts"]}


async def test_nobody_of_another_clinic_is(clinic: Clinic) -> None:
    flag_id, other = await flagged(clinic), uuid4()
    await clinic.world.happens(joins(uuid4(), other, Role.CLINICAL_LEAD))
    await current(clinic)
    assert await handed(clinic, flag_id, other) == (422, "to")


async def test_who_left_is_until_the_last_day_and_again_when_they_join_anew(
    clinic: Clinic,
) -> None:
    flag_id, where = await flagged(clinic), clinic.story.clinic_id
    today = wall_time(utcnow(), "Pacific/Auckland").date()
    stays, left, back = uuid4(), uuid4(), uuid4()
    await at_work(clinic, stays, left, back, role=Role.CLINICAL_LEAD)
    yesterday = today - timedelta(days=1)
    gone = [leaves(where, one, day) for one, day in ((stays, today), (left, yesterday))]
    await clinic.world.happens(
        *gone, leaves(where, back, yesterday), joins(where, back, Role.CLINICAL_LEAD)
    )
    await current(clinic)
    assert await handed(clinic, flag_id, left) == (422, "to")
    assert (await handed(clinic, flag_id, stays))[0] == 200
    lead_of_it = clinic.desk(Role.CLINICAL_LEAD)
    assert (await lead_of_it.post(f"flags/{flag_id}/assign", {"to": str(back)})).status_code == 200


async def test_whose_role_was_taken_away_is_not(clinic: Clinic) -> None:
    flag_id, other = await flagged(clinic), uuid4()
    await at_work(clinic, other, role=Role.CLINICAL_LEAD)
    await clinic.world.happens(may(clinic.story.clinic_id, other, Role.FRONT_DESK))
    await current(clinic)
    assert await handed(clinic, flag_id, other) == (422, "to")


async def test_while_the_copy_is_behind_the_answer_is_to_ask_again(clinic: Clinic) -> None:
    """The marks are old: whoever joined lately may be unknown. Taking it oneself needs no copy."""
    flag_id, other = await flagged(clinic), uuid4()
    await clinic.world.marks(utcnow() - timedelta(seconds=16))
    answer = await clinic.clinician.post(f"flags/{flag_id}/assign", {"to": str(other)})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    await at_work(clinic, other, role=Role.CLINICAL_LEAD)
    assert (await handed(clinic, flag_id, other))[0] == 200
    other_flag = clinic.desk(Role.CLINICAL_LEAD, sub := uuid4())
    assert (await other_flag.post(f"flags/{flag_id}/assign", {"to": str(sub)})).status_code == 200


async def test_only_who_works_in_the_clinic_is_named_in_a_concern(clinic: Clinic) -> None:
    here, elsewhere = uuid4(), uuid4()
    await at_work(clinic, here, role=Role.FRONT_DESK)
    await current(clinic)
    concern_id = await raised(clinic, named=[str(here)])
    said = {"case_id": str(clinic.story.case_id), "note": "x", "urgent": False}
    both = said | {"named": [str(here), str(elsewhere)]}
    refused = await clinic.desk(Role.FRONT_DESK).post("concerns", both)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "named")
    path = f"concerns/{concern_id}/name"
    wrong = await lead(clinic).post(path, {"staff_id": str(elsewhere)})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "staff_id")
    rows = await clinic.world.rows("select count(*) as n from concern")
    assert rows[0]["n"] == 1


async def test_a_copy_that_was_never_kept_is_filled_from_the_log(clinic: Clinic) -> None:
    """As after an upgrade: all was read, and no copy was kept. Two workers fill it at once."""
    flag_id, other, left = await flagged(clinic), uuid4(), uuid4()
    await at_work(clinic, other, left, role=Role.CLINICAL_LEAD)
    await clinic.world.happens(
        leaves(clinic.story.clinic_id, left, wall_time(utcnow(), "UTC").date() - timedelta(days=9))
    )
    await clinic.world.rows("delete from staff")
    await clinic.world.rows("delete from staff_filled")
    await current(clinic)
    answer = await clinic.clinician.post(f"flags/{flag_id}/assign", {"to": str(other)})
    assert answer.status_code == 503  # it is not whole: nobody knows
    second, third = await clinic.world.another(), await clinic.world.another()
    assert await handed(clinic, flag_id, left) == (422, "to")
    assert (await handed(clinic, flag_id, other))[0] == 200
    for each in (second, third):
        await each.close()


async def test_a_stranger_in_the_log_brings_nobody_into_the_copy(clinic: Clinic) -> None:
    flag_id, other, forged = await flagged(clinic), uuid4(), uuid4()
    await at_work(clinic, other, role=Role.CLINICAL_LEAD)
    event = joins(clinic.story.clinic_id, forged, Role.CLINICAL_LEAD)
    said = [("ce_type", event.type.encode()), ("ce_id", str(event.event_id).encode())]
    await clinic.world.put("clinics", event.key, event.data(), said)
    await clinic.world.reads()
    await clinic.world.rows("delete from staff")
    await clinic.world.rows("delete from staff_filled")
    again = await clinic.world.another()
    await current(clinic)
    assert await handed(clinic, flag_id, forged) == (422, "to")
    assert (await handed(clinic, flag_id, other))[0] == 200
    await again.close()


async def test_a_copy_that_is_whole_is_not_read_again(clinic: Clinic) -> None:
    """The control: without its mark an old word would come after a newer one."""
    other = uuid4()
    await at_work(clinic, other)
    await clinic.world.rows("delete from staff")
    again = await clinic.world.another()
    assert await clinic.world.rows("select 1 from staff") == []
    await again.close()
