"""Safeguarding: who may see a concern, and that nothing anywhere hints at it to anybody else."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.progress.projection.escalating import escalate
from shared.clock import utcnow
from shared.events.words import Role
from tests.progress.desk import Clinic, Desk
from tests.progress.people import at_work
from tests.progress.reconciled import WRONG


CANARY = "canary: what the child said"


async def raised(clinic: Clinic, by: Desk | None = None, **given: Any) -> UUID:
    """Somebody at the front desk is worried; the concern's id."""
    said = {"case_id": str(clinic.story.case_id), "note": CANARY, "urgent": True} | given
    answer = await (by or clinic.desk(Role.FRONT_DESK)).post("concerns", said)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["concern_id"])


def lead(clinic: Clinic) -> Desk:
    return clinic.desk(Role.SAFEGUARDING_LEAD)


OTHERS = [Role.FRONT_DESK, Role.CLINICIAN, Role.CLINICAL_LEAD, Role.OPERATIONS, Role.PARTNER]


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("act", ["", "/acknowledge", "/refer", "/close"])
async def test_for_any_other_role_there_is_none(clinic: Clinic, role: Role, act: str) -> None:
    concern_id, desk = await raised(clinic), clinic.desk(role)
    said = {"note": "x"} | ({"reason": "threshold_not_met"} if act == "/close" else {})

    async def asked(about: UUID) -> Any:
        path = f"concerns/{about}{act}"
        return await (desk.post(path, said) if act else desk.get(path))

    real, made_up = await asked(concern_id), await asked(uuid4())
    assert (real.status_code, real.content) == (404, made_up.content)


@pytest.mark.parametrize("role", OTHERS)
async def test_nor_is_there_a_list(clinic: Clinic, role: Role) -> None:
    await raised(clinic)
    answer = await clinic.desk(role).get("concerns", clinic_id=clinic.story.clinic_id)
    assert answer.status_code == 404


async def test_another_clinics_safeguarding_lead_sees_none(clinic: Clinic) -> None:
    concern_id = await raised(clinic)
    stranger = clinic.desk(Role.SAFEGUARDING_LEAD, clinic=uuid4())
    assert (await stranger.get(f"concerns/{concern_id}")).status_code == 404


async def test_nothing_else_hints_at_it(clinic: Clinic) -> None:
    before = await clinic.shown()
    concern_id = await raised(clinic)
    assert (await clinic.shown()) | {"lag_seconds": 0} == before | {"lag_seconds": 0}
    board = await clinic.desk(Role.CLINICAL_LEAD).get("flags", clinic_id=clinic.story.clinic_id)
    assert board.json()["items"] == []
    [event] = await clinic.world.rows("select type, key, data from outbox")
    assert (event["type"], event["key"]) == ("progress.concern_raised", str(concern_id))
    assert str(clinic.story.case_id) not in event["data"].decode()
    rows = await clinic.world.rows("select row_to_json(a)::text as said from audit a")
    about = [row["said"] for row in rows if str(concern_id) in row["said"]]
    assert len(about) == 1
    assert not any("canary" in row["said"] for row in rows)
    assert str(clinic.story.case_id) not in about[0]


async def test_the_lead_refers_tells_and_closes_with_a_reason(clinic: Clinic) -> None:
    concern_id, sees = await raised(clinic), lead(clinic)
    path = f"concerns/{concern_id}"
    shown = (await sees.get(path)).json()
    assert (shown["note"], shown["state"], shown["severity"]) == (CANARY, "raised", "urgent")
    for act, said in (
        ("acknowledge", {"note": "seen"}),
        ("refer", {"note": "called the authority"}),
        ("tell", {"note": "told the school"}),
        ("close", {"reason": "referred_to_authority", "note": "they took it on"}),
    ):
        answer = await sees.post(f"{path}/{act}", said)
        assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["state"] == "closed"
    assert [(act["act"], act["code"]) for act in found["acts"]] == [
        ("acknowledged", None),
        ("actioned", "referred_to_authority"),
        ("actioned", "others_told"),
        ("closed", "referred_to_authority"),
    ]


async def test_no_referral_is_claimed_that_nobody_recorded(clinic: Clinic) -> None:
    """To whom, when and how would be missing for ever, and the clock for it would be gone."""
    concern_id, sees = await raised(clinic), lead(clinic)
    path = f"concerns/{concern_id}"
    await sees.post(f"{path}/acknowledge", {"note": "seen"})
    await sees.post(f"{path}/tell", {"note": "told the school"})
    closing = {"reason": "referred_to_authority", "note": "they took it on"}
    refused = await sees.post(f"{path}/close", closing)
    assert refused.status_code == 422
    assert [each["field"] for each in refused.json()["errors"]] == ["reason"]
    assert (await sees.get(path)).json()["state"] == "acknowledged"
    await sees.post(f"{path}/refer", {"note": "called the authority"})
    assert (await sees.post(f"{path}/close", closing)).status_code == 200


