"""Who may do what with goals, and what strangers learn: nothing."""

from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from services.goals.queries.cases import heard_by
from shared.db import Database
from shared.events.words import Role
from shared.settings import Settings
from tests.goals.world import World, answers_body, goal_body


MEASURES = ("response_replaced", "pack", "disclosure")
RATING = {"value": 5, "rated_by": "client"}


async def every_call(
    world: World, case_id: UUID, goal_id: UUID, client_id: UUID, headers: dict[str, str]
) -> list[httpx.Response]:
    """All calls that touch a case, with these ids."""
    ids = {"case_id": str(case_id), "client_id": str(client_id)}
    case = await world.opens_case()  # only for the rest of the bodies
    calls = world.calls
    return [
        await calls.post("/v1/goals", json=goal_body(case) | ids, headers=headers),
        await calls.get("/v1/goals", params={"case_id": str(case_id)}, headers=headers),
        await calls.post(f"/v1/goals/{goal_id}/ratings", json=RATING, headers=headers),
        await calls.get(f"/v1/goals/{goal_id}/ratings", headers=headers),
        await calls.post(
            "/v1/measures/phq-9/responses", json=answers_body(case) | ids, headers=headers
        ),
        await calls.get(
            "/v1/measures/phq-9/responses", params={"case_id": str(case_id)}, headers=headers
        ),
    ]


async def test_another_clinics_case_is_as_unknown_as_one_that_never_was(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    stranger = world.headers(clinic=uuid4(), sub=uuid4())
    theirs = await every_call(
        world, case.case_id, UUID(goal["goal_id"]), case.client_ids[0], stranger
    )
    nobodys = await every_call(world, uuid4(), uuid4(), uuid4(), stranger)
    for there, not_there in zip(theirs, nobodys, strict=True):
        assert there.status_code == not_there.status_code == 404
        assert there.headers["retry-after"] == "1"
        assert there.content == not_there.content
        assert there.headers == not_there.headers


async def test_a_clinician_sees_only_their_own_cases(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    colleague = world.headers(sub=uuid4())
    answers = await every_call(
        world, case.case_id, UUID(goal["goal_id"]), case.client_ids[0], colleague
    )
    assert [answer.status_code for answer in answers] == [404] * 6


async def test_a_lead_reads_all_cases_and_changes_none(world: World) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    lead = world.headers(Role.CLINICAL_LEAD)
    answers = await every_call(world, case.case_id, UUID(goal["goal_id"]), case.client_ids[0], lead)
    assert [answer.status_code for answer in answers] == [403, 200, 403, 200, 403, 200]


async def test_a_lead_who_is_a_clinician_too_changes_only_their_own_cases(world: World) -> None:
    case, person = await world.opens_case(), uuid4()
    token = world.issuer.token(person, [Role.CLINICIAN, Role.CLINICAL_LEAD], [world.clinic_id])
    answer = await world.post("goals", goal_body(case), Authorization=f"Bearer {token}")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "role", [Role.FRONT_DESK, Role.SAFEGUARDING_LEAD, Role.OPERATIONS, Role.PARTNER]
)
async def test_no_other_role_reads_or_changes_anything(world: World, role: Role) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    answers = await every_call(
        world, case.case_id, UUID(goal["goal_id"]), case.client_ids[0], world.headers(role)
    )
    assert [answer.status_code for answer in answers] == [403] * 6


async def test_nothing_without_a_token(world: World) -> None:
    case = await world.opens_case()
    answers = await every_call(world, case.case_id, uuid4(), case.client_ids[0], {})
    assert [answer.status_code for answer in answers] == [401] * 6
    assert (await world.calls.get("/v1/measures")).status_code == 401


async def test_the_database_itself_shows_no_other_clinics_rows(
    world: World, settings: Settings
) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    await world.post(f"goals/{goal['goal_id']}/ratings", RATING)
    answered = await world.post("measures/phq-9/responses", answers_body(case))
    amended = {"version": 1, "reason": "entered_wrongly", "total": 3}
    await world.post(f"responses/{answered.json()['response_id']}/amend", amended)
    ids = {"case_id": str(case.case_id), "client_id": str(case.client_ids[0])}
    await world.post("disclosures", ids | {"disclosure": "self_harm"})
    await world.switches("gad-7", on=False)
    api = Database(settings.database("goals", "api"), 1)
    for clinics, seen in (([world.clinic_id], 1), ([uuid4()], 0), ([], 0)):
        async with api.session(clinics) as session:
            for table in ("case_copy", "goal", "rating", "response", *MEASURES):
                assert await session.scalar(text(f"select count(*) from {table}")) == seen, table
    await api.close()


async def test_reading_and_changing_leave_a_trace_without_words(
    world: World, settings: Settings
) -> None:
    case = await world.opens_case()
    goal = await world.sets_goal(case)
    await world.post(f"goals/{goal['goal_id']}/ratings", RATING)
    await world.post("measures/phq-9/responses", answers_body(case))
    for path in ("goals", "measures/phq-9/responses"):
        query = {"case_id": str(case.case_id)}
        await world.calls.get(f"/v1/{path}", params=query, headers=world.headers())
    await world.calls.get(f"/v1/goals/{goal['goal_id']}/ratings", headers=world.headers())
    owner = Database(settings.database("goals", "owner"), 1)  # the roles only insert
    async with owner.session() as session:
        asked = text("select act, sub from audit where subject_id = :case order by number")
        rows = (await session.execute(asked, {"case": case.case_id})).all()
    await owner.close()
    assert [row.act for row in rows] == [
        "goal_set",
        "goal_rated",
        "measure_completed",
        "goals_read",
        "responses_read",
        "ratings_read",
    ]
    assert {row.sub for row in rows} == {str(world.clinician)}


async def test_who_hears_live_of_a_case_is_its_clinician(world: World, settings: Settings) -> None:
    """Within the clinic of the change, as its api role sees it; of other cases nobody."""
    case, other = await world.opens_case(), uuid4()
    database = Database(settings.database("goals", "api"), 1)
    async with database.session([world.clinic_id]) as session:
        assert await heard_by(session, [case.case_id, other]) == {case.case_id: {world.clinician}}
    async with database.session([uuid4()]) as session:
        assert await heard_by(session, [case.case_id]) == {}
    await database.close()
