"""Which measures a clinic uses: defaults, licences, crisis texts, and who may switch."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.goals import consumers
from shared.db import Database
from shared.events.clinics import ClinicOpened
from shared.events.measures import Licence, Measure, definition, newest
from shared.events.words import Role
from shared.settings import Settings
from tests.goals.test_wording import bring, form, withdraw
from tests.goals.world import World, answers_body, fields
from tests.measures.every import at_end, every_measure


FREE = {one.code for one in newest() if one.licence.tier is Licence.TEXT_OK}
LICENSED = [one.code for one in newest() if one.licence.tier is not Licence.TEXT_OK]
SAFE = [code for code in LICENSED if code != "reqol-10"]
LEAD = Role.CLINICAL_LEAD


async def packs(world: World) -> dict[str, dict[str, object]]:
    """What the clinic's lead reads, by measure."""
    answer = await world.get("measures", LEAD, clinic_id=world.clinic_id)
    assert answer.status_code == 200, answer.text
    return {one["code"]: one["pack"] for one in answer.json()["items"]}


async def given(world: World, code: str) -> int:
    """What the service says to answers to a measure."""
    case = await world.opens_case()
    items = at_end(definition(code), highest=False)
    body = answers_body(case, items=items)
    return (await world.post(f"measures/{code}/responses", body)).status_code


async def test_what_is_free_is_on_and_all_else_off(world: World) -> None:
    await world.has_settings()
    found = await packs(world)
    assert found.keys() == {one.code for one in newest()}
    assert {code for code, pack in found.items() if pack["on"]} == FREE
    assert {code for code, pack in found.items() if pack["needs_licence"]} == set(LICENSED)
    assert all(pack["tier"] for pack in found.values())
    assert found["core-10"]["attribution"] == definition("core-10").licence.attribution


async def test_the_definitions_come_along(world: World) -> None:
    await world.has_settings()
    answer = await world.get("measures", clinic_id=world.clinic_id)
    plain = await world.get("measures")
    assert [{k: v for k, v in one.items() if k != "pack"} for one in answer.json()["items"]] == (
        plain.json()["items"]
    )


@every_measure
async def test_each_measure_is_answered_exactly_while_it_is_on(
    world: World, measure: Measure
) -> None:
    code = measure.code
    if code in FREE:
        assert await given(world, code) == 201
        assert (await world.switches(code, on=False)).json()["on"] is False
    assert await given(world, code) == 409
    if code == "reqol-10":
        return
    answer = await world.switches(code, licence_confirmed=True)
    assert (answer.status_code, answer.json()["on"]) == (200, True)
    assert await given(world, code) == 201


@pytest.mark.parametrize("code", SAFE)
async def test_a_licence_has_to_be_confirmed_once(world: World, code: str) -> None:
    await world.has_settings()
    assert fields(await world.switches(code)) == ["licence_confirmed"]
    assert fields(await world.switches(code, licence_confirmed=False)) == ["licence_confirmed"]
    assert (await packs(world))[code]["licence"] is None
    said = "Letter of 3 May"
    answer = await world.switches(code, licence_confirmed=True, licence_reference=said)
    licence = answer.json()["licence"]
    assert licence["reference"] == said
    assert (await world.switches(code, on=False)).json()["on"] is False
    again = (await world.switches(code)).json()
    assert (again["on"], again["licence"]) == (True, licence)


async def test_who_confirmed_is_kept(world: World) -> None:
    await world.has_settings()
    lead = uuid4()
    answer = await world.calls.put(
        f"/v1/clinics/{world.clinic_id}/measures/wsas",
        json={"on": True, "licence_confirmed": True},
        headers=world.headers(LEAD, sub=lead),
    )
    assert answer.json()["licence"]["confirmed_by"] == str(lead)


@pytest.mark.parametrize("code", ["phq-9", "core-10"])
async def test_a_safety_item_needs_a_crisis_text(world: World, code: str) -> None:
    await world.has_settings(crisis_text_version=0)
    found = (await packs(world))[code]
    assert (found["on"], found["may_be_on"]) == (False, False)
    assert "crisis text" in str(found["why_not"])
    refused = await world.switches(code, licence_confirmed=True)
    assert refused.status_code == 409
    assert "crisis text" in refused.json()["detail"]
    assert await given(world, code) == 409
    assert await given(world, "gad-7") == 201
    await world.has_settings()
    assert (await world.switches(code, licence_confirmed=True)).json()["on"] is True
    assert await given(world, code) == 201


async def test_a_measure_that_was_on_is_off_without_a_crisis_text(world: World) -> None:
    await world.has_settings()
    await world.switches("phq-9")
    assert await given(world, "phq-9") == 201
    await world.has_settings(crisis_text_version=0)
    assert await given(world, "phq-9") == 409


