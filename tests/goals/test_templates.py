"""The library of goal templates, and what a clinic makes of it."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.goals.domain.templates import library
from shared.events.words import GoalKind, GoalMethod, Modality, Role
from tests.goals.living import LEVELS
from tests.goals.world import CANARY, World, fields, goal_body


@pytest.mark.parametrize("kind", GoalKind)
def test_every_kind_has_templates_in_plain_words(kind: GoalKind) -> None:
    of_kind = [one for one in library().values() if one.kind is kind]
    assert len(of_kind) >= 4
    for one in of_kind:
        assert 5 <= len(one.title) <= 80
        assert one.description.endswith(".")
        assert one.modalities
        assert (one.method is GoalMethod.GAS) is (one.levels is not None)
        assert one.levels is None or len(set(one.levels)) == 5


def test_no_template_is_there_twice() -> None:
    assert len({one.title for one in library().values()}) == len(library())
    whom = {who for one in library().values() for who in one.modalities}
    assert {Modality.INDIVIDUAL, Modality.COUPLE, Modality.FAMILY} <= whom


async def test_every_template_makes_a_goal(world: World) -> None:
    case = await world.opens_case()
    for one in library().values():
        scale = {"levels": list(one.levels)} if one.levels else {"target": 8}
        body = goal_body(case, kind=one.kind, title=one.title, description=one.description)
        body = {name: value for name, value in body.items() if name != "target"}
        answer = await world.post("goals", body | scale | {"method": one.method})
        assert answer.status_code == 201, answer.text


def template_body(world: World, **given: object) -> dict[str, object]:
    """A template that a clinic may add."""
    return {
        "clinic_id": str(world.clinic_id),
        "kind": "resilience",
        "title": "Ask a neighbour",
        "description": "I want to ask a neighbour for help once a month.",
        "modalities": ["individual"],
    } | given


async def leads(world: World, path: str, body: object) -> httpx.Response:
    """A call of the clinic's lead."""
    headers = world.headers(Role.CLINICAL_LEAD)
    return await world.calls.post(f"/v1/{path}", json=body, headers=headers)


async def offered(world: World, **query: str) -> list[Any]:
    """What the clinic's clinician may choose from."""
    params = {"clinic_id": str(world.clinic_id)} | query
    answer = await world.calls.get("/v1/templates", params=params, headers=world.headers())
    assert answer.status_code == 200, answer.text
    items: list[Any] = answer.json()["items"]
    return items


async def test_a_clinic_adds_its_own_and_hides_the_librarys(world: World) -> None:
    before = await offered(world)
    assert len(before) == len(library())
    added = await leads(world, "templates", template_body(world))
    assert added.status_code == 201, added.text
    of = {"clinic_id": str(world.clinic_id)}
    for gone in (before[0], added.json()):
        for _ in range(2):
            answer = await leads(world, f"templates/{gone['template_id']}/retire", of)
            assert (answer.status_code, answer.json()["retired"]) == (200, True)
    assert [one["template_id"] for one in await offered(world)] == [
        one["template_id"] for one in before[1:]
    ]
    hidden = {one["template_id"] for one in await offered(world, retired="true")}
    assert hidden == {before[0]["template_id"], added.json()["template_id"]}
    for back in hidden:
        for _ in range(2):
            answer = await leads(world, f"templates/{back}/restore", of)
            assert (answer.status_code, answer.json()["retired"]) == (200, False)
    assert len(await offered(world)) == len(before) + 1


async def test_templates_by_kind_and_for_whom(world: World) -> None:
    await leads(world, "templates", template_body(world, modalities=["couple", "couple"]))
    found = await offered(world, kind="resilience", modality="couple")
    assert "Ask a neighbour" in [one["title"] for one in found]
    assert all(one["kind"] == "resilience" and "couple" in one["modalities"] for one in found)
    assert [one["library"] for one in found if one["title"] == "Ask a neighbour"] == [False]


async def test_templates_come_in_pages(world: World) -> None:
    whole, seen, after = await offered(world), [], None
    while True:
        params = {"clinic_id": str(world.clinic_id), "limit": "10"}
        params |= {"after": after} if after else {}
        page = await world.calls.get("/v1/templates", params=params, headers=world.headers())
        seen += page.json()["items"]
        after = page.json()["next"]
        if after is None:
            break
    assert seen == whole