async def test_telling_others_does_not_stop_the_clock_for_the_referral(clinic: Clinic) -> None:
    concern_id, sees = await raised(clinic), lead(clinic)
    path = f"concerns/{concern_id}"
    await sees.post(f"{path}/acknowledge", {"note": "seen"})
    told = (await sees.post(f"{path}/tell", {"note": "told the school"})).json()
    assert (told["state"], told["clock"]["what"]) == ("acknowledged", "act")
    referred = (await sees.post(f"{path}/refer", {"note": "called the authority"})).json()
    assert (referred["state"], referred["clock"]["what"]) == ("actioned", "close")
    again = (await sees.post(f"{path}/tell", {"note": "told the GP"})).json()
    assert again["state"] == "actioned"


async def test_it_is_not_closed_without_words(clinic: Clinic) -> None:
    concern_id, sees = await raised(clinic), lead(clinic)
    await sees.post(f"concerns/{concern_id}/acknowledge", {"note": "seen"})
    answer = await sees.post(f"concerns/{concern_id}/close", {"reason": "threshold_not_met"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "note")


async def test_of_two_who_close_it_at_once_one_wins_and_the_other_hears_who(
    clinic: Clinic,
) -> None:
    concern_id, sees, other = await raised(clinic), lead(clinic), lead(clinic)
    path, said = f"concerns/{concern_id}", {"reason": "threshold_not_met", "note": "x"}
    await sees.post(f"{path}/acknowledge", {"note": "seen"})
    answers = await asyncio.gather(*(desk.post(f"{path}/close", said) for desk in (sees, other)))
    assert sorted(each.status_code for each in answers) == [200, 409]
    [lost] = [each.json() for each in answers if each.status_code == 409]
    [row] = await clinic.world.rows("select by, at from concern_act where act = 'closed'")
    assert (lost["state"], lost["by"], lost["at"]) == (
        "closed",
        str(row["by"]),
        row["at"].isoformat(),
    )
    again = [await desk.post(f"{path}/close", said) for desk in (sees, other)]
    assert sorted(each.status_code for each in again) == [200, 409]
    assert len(await clinic.world.rows("select from concern_act where act = 'closed'")) == 1


async def test_a_second_note_of_ones_own_is_refused_since_it_would_be_lost(clinic: Clinic) -> None:
    concern_id, sees = await raised(clinic), lead(clinic)
    for act, said in (("acknowledge", {}), ("close", {"reason": "threshold_not_met"})):
        path = f"concerns/{concern_id}/{act}"
        notes = ("first", "first", "second")
        answers = [(await sees.post(path, said | {"note": note})) for note in notes]
        assert [each.status_code for each in answers] == [200, 200, 409]
        assert "second" not in answers[-1].text
    rows = await clinic.world.rows("select note from concern_act order by number")
    assert [row["note"] for row in rows] == ["first"] * 2


async def test_who_is_named_sees_it(clinic: Clinic) -> None:
    me = uuid4()
    await at_work(clinic, me)
    concern_id, mine = await raised(clinic), clinic.desk(Role.CLINICIAN, me)
    assert (await mine.get(f"concerns/{concern_id}")).status_code == 404
    named = await lead(clinic).post(f"concerns/{concern_id}/name", {"staff_id": str(me)})
    assert named.status_code == 200, named.text
    assert (await mine.get(f"concerns/{concern_id}")).status_code == 200
    listed = (await mine.get("concerns", clinic_id=clinic.story.clinic_id)).json()["items"]
    assert [each["concern_id"] for each in listed] == [str(concern_id)]


async def test_who_is_named_three_times_at_once_is_named_once(clinic: Clinic) -> None:
    me, sees = uuid4(), lead(clinic)
    await at_work(clinic, me)
    path = f"concerns/{await raised(clinic)}"
    said = {"staff_id": str(me)}
    answers = await asyncio.gather(*(sees.post(f"{path}/name", said) for _ in range(3)))
    assert [each.status_code for each in answers] == [200, 200, 200]
    shown = (await sees.get(path)).json()
    assert [(act["act"], act["to"]) for act in shown["acts"]] == [("assigned", str(me))]
    assert shown["named"] == [str(me)]
    rows = await clinic.world.rows("select 1 from audit where act = 'concern_assigned'")
    assert len(rows) == 1
    kinds = [kind for kind, _ in await clinic.world.told()]
    assert kinds == ["progress.concern_raised", "progress.concern_named"]


async def test_who_is_named_at_the_raising_is_told_each_once(clinic: Clinic) -> None:
    me, other = uuid4(), uuid4()
    await at_work(clinic, me, other)
    await raised(clinic, named=[str(me), str(other), str(me)])
    kinds = [kind for kind, _ in await clinic.world.told()]
    assert kinds == ["progress.concern_raised", *["progress.concern_named"] * 2]


async def test_nobody_is_named_in_a_closed_concern_named_before_or_not(clinic: Clinic) -> None:
    me, other, sees = uuid4(), uuid4(), lead(clinic)
    await at_work(clinic, me, other)
    path = f"concerns/{await raised(clinic)}"
    await sees.post(f"{path}/name", {"staff_id": str(me)})
    await sees.post(f"{path}/acknowledge", {"note": "seen"})
    await sees.post(f"{path}/close", {"reason": "threshold_not_met", "note": "x"})
    for person in (me, other):
        answer = await sees.post(f"{path}/name", {"staff_id": str(person)})
        assert (answer.status_code, answer.json()["detail"]) == (409, "The concern is closed.")


async def test_who_was_second_to_acknowledge_hears_who_was_first_and_when(clinic: Clinic) -> None:
    first, sees = uuid4(), lead(clinic)
    path = f"concerns/{await raised(clinic)}"
    mine = clinic.desk(Role.SAFEGUARDING_LEAD, first)
    for _ in range(2):  # the same person again: nothing new
        assert (await mine.post(f"{path}/acknowledge", {})).status_code == 200
    answer = await sees.post(f"{path}/acknowledge", {"note": "me too"})
    [act] = (await sees.get(path)).json()["acts"]
    told = answer.json()
    assert (answer.status_code, told["acknowledged"]["by"]) == (409, str(first))
    at = datetime.fromisoformat(told["acknowledged"]["at"])
    assert at == datetime.fromisoformat(act["at"])
    assert told["detail"] == f"The concern is acknowledged already, by {first}."


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.PARTNER])
async def test_who_does_not_work_with_clients_raises_none(clinic: Clinic, role: Role) -> None:
    said = {"case_id": str(clinic.story.case_id), "note": "x", "urgent": False}
    assert (await clinic.desk(role).post("concerns", said)).status_code == 403


