"""Reading a case as FHIR."""

from typing import Any

import httpx

from shared.events.intake import CaseOpened
from tests.goals.second_opinion import agrees
from tests.goals.world import ANSWERS, World, answers_body


KINDS = ("Goal", "QuestionnaireResponse", "Observation")
LEVELS = ["worse", "as now", "as hoped", "better", "much better"]
TYPE = "application/fhir+json"


async def a_full_case(world: World) -> tuple[CaseOpened, dict[str, str]]:
    """A case with both kinds of goal, ratings and answers, some of them corrected; ids by name."""
    case = await world.opens_case()
    plain = await world.sets_goal(case)
    scaled = await world.sets_goal(case, method="gas", levels=LEVELS, target=None)
    ids = {"goal": plain["goal_id"], "gas": scaled["goal_id"]}
    for name, goal, value in (("first", "goal", 2), ("last", "goal", 6), ("level", "gas", 1)):
        body = {"value": value, "rated_by": "client"}
        ids[name] = (await world.post(f"goals/{ids[goal]}/ratings", body)).json()["rating_id"]
    for name in ("plain", "amended", "voided"):
        answer = await world.post("measures/phq-9/responses", answers_body(case))
        ids[name] = answer.json()["response_id"]
    again = {"version": 1, "items": ANSWERS | {"9": 1}, "reason": "entered_wrongly"}
    assert (await world.post(f"responses/{ids['amended']}/amend", again)).status_code == 200
    why = {"reason": "duplicate"}
    assert (await world.post(f"responses/{ids['voided']}/void", why)).status_code == 200
    return case, ids


async def ask(world: World, path: str, **query: object) -> httpx.Response:
    params = {name: str(value) for name, value in query.items()}
    return await world.calls.get(f"/v1/fhir/{path}", params=params, headers=world.headers())


async def search(world: World, kind: str, case: CaseOpened, **query: object) -> dict[str, Any]:
    answer = await ask(world, kind, case=case.case_id, **query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == TYPE
    bundle: dict[str, Any] = answer.json()
    agrees(bundle)
    return bundle


def resources(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["resource"]["id"]: entry["resource"] for entry in bundle.get("entry", [])}