async def test_another_clinic_sees_none_of_it(world: World) -> None:
    added = (await leads(world, "templates", template_body(world))).json()
    stranger = world.headers(Role.CLINICAL_LEAD, clinic=uuid4())
    mine = {"clinic_id": str(world.clinic_id)}
    calls = world.calls
    answers = [
        await calls.get("/v1/templates", params=mine, headers=stranger),
        await calls.post("/v1/templates", json=template_body(world), headers=stranger),
        await calls.post(
            f"/v1/templates/{added['template_id']}/retire", json=mine, headers=stranger
        ),
        await calls.post(
            f"/v1/templates/{added['template_id']}/restore", json=mine, headers=stranger
        ),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    own = uuid4()
    answer = await calls.post(
        f"/v1/templates/{added['template_id']}/retire",
        json={"clinic_id": str(own)},
        headers=world.headers(Role.CLINICAL_LEAD, clinic=own),
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FRONT_DESK, Role.OPERATIONS])
async def test_only_a_lead_changes_templates(world: World, role: Role) -> None:
    headers = world.headers(role)
    which = next(iter(library()))
    of = {"clinic_id": str(world.clinic_id)}
    calls = world.calls
    answers = [
        await calls.post("/v1/templates", json=template_body(world), headers=headers),
        await calls.post(f"/v1/templates/{which}/retire", json=of, headers=headers),
        await calls.post(f"/v1/templates/{which}/restore", json=of, headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [403] * 3
    reads = await calls.get("/v1/templates", params=of, headers=headers)
    assert reads.status_code == (200 if role is Role.CLINICIAN else 403)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": CANARY}, "kind"),
        ({"title": ""}, "title"),
        ({"description": None}, "description"),
        ({"modalities": []}, "modalities"),
        ({"modalities": [CANARY]}, "modalities.0"),
        ({"method": "gas"}, "levels"),
        ({"levels": LEVELS}, "levels"),
        ({"method": "gas", "levels": LEVELS[:4]}, "levels"),
        ({"library": True}, "library"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_stored(
    world: World, wrong: dict[str, object], field: str
) -> None:
    assert fields(await leads(world, "templates", template_body(world, **wrong))) == [field]
    assert await world.count("template") == 0


async def test_a_template_with_levels_is_kept_as_it_was_sketched(world: World) -> None:
    body = template_body(world, method="gas", levels=LEVELS)
    added = (await leads(world, "templates", body)).json()
    assert (added["method"], added["levels"]) == ("gas", LEVELS)


async def test_hiding_a_template_is_taken_back_only_by_whose_last_act_it_is(world: World) -> None:
    of: dict[str, object] = {"clinic_id": str(world.clinic_id)}
    path = f"templates/{(await offered(world))[0]['template_id']}"
    mara, ruth = (world.headers(Role.CLINICAL_LEAD, sub=uuid4()) for _ in range(2))

    async def does(who: dict[str, str], act: str, **more: object) -> httpx.Response:
        return await world.calls.post(f"/v1/{path}/{act}", json=of | more, headers=who)

    mine = (await does(mara, "retire")).json()["done_at"]
    assert (await does(ruth, "retire")).json()["done_at"] is None, "it changed nothing"
    assert (await does(ruth, "restore", undoes=mine)).status_code == 409
    back = await does(mara, "restore", undoes=mine)
    assert (back.status_code, back.json()["retired"]) == (200, False)
    undone = back.json()["done_at"]
    await does(ruth, "retire")
    for act, named in (("restore", mine), ("retire", undone)):
        refused = await does(mara, act, undoes=named)
        assert refused.status_code == 409
        assert "acted on it since; nothing was taken back" in refused.json()["detail"]
    theirs = await does(ruth, "restore")
    assert theirs.json()["retired"] is False
    assert (await does(mara, "retire", undoes=theirs.json()["done_at"])).status_code == 409
    assert (await does(ruth, "retire", undoes=theirs.json()["done_at"])).status_code == 200
