"""Calls to progress: what is shown, to whom, and how current it is."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.db import Database
from shared.events.words import Attendance, Role
from tests.progress.desk import Clinic, flagged
from tests.progress.histories import Story, at


GOAL = UUID(int=61)


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


async def test_a_case_is_shown_as_one_commit_left_it(clinic: Clinic) -> None:
    """Read over and over while it is written to: each answer is there with its flag, or neither."""
    seen: list[tuple[int, int]] = []
    done = asyncio.Event()

    async def look() -> None:
        while not done.is_set():
            shown = await clinic.shown()
            points = sum(len(each["points"]) for each in shown["measures"])
            flag = next((each for each in shown["flags"] if each["rule"] == "SI_ITEM"), None)
            seen.append((points, len(flag["evidence"]) if flag else 0))

    looking = [asyncio.create_task(look()) for _ in range(3)]
    for minute in range(40):
        await clinic.world.happens(clinic.story.answered(9, 1, minute))
    done.set()
    await asyncio.gather(*looking)
    assert {points - evidence for points, evidence in seen} == {0}
    assert len(set(seen)) > 1, "control: it was read while it was written to"


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


async def test_an_act_that_is_set_aside_is_not_waited_for(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.progress.queries.cases.PATIENCE", float("inf"))
    behind = clinic.story.answered(1, 0, 2)
    await clinic.world.happens(clinic.story.answered(28, None, 1), behind)
    path, after = f"cases/{clinic.story.case_id}", str(behind.event_id)
    answer = await clinic.clinician.get(path, after=after)
    assert (answer.status_code, answer.json()["set_aside"]) == (200, 2)


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


async def test_a_glance_sees_the_given_clinics_only_and_leaves_nothing_to_the_next(
    clinic: Clinic,
) -> None:
    database = Database(clinic.world.settings.database("progress", "api"), 1)
    asked = "select clinic_id from live.case_state where case_id = $1"
    own, case_id = clinic.story.clinic_id, clinic.story.case_id
    seen = [await database.glance(given, asked, case_id) for given in ([own], [uuid4()], [], [own])]
    await database.close()
    assert [row and row["clinic_id"] for row in seen] == [own, None, None, own]


async def test_what_was_set_aside_is_counted(clinic: Clinic) -> None:
    story = clinic.story
    await clinic.world.happens(story.answered(28, None, 1), story.answered(1, 0, 2))
    assert (await clinic.shown())["set_aside"] == 2


async def test_a_case_says_since_when_it_stands_still(clinic: Clinic) -> None:
    """It is current up to the event that could not be read, whatever the whole is current to."""
    story = clinic.story
    assert (await clinic.shown())["still"] is None
    before = datetime.now(UTC) - timedelta(seconds=1)
    behind = [story.answered(1, 0, n) for n in (2, 3)]
    await clinic.world.happens(story.answered(28, None, 1), *behind)
    shown = await clinic.shown()
    still = shown["still"]
    since = datetime.fromisoformat(still.pop("since"))
    assert still == {"unreadable": 1, "waiting": 2, "topics": ["goals"]}
    assert before < since <= datetime.now(UTC)
    [listed] = (await clinic.clinician.get("caseload")).json()["items"]
    assert {name: listed["still"][name] for name in still} == still


async def test_a_case_says_what_was_left_out_for_good(clinic: Clinic) -> None:
    story = clinic.story
    await clinic.world.happens(story.answered(28, None, 1), story.answered(28, None, 2))
    assert (await clinic.shown())["skipped"] == 0
    again = "update parked set consumer = $1, state = 'skipped' where state = $2"
    await clinic.world.rows(again, "progress_v1", "blocking")
    shown = await clinic.shown()
    assert (shown["skipped"], shown["still"]) == (1, None)
    [event] = shown["left_out"]
    assert (event["topic"], event["type"]) == ("goals", "goals.measure_completed")
    assert datetime.now(UTC) - datetime.fromisoformat(event["recorded_at"]) < timedelta(hours=1)
    for odd in (2**63 - 1, -(2**63)):
        await clinic.world.rows("update parked set recorded_at = $1", odd)
        assert (await clinic.shown())["skipped"] == 1, "its page is shown, whatever its clock said"
    await clinic.world.rows("update parked set type = 'what they said'")
    assert (await clinic.shown())["left_out"][0]["type"] is None, "no word of a stranger's"


async def test_open_cases_with_something_left_out_are_listed_for_those_who_see_them(
    clinic: Clinic,
) -> None:
    story, world = clinic.story, clinic.world
    lead, other = clinic.desk(Role.CLINICAL_LEAD), clinic.desk(Role.CLINICIAN)
    path, ours = "left-out", {"clinic_id": str(story.clinic_id)}
    await world.happens(story.answered(28, None, 1))
    assert (await lead.get(path, **ours)).json()["items"] == []
    await world.rows("update parked set state = 'skipped' where state = 'blocking'")
    await world.rows("update parked set recorded_at = 0")
    # Another version of the projection left it out too, and a clinic's own event is no case's.
    again = """insert into parked (consumer, topic, partition, "offset", key, type, event_id, cause,
        state, digest, recorded_at, headers) select $1, topic, partition, "offset", $2, type,
        event_id, cause, state, digest, recorded_at, headers from parked limit 1"""
    await world.rows(again, "progress_v1", str(story.case_id))
    await world.rows(again, "progress_v2", "what is no id")
    for desk, asked in ((lead, ours), (clinic.clinician, {}), (lead, {})):
        [item] = (await desk.get(path, **asked)).json()["items"]
        [event] = item["left_out"]
        assert (item["case_id"], event["type"]) == (str(story.case_id), "goals.measure_completed")
        assert event["recorded_at"].startswith("1970-01-01")
    assert (await other.get(path)).json()["items"] == []
    assert (await lead.get(path, clinic_id=str(uuid4()))).json()["items"] == []
    await world.happens(story.closed(3))
    assert (await lead.get(path)).json()["items"] == []


async def test_cases_that_stand_still_are_listed_for_those_who_see_them(clinic: Clinic) -> None:
    story, world = clinic.story, clinic.world
    lead, other = clinic.desk(Role.CLINICAL_LEAD), clinic.desk(Role.CLINICIAN)
    path, ours = "standing-still", {"clinic_id": str(story.clinic_id)}
    assert (await lead.get(path, **ours)).json()["items"] == []
    await world.happens(story.answered(28, None, 1), story.answered(1, 0, 2), story.closed(3))
    for desk, asked in ((lead, ours), (clinic.clinician, {}), (lead, {})):
        [item] = (await desk.get(path, **asked)).json()["items"]
        assert (item["case_id"], item["unreadable"], item["waiting"]) == (str(story.case_id), 1, 1)
    assert (await other.get(path)).json()["items"] == []
    assert (await lead.get(path, clinic_id=str(uuid4()))).json()["items"] == []


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
