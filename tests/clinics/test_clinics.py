"""Clinics, rooms and staff: opened once, joined once, seen by their own people only."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.clinics.api import router
from shared.events.words import Role
from shared.keyring import Keyring, open_sealed
from tests.clinics.house import House


def kinds(events: list[Any]) -> list[str]:
    return [event["type"].partition(".")[2] for event in events]


def fields(answer: Any) -> tuple[int, set[str]]:
    return answer.status_code, {error["field"] for error in answer.json()["errors"]}


async def test_a_clinic_opens_once_with_its_first_settings(house: House) -> None:
    await house.open()  # the seed may run twice
    assert kinds(await house.events()) == ["clinic_opened", "clinic_settings_changed"]
    page = (await house.get("clinics", house.desk)).json()
    assert page == {
        "items": [
            {
                "clinic_id": str(house.north),
                "name": "Northgate",
                "zone": "Europe/London",
                "session_minutes": 50,
            }
        ],
        "next": None,
    }


async def test_who_belongs_to_two_clinics_sees_both_by_name_page_by_page(house: House) -> None:
    nowhere = house.issuer.headers(uuid4(), Role.CLINICIAN)
    assert (await house.get("clinics", nowhere)).json()["items"] == []
    both = house.issuer.headers(uuid4(), Role.CLINICIAN, house.north, house.south)
    first = (await house.get("clinics", both, limit=1)).json()
    second = (await house.get("clinics", both, limit=1, after=first["next"])).json()
    assert [page["items"][0]["name"] for page in (first, second)] == ["Harbour", "Northgate"]
    assert second["next"] is None


async def test_a_room_opens_and_is_listed_in_its_clinic_only(house: House) -> None:
    opened = await house.post("rooms", {"clinic_id": str(house.north), "name": "Blue room"})
    assert opened.status_code == 201
    room = opened.json()
    assert (await house.get("rooms", house.desk)).json()["items"] == [room]
    assert (await house.get("rooms", house.south_lead)).json()["items"] == []
    event = (await house.events())[-1]
    assert event["type"] == "clinics.room_opened"
    assert json.loads(event["data"])["room_id"] == room["room_id"]
    assert opened.headers["tidemark-event"] == str(event["id"])


async def test_operations_sees_its_own_colleagues_by_name_and_nobody_else(house: House) -> None:
    ours = house.joining(roles=["operations"], name="Sam Okafor")
    for body in (ours, house.joining()):
        assert (await house.post("staff", body)).status_code == 201
    listed = (await house.get("staff/operations", house.operations)).json()["items"]
    assert listed == [{"staff_id": ours["staff_id"], "name": "Sam Okafor"}]
    stranger = house.person(Role.OPERATIONS, house.south)
    assert (await house.get("staff/operations", stranger)).json()["items"] == []


async def test_staff_join_once_and_their_contact_travels_sealed(house: House) -> None:
    body = house.joining()
    joined, again = await house.post("staff", body), await house.post("staff", body)
    assert (joined.status_code, again.json()) == (201, joined.json())
    other = await house.post("staff", body | {"name": "Another"})
    assert other.status_code == 409
    event = (await house.events())[-1]
    assert kinds(await house.events())[2:] == ["staff_joined"]
    assert b"zebra" not in event["data"].lower()
    staff_id = UUID(body["staff_id"])
    keyring = Keyring(house.settings, "worker")
    sealed = json.loads(event["data"])["contact"]
    contact = open_sealed(await keyring.fetch(staff_id), staff_id, "contact", sealed)
    await keyring.close()
    assert isinstance(contact, str)
    assert json.loads(contact) == {"name": body["name"], "email": body["email"]}
    [listed] = (await house.get("staff", house.desk, clinic_id=str(house.north))).json()["items"]
    assert (listed["name"], listed["roles"]) == (body["name"], ["clinician"])
    found = (await house.get("staff", house.desk, ids=body["staff_id"])).json()["items"]
    assert found == [listed]
    assert (await house.get("staff", house.desk, ids=str(uuid4()))).json()["items"] == []


async def test_roles_change_and_people_leave(house: House) -> None:
    body = house.joining()
    await house.post("staff", body)
    path, north = f"staff/{body['staff_id']}", str(house.north)
    change = {"clinic_id": north, "roles": ["front_desk", "clinician"]}
    changed, again = [await house.post(f"{path}/roles", change) for _ in range(2)]
    assert changed.json()["roles"] == ["front_desk", "clinician"]
    assert again.json() == changed.json()
    leaving = {"clinic_id": north, "last_day": "2026-12-31"}
    left, once_more = [await house.post(f"{path}/leave", leaving) for _ in range(2)]
    assert left.json()["last_day"] == "2026-12-31"
    assert once_more.status_code == 200
    later = await house.post(f"{path}/leave", leaving | {"last_day": "2027-01-31"})
    assert later.status_code == 409
    assert kinds(await house.events())[2:] == [
        "staff_joined",
        "staff_roles_changed",
        "staff_left",
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"roles": []}, "roles"),
        ({"roles": ["partner"]}, "roles"),
        ({"roles": ["owner"]}, "roles.0"),
        ({"email": "zebra-canary"}, "email"),
        ({"name": ""}, "name"),
        ({"staff_id": "7"}, "staff_id"),
        ({"last_day": "2026-01-01"}, "last_day"),
    ],
)
async def test_nobody_joins_with_what_cannot_be_right(
    house: House, given: dict[str, Any], field: str
) -> None:
    answer = await house.post("staff", house.joining(**given))
    assert fields(answer) == (422, {field})
    assert "zebra" not in answer.text
    assert kinds(await house.events()) == ["clinic_opened", "clinic_settings_changed"]


def acts(house: House, clinic: UUID, staff: str) -> list[tuple[str, str, Any]]:
    place = {"clinic_id": str(clinic)}
    settings = {
        "version": 1,
        "zone": "Europe/London",
        "session_minutes": 50,
        "crisis_texts": {"en": "Call 999 if you are in danger now."},
        "sender_name": "The Practice",
    }
    return [
        ("POST", "/rooms", place | {"name": "Blue room"}),
        ("POST", "/staff", house.joining(**place)),
        ("POST", f"/staff/{staff}/roles", place | {"roles": ["clinician"]}),
        ("POST", f"/staff/{staff}/leave", place | {"last_day": "2026-12-31"}),
        ("PUT", f"/clinics/{clinic}/settings", settings),
        ("GET", f"/clinics/{clinic}/settings", None),
    ]


async def test_another_clinic_is_the_same_bytes_as_none(house: House) -> None:
    body = house.joining()
    await house.post("staff", body)
    real = acts(house, house.north, body["staff_id"])
    made_up = acts(house, uuid4(), str(uuid4()))
    for (method, path, given), (_, nowhere, other) in zip(real, made_up, strict=True):
        there = await house.http.request(method, f"/v1{path}", json=given, headers=house.south_lead)
        none = await house.http.request(
            method, f"/v1{nowhere}", json=other, headers=house.south_lead
        )
        assert there.status_code == 404, path
        assert there.content == none.content
    assert kinds(await house.events())[2:] == ["staff_joined"]


async def test_each_call_is_open_to_its_roles_only(house: House) -> None:
    readers = {
        "/clinics": {"lead", "desk", "sees", "operations"},
        "/rooms": {"lead", "desk", "sees"},
        "/staff": {"lead", "desk", "sees"},
        "/staff/operations": {"operations"},
        f"/clinics/{house.north}/rules": {"lead"},
        f"/clinics/{house.north}/calendar": {"lead", "desk", "sees"},
    }
    table: list[tuple[str, str, Any, set[str]]] = [
        ("GET", path, None, roles) for path, roles in readers.items()
    ]
    for method, path, body in acts(house, house.north, str(uuid4())):
        roles = {"lead", "desk", "sees"} if method == "GET" else {"lead"}
        table.append((method, path, body, roles))
    changed = [f"/clinics/{house.north}/{what}" for what in ("rules", "calendar")]
    table += [("PUT", path, {}, {"lead"}) for path in changed]
    assert len(table) == len(router.routes) - 1  # one is for everybody: test_respondent_texts
    for method, path, body, roles in table:
        for role in ("lead", "desk", "sees", "operations", "partner"):
            answer = await house.http.request(
                method, f"/v1{path}", json=body, headers=getattr(house, role)
            )
            assert (answer.status_code != 403) == (role in roles), (method, path, role)
