"""Rebuilds over HTTP: operations asks, the worker does; nobody else may."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.progress.main import service
from services.progress.projection import building, keeper
from shared.events.words import Role
from shared.settings import Settings
from tests.kit import Issuer, client, fresh_settings, service_database
from tests.progress.histories import Story
from tests.progress.world import World
from tests.servers import PostgresServer


WHY = {"reason": "to see that it comes to the same"}


@pytest.fixture
async def own(postgres: PostgresServer) -> Settings:
    settings = fresh_settings(postgres)
    await service_database(settings, "progress")
    return settings


@pytest.fixture
async def world(own: Settings) -> AsyncIterator[World]:
    made = await World(own).begin()
    yield made
    await made.close()


@pytest.fixture
async def http(own: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with client(service, own, issuer) as calls:
        yield calls


WHO = uuid4()


@pytest.fixture
def operations(issuer: Issuer) -> dict[str, str]:
    return issuer.headers(WHO, Role.OPERATIONS)


async def said(answer: httpx.Response, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


async def _standing(http: httpx.AsyncClient, who: dict[str, str]) -> list[tuple[str, str | None]]:
    """Of every rebuild its state, and the switch that is on its way."""
    listed = await said(await http.get("/v1/rebuilds", headers=who), 200)
    return [(each["state"], each["turning"]) for each in listed["items"]]


async def test_a_rebuild_from_the_wish_to_the_switch_and_back(
    world: World, http: httpx.AsyncClient, operations: dict[str, str]
) -> None:
    story = Story()
    await world.happens(story.opened(), story.answered(9, 2, 1))
    asked = await http.post("/v1/rebuilds", headers=operations, json=WHY)
    number = (await said(asked, 202))["number"]
    busy = await http.post("/v1/rebuilds", headers=operations, json=WHY)
    await said(busy, 409)
    early = await http.post(f"/v1/rebuilds/{number}/switch", headers=operations, json=WHY)
    await said(early, 409)
    assert await building.until_done(world.bus, world.settings)
    found = await said(await http.get(f"/v1/rebuilds/{number}", headers=operations), 200)
    assert (found["state"], found["equal"], found["different"]) == ("compared", 1, 0)
    assert (found["by_reason"], found["differences"], found["seconds_left"]) == ([], [], None)
    before = "compared"
    for act, state in (("switch", "switched"), ("switch-back", "switched_back")):
        wish = await http.post(f"/v1/rebuilds/{number}/{act}", headers=operations, json=WHY)
        await said(wish, 202)
        assert await _standing(http, operations) == [(before, act.replace("-", "_"))]
        assert await building.until_done(world.bus, world.settings)
        assert await _standing(http, operations) == [(state, None)]
        before = state
    found = await said(await http.get(f"/v1/rebuilds/{number}", headers=operations), 200)
    acts = [(each["act"], each["by"], each["reason"]) for each in found["acts"]]
    by = (str(WHO), WHY["reason"])
    assert (found["by"], acts) == (by[0], [("switch", *by), ("switch_back", *by)])
    audited = await world.rows("select act from audit order by number")
    assert [row["act"] for row in audited] == [
        "rebuild_asked",
        "rebuild_switch_asked",
        "projection_switched",
        "rebuild_switch_back_asked",
        "projection_switched_back",
    ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATIONS])
async def test_nobody_else_may_ask_or_look(
    world: World, http: httpx.AsyncClient, issuer: Issuer, role: Role
) -> None:
    headers = issuer.headers(uuid4(), role, uuid4())
    for path in ("/v1/rebuilds", "/v1/rebuilds/1/switch", f"/v1/cases/{uuid4()}/repair"):
        await said(await http.post(path, headers=headers, json=WHY), 403)
    for path in ("/v1/rebuilds", "/v1/rebuilds/1", "/v1/incidents", "/v1/repairs"):
        await said(await http.get(path, headers=headers), 403)


async def test_a_reason_is_asked_for_and_what_is_not_there_is_not_found(
    http: httpx.AsyncClient, operations: dict[str, str]
) -> None:
    wrong = await said(await http.post("/v1/rebuilds", headers=operations, json={}), 422)
    assert wrong["errors"][0]["field"] == "reason"
    await said(await http.get("/v1/rebuilds/7", headers=operations), 404)


async def test_a_case_that_the_tables_lost_is_repaired_and_one_that_never_was_is_told(
    world: World, http: httpx.AsyncClient, operations: dict[str, str]
) -> None:
    """Nobody has to find the loss before it can be repaired."""
    story, nobody = Story(), uuid4()
    await world.happens(story.opened(), story.answered(9, 2, 1))
    for table in ("case_state", "flag"):
        await world.rows(f"delete from live.{table}")
    for case_id in (story.case_id, nobody):
        asked = await http.post(f"/v1/cases/{case_id}/repair", headers=operations, json=WHY)
        repair_id = (await said(asked, 202))["repair_id"]
        [newest, *_] = (await said(await http.get("/v1/repairs", headers=operations), 200))["items"]
        assert (newest["repair_id"], newest["outcome"]) == (repair_id, None)
    await keeper.build(world.bus, world.settings)
    found = (await said(await http.get("/v1/repairs", headers=operations), 200))["items"]
    assert [(each["case_id"], each["outcome"]) for each in found] == [
        (str(nobody), "refused: the log says nothing of this case"),
        (str(story.case_id), "2 events folded anew, 0 flags raised or cleared"),
    ]
    assert {each["by"] for each in found} == {str(WHO)}
    assert await world.case(story.case_id)


async def test_states_of_another_layout_are_said_to_be_away_not_to_be_none(
    world: World, http: httpx.AsyncClient, issuer: Issuer
) -> None:
    story = Story()
    await world.happens(story.opened())
    lead = issuer.headers(uuid4(), Role.CLINICAL_LEAD, story.clinic_id)
    await said(await http.get(f"/v1/cases/{story.case_id}", headers=lead), 200)
    await world.rows("update projection set layout = 'of yesterday'")
    away = await http.get("/v1/caseload", headers=lead)
    await said(away, 503)
    assert away.headers["Retry-After"]
    assert await world.asks_for_ours()
    assert await building.until_done(world.bus, world.settings)
    await said(await http.get(f"/v1/cases/{story.case_id}", headers=lead), 200)


@pytest.mark.parametrize("number", [0, 1 << 31, 10**30])
@pytest.mark.parametrize("act", ["", "/switch", "/switch-back"])
async def test_a_number_that_no_rebuild_can_have_is_refused(
    http: httpx.AsyncClient, operations: dict[str, str], number: int, act: str
) -> None:
    path = f"/v1/rebuilds/{number}{act}"
    asked = http.post(path, headers=operations, json=WHY) if act else None
    answer = await (asked or http.get(path, headers=operations))
    assert [each["field"] for each in (await said(answer, 422))["errors"]] == ["number"]


async def test_of_several_who_ask_at_once_one_begins_a_rebuild_and_one_a_switch(
    world: World, http: httpx.AsyncClient, operations: dict[str, str]
) -> None:
    async def at_once(path: str) -> list[int]:
        asked = (http.post(path, headers=operations, json=WHY) for _ in range(6))
        return sorted(each.status_code for each in await asyncio.gather(*asked))

    story = Story()
    await world.happens(story.opened(), story.answered(9, 2, 1))
    assert await at_once("/v1/rebuilds") == [202] + [409] * 5
    await building.until_done(world.bus, world.settings)
    [row] = await world.rows("select number from rebuild")
    assert await at_once(f"/v1/rebuilds/{row['number']}/switch") == [202] + [409] * 5


async def test_a_switch_that_waits_goes_first_and_a_later_rebuild_ends_the_way_back(
    world: World, http: httpx.AsyncClient, operations: dict[str, str]
) -> None:
    async def ask(path: str, status: int) -> Any:
        return await said(await http.post(f"/v1/{path}", headers=operations, json=WHY), status)

    async def work() -> None:
        assert await building.until_done(world.bus, world.settings)

    story = Story()
    await world.happens(story.opened(), story.answered(9, 2, 1))
    number = (await ask("rebuilds", 202))["number"]
    await work()
    await ask(f"rebuilds/{number}/switch", 202)
    await ask("rebuilds", 409)  # it would take away what is being switched to
    await work()
    await ask("rebuilds", 202)
    await work()
    found = await said(await http.get(f"/v1/rebuilds/{number}", headers=operations), 200)
    assert (found["state"], found["previous"]) == ("switched", None)
    await ask(f"rebuilds/{number}/switch-back", 409)
