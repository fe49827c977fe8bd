"""Flags listed, and acknowledged by one person."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.words import Role
from tests.progress.desk import Clinic, flagged


async def test_flags_are_listed_by_clinic_and_by_case(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    for who in (clinic.clinician, clinic.desk(Role.CLINICAL_LEAD)):
        for which in ({"clinic_id": clinic.story.clinic_id}, {"case_id": clinic.story.case_id}):
            for state in ("open", "raised", None):
                asked = which | ({"state": state} if state else {})
                items = (await who.get("flags", **asked)).json()["items"]
                assert [item["flag_id"] for item in items] == [flag_id]
    gone = await clinic.clinician.get("flags", case_id=clinic.story.case_id, state="cleared")
    assert gone.json()["items"] == []
    own = await clinic.clinician.get("flags", clinician_id=clinic.story.clinician_id)
    assert [item["flag_id"] for item in own.json()["items"]] == [flag_id]
    lead = clinic.desk(Role.CLINICAL_LEAD)
    assert (await lead.get("flags", clinician_id=uuid4())).json()["items"] == []
    assert (await clinic.desk(Role.CLINICIAN).get("flags", **which)).json()["items"] == []
    assert (await clinic.clinician.get("flags")).status_code == 422


async def test_the_first_who_acknowledges_stands(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    path = f"flags/{flag_id}/acknowledge"
    first = await clinic.clinician.post(path, {"note": "called back"})
    assert first.status_code == 200
    said = first.json()["acknowledged"]
    assert (said["by"], said["note"]) == (str(clinic.story.clinician_id), "called back")
    assert first.json()["state"] == "acknowledged"
    for same in ({"note": "called back"}, {}):
        assert (await clinic.clinician.post(path, same)).json()["acknowledged"] == said
    other = await clinic.clinician.post(path, {"note": "and again"})
    assert other.status_code == 409, "what they wrote now would be lost without a word"
    assert other.json()["acknowledged"]["at"] == said["at"].replace("Z", "+00:00")
    lead = clinic.desk(Role.CLINICAL_LEAD)
    second = await lead.post(path, {"note": "me too"})
    assert second.status_code == 409
    assert str(clinic.story.clinician_id) in second.json()["detail"]
    [seen] = (await lead.get("flags", case_id=clinic.story.case_id)).json()["items"]
    assert seen["acknowledged"] == said


async def test_an_acknowledgement_is_published_without_its_note_and_audited(
    clinic: Clinic,
) -> None:
    flag_id = await flagged(clinic)
    answer = await clinic.clinician.post(f"flags/{flag_id}/acknowledge", {"note": "called back"})
    [row] = await clinic.world.rows(
        "select id, data from outbox where type = 'progress.flag_acknowledged'"
    )
    assert answer.headers["Tidemark-Event"] == str(row["id"])
    assert b"called back" not in row["data"]
    acts = await clinic.world.rows("select act, subject_id from audit order by number")
    assert ("flag_acknowledged", UUID(flag_id)) in {tuple(act) for act in acts}
    assert ("case_progress_read", clinic.story.case_id) in {tuple(act) for act in acts}


async def test_two_at_once_are_one_and_a_conflict(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    desks = [clinic.clinician, clinic.desk(Role.CLINICAL_LEAD)]
    answers = await asyncio.gather(
        *(desk.post(f"flags/{flag_id}/acknowledge", {"note": "me"}) for desk in desks)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    told = [kind for kind, _ in await clinic.world.told()]
    assert told.count("progress.flag_acknowledged") == 1


async def test_the_same_call_again_gives_the_same_answer(clinic: Clinic) -> None:
    path, key = f"flags/{await flagged(clinic)}/acknowledge", str(uuid4())
    first = await clinic.clinician.post(path, {"note": "me"}, key)
    again = await clinic.clinician.post(path, {"note": "me"}, key)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")


async def test_who_acknowledges_without_a_note_is_given_no_words(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    answer = await clinic.clinician.post(f"flags/{flag_id}/acknowledge", {})
    assert answer.status_code == 200
    assert answer.json()["acknowledged"]["note"] is None
    told = (await clinic.clinician.get(f"flags/{flag_id}")).json()
    assert [act["note"] for act in told["acts"]] == [None]


@pytest.mark.parametrize("body", [[], {"note": ""}, {"note": 7}, {"note": "x", "by": "me"}])
async def test_bad_bodies_are_refused(clinic: Clinic, body: dict[str, Any]) -> None:
    path = f"flags/{await flagged(clinic)}/acknowledge"
    assert (await clinic.clinician.post(path, body)).status_code == 422


async def test_a_new_answer_to_a_safety_item_asks_for_a_new_acknowledgement(clinic: Clinic) -> None:
    flag_id = await flagged(clinic)
    await clinic.clinician.post(f"flags/{flag_id}/acknowledge", {"note": "me"})
    await clinic.world.happens(clinic.story.answered(3, 3, 9))
    [flag] = (await clinic.shown())["flags"]
    assert (flag["flag_id"], flag["state"], flag["severity"]) == (
        flag_id,
        "raised",
        "urgent",
    )
    assert flag["acknowledged"] is None
    again = await clinic.clinician.post(f"flags/{flag_id}/acknowledge", {"note": "seen again"})
    assert (again.status_code, again.json()["state"]) == (200, "acknowledged")
    assert len(flag["evidence"]) == 2
