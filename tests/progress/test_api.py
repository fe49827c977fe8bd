"""Calls to progress: what is shown, to whom, and acknowledging a flag."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from shared.events.words import Attendance, Role
from tests.kit import Issuer
from tests.progress.histories import Story, at
from tests.progress.world import World


GOAL = UUID(int=61)


@dataclass
class Desk:
    """Somebody at work in a clinic."""

    calls: httpx.AsyncClient
    headers: dict[str, str]

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.calls.get(f"/v1/{path}", params=params, headers=self.headers)

    async def post(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        return await self.calls.post(f"/v1/{path}", json=body, headers=headers)


@dataclass
class Clinic:
    """A case in a clinic, and the people who may look at it."""

    world: World
    calls: httpx.AsyncClient
    issuer: Issuer
    story: Story

    def desk(self, role: Role, sub: UUID | None = None, clinic: UUID | None = None) -> Desk:
        """Somebody with a role; of this clinic unless said otherwise."""
        where = clinic or self.story.clinic_id
        return Desk(self.calls, self.issuer.headers(sub or uuid4(), role, where))

    @property
    def clinician(self) -> Desk:
        """Whose case it is."""
        return self.desk(Role.CLINICIAN, self.story.clinician_id)

    async def shown(self) -> Any:
        """The case as its clinician sees it."""
        answer = await self.clinician.get(f"cases/{self.story.case_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def clinic(world: World, calls: httpx.AsyncClient, issuer: Issuer) -> Clinic:
    """A clinic with one open case."""
    made = Clinic(world, calls, issuer, Story())
    await world.opened(made.story.clinic_id, "Pacific/Auckland")
    await world.happens(made.story.opened())
    return made


async def flagged(clinic: Clinic) -> str:
    """The case gets a flag; its id."""
    await clinic.world.happens(clinic.story.answered(1, 1, 1))
    return str((await clinic.shown())["flags"][0]["flag_id"])


async def test_a_case_shows_goals_measures_attendance_and_flags(clinic: Clinic) -> None:
    story = clinic.story
    events = [story.goal(GOAL), story.rated(GOAL, 6, 1), story.rated(GOAL, 3, 2)]
    answered = story.answered(9, 1, 3)
    await clinic.world.happens(*events, answered, story.attended(uuid4(), Attendance.ATTENDED, 4))
    shown = await clinic.shown()
    goal, measure = shown["goals"][0], shown["measures"][0]
    got = (goal["first"], goal["latest"], goal["best"], goal["change"], goal["verdict"])
    assert got == (6, 3, 6, -3, "reliably_worse")
    assert goal["points"][0]["at"] == "2026-11-02T09:01:00Z"
    assert (measure["measure"], measure["band"], measure["verdict"]) == (
        "phq-9",
        "mild",
        "first_score",
    )
    [point] = measure["points"]
    assert (point["response_id"], point["at"]) == (
        str(answered.response_id),
        "2026-11-02T09:03:00Z",
    )
    assert (point["total"], point["points"], point["safety"]) == (9, "9", {"9": 1})
    assert (point["usable"], point["voided"]) == (True, False)
    counts = shown["attendance"]
    names = ("attended", "did_not_attend", "cancelled", "late_not_seen", "sessions")
    assert [counts[name] for name in names] == [1, 0, 0, 0, 1]
    assert {flag["rule"] for flag in shown["flags"]} == {"SI_ITEM", "DETERIORATION"}
    assert shown["set_aside"] == 0
    assert (shown["case_number"], shown["status"]) == ("K-1", "open")


async def test_a_flag_names_its_day_on_the_clinics_calendar(clinic: Clinic) -> None:
    await clinic.world.happens(clinic.story.answered(1, 1, 5 * 60))  # 03:00 on the 3rd there
    [flag] = (await clinic.shown())["flags"]
    assert flag["sentence"].startswith("PHQ-9 item 9 answered 1 on 3 November 2026;")
    assert (flag["severity"], flag["state"], flag["acknowledged"]) == ("high", "raised", None)


async def test_every_answer_says_up_to_when_it_holds(clinic: Clinic) -> None:
    before = await clinic.shown()
    assert (before["current_to"], before["lag_seconds"]) == (None, None)
    await clinic.world.marks(at(1))
    lead = clinic.desk(Role.CLINICAL_LEAD)
    for path in (f"cases/{clinic.story.case_id}", "caseload", "flags"):
        params = {"clinic_id": clinic.story.clinic_id} if path == "flags" else {}
        answer = (await lead.get(path, **params)).json()
        assert answer["current_to"] == "2026-11-02T09:01:00Z"
        assert answer["lag_seconds"] >= 0


async def test_own_acts_are_waited_for(clinic: Clinic) -> None:
    event = clinic.story.goal(GOAL)
    path, after = f"cases/{clinic.story.case_id}", str(event.event_id)
    waiting = asyncio.create_task(clinic.clinician.get(path, after=after))
    await asyncio.sleep(0)
    await clinic.world.happens(event)
    answer = await waiting
    assert [goal["goal_id"] for goal in answer.json()["goals"]] == [str(GOAL)]


async def test_an_act_that_does_not_come_is_waited_for_two_seconds_at_most(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.progress.queries.cases.PATIENCE", 0.1)
    answer = await clinic.clinician.get(f"cases/{clinic.story.case_id}", after=str(uuid4()))
    assert answer.status_code == 200


async def test_who_waits_keeps_no_connection_from_others(clinic: Clinic) -> None:
    path = f"cases/{clinic.story.case_id}"
    waiting = [
        asyncio.create_task(clinic.clinician.get(path, after=str(uuid4()))) for _ in range(30)
    ]
    await asyncio.sleep(0)
    answers = [await clinic.clinician.get(path) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert not any(task.done() for task in waiting)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_was_set_aside_is_counted(clinic: Clinic) -> None:
    story = clinic.story
    await clinic.world.happens(story.answered(28, None, 1), story.answered(1, 0, 2))
    assert (await clinic.shown())["set_aside"] == 2


async def test_another_clinic_another_clinician_and_nobody_get_the_same_404(
    clinic: Clinic,
) -> None:
    path = f"cases/{clinic.story.case_id}"
    flag_id = await flagged(clinic)
    strangers = [
        clinic.desk(Role.CLINICIAN),
        clinic.desk(Role.CLINICIAN, clinic.story.clinician_id, clinic=uuid4()),
        clinic.desk(Role.CLINICAL_LEAD, clinic=uuid4()),
    ]
    made_up = await clinic.clinician.get(f"cases/{uuid4()}")
    answers = [await stranger.get(path) for stranger in strangers]
    answers += [
        await stranger.post(f"flags/{flag_id}/acknowledge", {"note": "x"}) for stranger in strangers
    ]
    for answer in answers:
        assert (answer.status_code, answer.content) == (404, made_up.content)
        assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    "role", [Role.FRONT_DESK, Role.SAFEGUARDING_LEAD, Role.OPERATIONS, Role.PARTNER]
)
async def test_other_roles_see_no_progress(clinic: Clinic, role: Role) -> None:
    flag_id = await flagged(clinic)
    desk = clinic.desk(role)
    for path in (f"cases/{clinic.story.case_id}", f"cases/{uuid4()}", "caseload"):
        assert (await desk.get(path)).status_code == 403
    assert (await desk.get("flags", clinic_id=clinic.story.clinic_id)).status_code == 403
    answer = await desk.post(f"flags/{flag_id}/acknowledge", {"note": "x"})
    assert answer.status_code == 403


async def test_a_caseload_is_a_clinicians_open_cases(clinic: Clinic) -> None:
    mine, closed, other = (Story(clinic_id=clinic.story.clinic_id) for _ in range(3))
    for story in (mine, closed):
        story.clinician_id = clinic.story.clinician_id
    await clinic.world.happens(mine.opened(), closed.opened(), closed.closed(1), other.opened())
    ours = sorted(map(str, (clinic.story.case_id, mine.case_id)))
    me = {"clinician_id": clinic.story.clinician_id}
    page = (await clinic.clinician.get("caseload", **me)).json()
    assert [item["case_id"] for item in page["items"]] == ours
    lead = clinic.desk(Role.CLINICAL_LEAD)
    assert len((await lead.get("caseload")).json()["items"]) == 3
    assert (await clinic.desk(Role.CLINICIAN).get("caseload", **me)).json()["items"] == []
    first = (await clinic.clinician.get("caseload", limit=1)).json()
    second = (await clinic.clinician.get("caseload", limit=1, after=first["next"])).json()
    assert [page["items"][0]["case_id"] for page in (first, second)] == ours
    assert second["next"] is None


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
    again = await clinic.clinician.post(path, {"note": "and again"})
    assert again.json()["acknowledged"] == said
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


async def test_the_api_role_sees_no_rows_without_its_clinics(clinic: Clinic) -> None:
    """Row-level security, in the schema of the projection and through its views."""
    await flagged(clinic)
    connection = await asyncpg.connect(clinic.world.settings.database("progress", "api"))
    try:
        for table in ("progress_v1.case_state", "live.case_state", "live.flag", "live.clinic"):
            assert await connection.fetchval(f"select count(*) from {table}") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("delete from progress_v1.case_state")
        async with connection.transaction():
            clinics = str(clinic.story.clinic_id)
            await connection.execute("select set_config('app.clinics', $1, true)", clinics)
            assert await connection.fetchval("select count(*) from live.case_state") == 1
    finally:
        await connection.close()
