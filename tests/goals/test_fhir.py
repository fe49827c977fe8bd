"""Reading a case in FHIR R4: pages, single reads, who may, and how failures look."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text

from shared.db import Database
from shared.events.words import Role
from shared.settings import Settings
from tests.goals.fhir_reading import KINDS, TYPE, a_full_case, ask, resources, search
from tests.goals.second_opinion import agrees
from tests.goals.world import CANARY, World


async def test_goals_with_their_states(world: World) -> None:
    case, ids = await a_full_case(world)
    await world.post(f"goals/{ids['gas']}/close", {"outcome": "achieved"})
    found = resources(await search(world, "Goal", case))
    plain, scaled = found[ids["goal"]], found[ids["gas"]]
    assert plain["description"]["text"].startswith(CANARY)
    assert plain["achievementStatus"]["coding"][0]["code"] == "improving"
    assert scaled["lifecycleStatus"] == "completed"
    assert scaled["achievementStatus"]["coding"][0]["code"] == "achieved"
    assert len(scaled["extension"]) == 5


async def test_answers_with_their_corrections(world: World) -> None:
    case, ids = await a_full_case(world)
    found = resources(await search(world, "QuestionnaireResponse", case))
    states = {name: found[ids[name]]["status"] for name in ("plain", "amended", "voided")}
    assert states == {"plain": "completed", "amended": "amended", "voided": "entered-in-error"}
    assert found[ids["amended"]]["item"][8]["answer"][0]["valueCoding"]["code"] == "LA6569-3"


async def test_scores_and_ratings_together(world: World) -> None:
    case, ids = await a_full_case(world)
    bundle = await search(world, "Observation", case)
    found = resources(bundle)
    assert bundle["total"] == len(found) == 6
    assert found[ids["amended"]]["valueInteger"] == 1
    assert found[ids["amended"]]["component"][0]["valueInteger"] == 1
    assert found[ids["voided"]]["status"] == "entered-in-error"
    assert found[ids["level"]]["valueCodeableConcept"]["coding"][0]["code"] == "LA34480-6"
    assert found[ids["last"]]["focus"] == [{"reference": f"Goal/{ids['goal']}"}]
    for name in ("plain", "amended", "voided"):
        (source,) = found[ids[name]]["derivedFrom"]
        assert source["reference"] == f"QuestionnaireResponse/{ids[name]}"


@pytest.mark.parametrize("kind", KINDS)
async def test_pages_hold_everything_once_and_link_to_the_next(world: World, kind: str) -> None:
    case, _ = await a_full_case(world)
    whole = resources(await search(world, kind, case))
    seen: list[str] = []
    query: dict[str, object] = {"_count": 1}
    for _ in range(len(whole)):
        bundle = await search(world, kind, case, **query)
        seen += resources(bundle)
        assert bundle["total"] == len(whole)
        links = {link["relation"]: link["url"] for link in bundle["link"]}
        assert urlsplit(links["self"]).path == f"/api/goals/v1/fhir/{kind}"
        if "next" in links:
            asked = parse_qs(urlsplit(links["next"]).query)
            assert asked["case"] == [str(case.case_id)]
            query = {"_count": asked["_count"][0], "after": asked["after"][0]}
    assert seen == list(whole)
    assert "next" not in links


async def test_the_link_to_itself_says_by_what_was_searched_and_nothing_else(world: World) -> None:
    case = await world.opens_case()
    bundle = await search(world, "Goal", case, patient=CANARY)
    (link,) = bundle["link"]
    assert parse_qs(urlsplit(link["url"]).query) == {"case": [str(case.case_id)]}


async def test_a_case_without_anything_is_an_empty_bundle(world: World) -> None:
    case = await world.opens_case()
    for kind in KINDS:
        bundle = await search(world, kind, case)
        assert (bundle["total"], "entry" in bundle) == (0, False)


async def test_each_resource_can_be_read_by_itself(world: World) -> None:
    case, _ = await a_full_case(world)
    for kind in KINDS:
        for which, resource in resources(await search(world, kind, case)).items():
            answer = await world.get(f"fhir/{kind}/{which}")
            assert answer.headers["content-type"] == TYPE
            assert answer.json() == resource


async def test_a_measure_is_a_questionnaire_for_everybody_signed_in(world: World) -> None:
    answer = await world.get("fhir/Questionnaire/gad-7", Role.PARTNER)
    assert answer.headers["content-type"] == TYPE
    agrees(answer.json())
    assert answer.json()["item"][1]["answerOption"][2]["valueCoding"]["code"] == "LA18938-3"


def issue(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == TYPE
    assert CANARY not in answer.text
    agrees(answer.json())
    found: dict[str, Any] = answer.json()["issue"][0]
    return found


@pytest.mark.parametrize("kind", KINDS)
async def test_strangers_learn_nothing_in_the_same_bytes(world: World, kind: str) -> None:
    case, _ = await a_full_case(world)
    which = next(iter(resources(await search(world, kind, case))))
    stranger = world.headers(clinic=uuid4(), sub=uuid4())
    colleague = world.headers(sub=uuid4())
    paths = [f"/v1/fhir/{kind}?case={case.case_id}", f"/v1/fhir/{kind}/{which}"]
    nobodys = await world.calls.get(f"/v1/fhir/{kind}/{uuid4()}", headers=stranger)
    assert issue(nobodys)["code"] == "not-found"
    for path in paths:
        for who in (stranger, colleague):
            answer = await world.calls.get(path, headers=who)
            assert answer.status_code == 404
            assert (answer.content, answer.headers) == (nobodys.content, nobodys.headers)
    assert nobodys.headers["retry-after"] == "1"


async def test_a_lead_reads_and_other_roles_do_not(world: World) -> None:
    case = await world.opens_case()
    for kind in KINDS:
        assert (await world.get(f"fhir/{kind}", Role.CLINICAL_LEAD, case=case.case_id)).is_success
        for role in (Role.FRONT_DESK, Role.OPERATIONS, Role.SAFEGUARDING_LEAD, Role.PARTNER):
            refused = await world.get(f"fhir/{kind}", role, case=case.case_id)
            assert refused.status_code == 403
            assert issue(refused)["code"] == "forbidden"


async def test_nothing_without_a_token(world: World) -> None:
    for path in ("Goal", f"Goal/{uuid4()}", "Questionnaire/phq-9"):
        answer = await world.calls.get(f"/v1/fhir/{path}")
        assert answer.status_code == 401
        assert issue(answer)["code"] == "login"


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        ("Goal", {}, "case"),
        ("Goal", {"case": CANARY}, "case"),
        ("Observation", {"case": str(uuid4()), "_count": "0"}, "_count"),
        ("Observation", {"case": str(uuid4()), "_count": "201"}, "_count"),
        (f"Goal/{CANARY}", {}, "goal_id"),
    ],
)
async def test_what_is_wrong_is_named_in_an_outcome(
    world: World, path: str, query: dict[str, str], field: str
) -> None:
    answer = await ask(world, path, **query)
    assert answer.status_code == 422
    assert issue(answer)["expression"] == [field]


async def test_what_is_not_there_is_an_outcome_too(world: World) -> None:
    for path in ("Patient", "Goal/1/_history", "", "Questionnaire/no-such"):
        answer = await ask(world, path)
        assert answer.status_code in (404, 422)
        assert issue(answer)["severity"] == "error"


async def test_who_takes_no_json_is_told_so(world: World) -> None:
    headers = world.headers() | {"accept": "application/fhir+xml, text/turtle;q=0.5"}
    answer = await world.calls.get("/v1/fhir/Questionnaire/phq-9", headers=headers)
    assert answer.status_code == 406
    assert issue(answer)["code"] == "not-supported"
    headers["accept"] = "text/html, application/fhir+json;q=0.9"
    answer = await world.calls.get("/v1/fhir/Questionnaire/phq-9", headers=headers)
    assert answer.status_code == 200


async def test_what_can_be_read_is_told(world: World) -> None:
    said = (await ask(world, "metadata")).json()
    agrees(said)
    assert {one["type"] for one in said["rest"][0]["resource"]} == {*KINDS, "Questionnaire"}


async def test_a_cursor_that_is_not_ours_is_refused(world: World) -> None:
    case = await world.opens_case()
    answer = await world.get("fhir/Observation", case=case.case_id, after=CANARY)
    assert answer.status_code == 422
    assert issue(answer)["expression"] == ["after"]


async def test_reading_leaves_a_trace(world: World, settings: Settings) -> None:
    case, ids = await a_full_case(world)
    for kind in KINDS:
        await search(world, kind, case)
    await world.get(f"fhir/Observation/{ids['level']}")
    await world.get(f"cases/{case.case_id}/scores.csv")
    owner = Database(settings.database("goals", "owner"), 1)
    async with owner.session() as session:
        asked = text("select act from audit where subject_id = :case order by number desc limit 5")
        acts = (await session.scalars(asked, {"case": case.case_id})).all()
    await owner.close()
    assert list(reversed(acts)) == [
        "fhir_goals_read",
        "fhir_responses_read",
        "fhir_observations_read",
        "fhir_observations_read",
        "scores_exported",
    ]


async def test_the_api_page_lists_the_calls(world: World) -> None:
    described = (await world.calls.get("/openapi.json")).json()["paths"]
    for kind in KINDS:
        call = described[f"/v1/fhir/{kind}"]["get"]
        assert {"case", "_count", "after"} <= {part["name"] for part in call["parameters"]}
        assert TYPE in call["responses"]["200"]["content"]
        assert len(call["description"]) > 40
    for path in ("Questionnaire/{code}", "Goal/{goal_id}", "Observation/{observation_id}"):
        assert f"/v1/fhir/{path}" in described
    brought = described["/v1/clinics/{clinic_id}/measures/{code}/wording"]["post"]
    assert "FHIR R4 Questionnaire" in str(brought["requestBody"])
    table = described["/v1/cases/{case_id}/scores.csv"]["get"]
    assert list(table["responses"]["200"]["content"]) == ["text/csv"]
