"""A clinic brings its own wording: who may, for which licences, in versions, and withdrawn."""

import asyncio
import copy
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.goals.domain.fhir.questionnaires import questionnaire
from services.goals.queries import wording as queries
from shared.events.measures import definition
from shared.events.words import Role
from tests.goals.world import CANARY, World, fields


Form = dict[str, Any]


def form(code: str = "phq-9", language: str = "en", **given: Any) -> Form:
    """A questionnaire that fits, with words that may not come back in an error."""
    made = copy.deepcopy(questionnaire(definition(code)))
    for item in made["item"]:
        item["text"] = f"{CANARY} {item['text']}"
    return made | {"language": language, "copyright": "© the authors"} | given


def path(world: World, code: str = "phq-9") -> str:
    return f"/v1/clinics/{world.clinic_id}/measures/{code}/wording"


async def bring(
    world: World, body: object, code: str = "phq-9", role: Role = Role.CLINICAL_LEAD
) -> httpx.Response:
    return await world.calls.post(path(world, code), json=body, headers=world.headers(role))


async def read(
    world: World, language: str = "en", code: str = "phq-9", role: Role = Role.CLINICIAN
) -> httpx.Response:
    query = {"language": language}
    return await world.calls.get(path(world, code), params=query, headers=world.headers(role))


async def withdraw(world: World, language: str = "en") -> httpx.Response:
    lead = world.headers(Role.CLINICAL_LEAD)
    body = {"language": language}
    return await world.calls.post(f"{path(world)}/withdraw", json=body, headers=lead)


async def test_what_was_brought_is_shown_with_whom_to_name(world: World) -> None:
    brought = await bring(world, form("brs"), "brs")
    assert brought.status_code == 201, brought.text
    shown = await read(world, code="brs")
    assert shown.json() == brought.json()
    said = shown.json()
    assert said["copyright"] == "© the authors"
    assert said["attribution"] == definition("brs").licence.attribution != ""
    assert said["items"][0]["text"].startswith(CANARY)
    assert [answer["value"] for answer in said["items"][0]["answers"]] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("code", ["wsas", "core-10"])
async def test_a_licensed_measure_needs_the_licence_confirmed_first(
    world: World, code: str
) -> None:
    await world.has_settings()
    assert (await bring(world, form(code), code)).status_code == 409
    assert await world.count("wording") == 0
    assert (await world.switches(code, licence_confirmed=True)).status_code == 200
    assert (await bring(world, form(code), code)).status_code == 201


async def test_versions_are_kept_and_the_newest_holds(world: World) -> None:
    for title in ("first", "second"):
        await bring(world, form(title=title))
    await bring(world, form(language="cy", title="Cymraeg"))
    assert (await read(world)).json()["title"] == "second"
    listed = (await world.get(f"clinics/{world.clinic_id}/measures/phq-9/wording/versions")).json()
    kept = [(one["language"], one["number"]) for one in listed["items"]]
    assert kept == [("en", 1), ("en", 2), ("cy", 1)]
    assert "items" not in listed["items"][0]


async def test_two_who_bring_at_once_get_two_versions(world: World) -> None:
    brought = await asyncio.gather(*(bring(world, form()) for _ in range(3)))
    assert {answer.status_code for answer in brought} == {201}
    assert {answer.json()["number"] for answer in brought} == {1, 2, 3}


async def test_what_was_withdrawn_is_shown_no_more_and_no_older_one_instead(world: World) -> None:
    for title in ("first", "second"):
        await bring(world, form(title=title))
    assert (await withdraw(world)).json()["number"] == 2
    assert (await read(world)).status_code == 404
    assert (await withdraw(world)).status_code == 404
    assert await world.count("wording") == 2
    assert (await bring(world, form(title="third"))).json()["number"] == 3
    assert (await read(world)).json()["title"] == "third"


async def test_a_reader_of_a_region_is_shown_the_languages_own_words(world: World) -> None:
    await bring(world, form(language="en"))
    assert (await read(world, "en-GB")).json()["language"] == "en"
    await bring(world, form(language="en-GB"))
    assert (await read(world, "en-GB")).json()["language"] == "en-GB"
    assert (await read(world, "cy")).status_code == 404