async def test_a_clinic_that_was_not_heard_of_may_have_a_text(world: World) -> None:
    world.settled = True  # so that no settings are told
    case = await world.opens_case()
    early = await world.post("measures/phq-9/responses", answers_body(case))
    assert (early.status_code, early.headers["retry-after"]) == (404, "1")
    await world.has_settings()
    done = await world.post("measures/phq-9/responses", answers_body(case))
    assert done.status_code == 201


async def test_a_crisis_text_of_tomorrow_is_none_today(world: World) -> None:
    await world.has_settings(crisis_text_version=0)
    await world.has_settings(from_now=timedelta(days=1))
    assert await given(world, "phq-9") == 409


async def test_opening_says_nothing_of_a_crisis_text(world: World) -> None:
    """The two facts of a clinic's first moment may be heard in either order."""
    await world.has_settings()
    now = datetime.now(UTC)
    opened = ClinicOpened(occurred_at=now, clinic_id=world.clinic_id, zone="Europe/London")
    async with world.worker.session() as session:
        await consumers.clinic_opened(session, opened)
    assert await given(world, "phq-9") == 201


async def test_who_switched_what_leaves_a_trace(world: World, settings: Settings) -> None:
    await world.switches("gad-7", on=False)
    await world.switches("wsas", licence_confirmed=True)
    owner = Database(settings.database("goals", "owner"), 1)  # the roles only insert
    asked = text("select act, reason_code from audit where subject_id = :clinic order by number")
    async with owner.session() as session:
        rows = (await session.execute(asked, {"clinic": world.clinic_id})).all()
    await owner.close()
    assert [tuple(row) for row in rows] == [
        ("measure_switched_off", "gad-7"),
        ("measure_switched_on", "wsas"),
    ]


async def test_an_undecided_safety_rule_keeps_a_measure_off(world: World) -> None:
    await world.has_settings()
    refused = await world.switches("reqol-10", licence_confirmed=True)
    assert refused.status_code == 409
    assert "life is worth living" in refused.json()["detail"]
    assert "life is worth living" in str((await packs(world))["reqol-10"]["why_not"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": "yes"}, "on"),
        ({"on": 1}, "on"),
        ({"licence_confirmed": "true"}, "licence_confirmed"),
        ({"licence_reference": ""}, "licence_reference"),
        ({"licence_reference": "x" * 201}, "licence_reference"),
        ({"tier": "text_ok"}, "tier"),
    ],
)
async def test_what_is_wrong_is_named(world: World, wrong: dict[str, Any], field: str) -> None:
    await world.has_settings()
    assert fields(await world.switches("wsas", **wrong)) == [field]
    assert await world.count("pack") == 0


async def test_what_is_unknown_is_not_found(world: World) -> None:
    assert (await world.switches("core-om")).status_code == 404
    strange = World(world.calls, world.issuer, world.worker, world.maker)
    answer = await world.calls.put(
        f"/v1/clinics/{strange.clinic_id}/measures/wsas",
        json={"on": False},
        headers=world.headers(LEAD),
    )
    assert answer.status_code == 404
    listed = await world.get("measures", clinic_id=strange.clinic_id)
    assert (listed.status_code, listed.content) == (404, answer.content)


@pytest.mark.parametrize("role", [one for one in Role if one is not LEAD])
async def test_only_a_lead_switches(world: World, role: Role) -> None:
    answer = await world.calls.put(
        f"/v1/clinics/{world.clinic_id}/measures/wsas",
        json={"on": False},
        headers=world.headers(role),
    )
    assert answer.status_code == 403
    listed = await world.get("measures", role, clinic_id=world.clinic_id)
    assert listed.status_code == (200 if role is Role.CLINICIAN else 403)


async def test_another_clinic_has_its_own(world: World) -> None:
    await world.has_settings()
    await world.switches("gad-7", on=False)
    other = World(world.calls, world.issuer, world.worker, world.maker)
    await other.has_settings()
    assert (await packs(other))["gad-7"]["on"] is True
    assert (await packs(world))["gad-7"]["on"] is False


async def test_wording_is_named_while_it_holds(world: World) -> None:
    await world.has_settings()
    assert (await packs(world))["phq-9"]["wording"] == []
    for language in ("en", "fr"):
        await bring(world, form(language=language))
    assert (await packs(world))["phq-9"]["wording"] == ["en", "fr"]
    await withdraw(world, "fr")
    found = await packs(world)
    assert (found["phq-9"]["wording"], found["gad-7"]["wording"]) == (["en"], [])