async def test_a_concern_about_nobodys_case_is_refused(clinic: Clinic) -> None:
    said = {"case_id": str(uuid4()), "note": "x", "urgent": False}
    assert (await clinic.desk(Role.FRONT_DESK).post("concerns", said)).status_code == 404
    said = {"case_id": str(clinic.story.case_id), "client_id": str(uuid4())} | {
        "note": "x",
        "urgent": False,
    }
    answer = await clinic.desk(Role.FRONT_DESK).post("concerns", said)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "client_id")


async def test_its_clock_runs_through_the_night_and_goes_to_nobody_else(clinic: Clinic) -> None:
    concern_id = await raised(clinic)
    late, partitions = utcnow() + timedelta(hours=5), clinic.world.settings.partitions
    for _ in range(2):
        await clinic.world.polling.reader.with_connection(lambda it: escalate(it, late, partitions))
    kinds = [kind for kind, _ in await clinic.world.told()]
    assert kinds == ["progress.concern_raised", "progress.concern_escalated"]
    shown = (await lead(clinic).get(f"concerns/{concern_id}")).json()
    assert [(act["act"], act["code"]) for act in shown["acts"]] == [
        ("escalated", "safeguarding_lead")
    ]


async def test_the_counts_grow_with_each_act_and_are_nobody_elses(clinic: Clinic) -> None:
    about = {"clinic_id": clinic.story.clinic_id}
    concern_id = await raised(clinic)
    first = (await lead(clinic).get("concerns/counts", **about)).json()
    await lead(clinic).post(f"concerns/{concern_id}/acknowledge", {})
    second = (await lead(clinic).get("concerns/counts", **about)).json()
    assert (first["open"], second["open"], second["changes"] - first["changes"]) == (1, 1, 1)
    said = {"reason": "threshold_not_met", "note": "Looked at"}
    await lead(clinic).post(f"concerns/{concern_id}/close", said)
    assert (await lead(clinic).get("concerns/counts", **about)).json()["open"] == 0
    for role in OTHERS:
        answer = await clinic.desk(role).get("concerns/counts", **about)
        assert answer.status_code == 404, role


async def test_it_is_stored_while_nobody_can_read_the_case(clinic: Clinic) -> None:
    """The client is taken as said; whose clinic it is stands beside what cannot be read."""
    await clinic.world.rows(WRONG, clinic.story.case_id, b"\x00")
    client_id = str(clinic.story.client_id)
    concern_id = await raised(clinic, client_id=client_id)
    seen = (await lead(clinic).get(f"concerns/{concern_id}")).json()
    assert (seen["note"], seen["client_id"]) == (CANARY, client_id)
    said = {"case_id": str(clinic.story.case_id), "note": "x", "urgent": False}
    stranger = clinic.desk(Role.FRONT_DESK, clinic=uuid4())
    assert (await stranger.post("concerns", said)).status_code == 404