async def test_the_respondents_page_can_ask_inside_the_service(world: World) -> None:
    await bring(world, form())
    async with world.worker.session() as session:
        measure = definition("phq-9")
        found = await queries.for_reader(session, world.clinic_id, measure, "en")
        assert found is not None
        assert len(found.items) == 9
        assert await queries.for_reader(session, uuid4(), measure, "en") is None


async def test_markup_comes_back_as_the_words_that_it_is(world: World) -> None:
    script = "<script>alert(1)</script>"
    body = form(title=script, text={"status": "generated", "div": f"<div>{script}</div>"})
    body["item"][0]["text"] = body["item"][0]["answerOption"][0]["valueCoding"]["display"] = script
    brought = await bring(world, body)
    assert brought.headers["content-type"] == "application/json"
    said = brought.json()
    assert said["title"] == said["items"][0]["text"] == script
    assert said["items"][0]["answers"][0]["text"] == script
    assert "div" not in brought.text


def _less(body: Form) -> None:
    body["item"].pop()


def _turned(body: Form) -> None:
    body["item"].reverse()


def _fewer_answers(body: Form) -> None:
    body["item"][4]["answerOption"].pop()


def _other_values(body: Form) -> None:
    body["item"][4]["answerOption"].reverse()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_less, {"item", "items.9"}),
        (_turned, {f"items.{number}" for number in (1, 2, 3, 4, 6, 7, 8, 9)}),
        (_fewer_answers, {"items.5"}),
        (_other_values, {f"items.5.answers.{place}" for place in range(1, 5)}),
    ],
)
async def test_what_does_not_fit_is_reported_and_not_stored(
    world: World, change: Any, named: set[str]
) -> None:
    body = form()
    change(body)
    assert set(fields(await bring(world, body))) == named
    assert await world.count("wording") == 0


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"no json", "application/json", 400),
        (b"\xff{}", "application/json", 400),
        (json.dumps(form()).encode() + b" " * (2 << 20), "application/json", 413),
        (json.dumps(form()).encode(), "text/xml", 415),
        (b"[]", "application/json", 422),
        (b"{}", "application/json", 422),
        (b"7", "application/json", 422),
        (
            b'{"resourceType": "Questionnaire", "item": [{"text": "\\ud800"}]}',
            "application/json",
            422,
        ),
    ],
)
async def test_what_is_no_questionnaire_is_refused(
    world: World, content: bytes, kind: str, status: int
) -> None:
    headers = world.headers(Role.CLINICAL_LEAD) | {"content-type": kind}
    answer = await world.calls.post(path(world), content=content, headers=headers)
    assert answer.status_code == status
    assert CANARY not in answer.text
    assert await world.count("wording") == 0


async def test_fhirs_own_media_type_is_taken(world: World) -> None:
    headers = world.headers(Role.CLINICAL_LEAD) | {"content-type": "application/fhir+json"}
    body = json.dumps(form()).encode()
    assert (await world.calls.post(path(world), content=body, headers=headers)).status_code == 201


async def test_only_a_lead_brings_and_only_staff_of_the_clinic_read(world: World) -> None:
    for role in (Role.CLINICIAN, Role.FRONT_DESK, Role.OPERATIONS, Role.PARTNER):
        assert (await bring(world, form(), role=role)).status_code == 403
    await bring(world, form())
    for role, status in ((Role.CLINICIAN, 200), (Role.FRONT_DESK, 200), (Role.PARTNER, 403)):
        assert (await read(world, role=role)).status_code == status
    stranger = world.headers(Role.CLINICAL_LEAD, clinic=uuid4())
    there = await world.calls.get(path(world), params={"language": "en"}, headers=stranger)
    unknown = await world.calls.get(
        path(world, "no-such"), params={"language": "en"}, headers=stranger
    )
    brought = await world.calls.post(path(world), json=form(), headers=stranger)
    assert there.status_code == unknown.status_code == brought.status_code == 404
    assert there.content == unknown.content == brought.content


async def test_a_measure_that_does_not_exist_has_no_wording(world: World) -> None:
    assert (await bring(world, form(), "no-such")).status_code == 404
    assert (await read(world, "EN")).status_code == 422
