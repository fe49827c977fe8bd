"""Who sees what: another clinic's and another clinician's rows are as if they were not there."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.intake.api import router
from shared.events.words import Role
from tests.intake.desk import Desk


ACCEPT = {"clinician_id": "7d1a2b9e-6a1c-4a3b-9a55-0d6c8a1d2e3f"}
# Every call on one record: method, path, body, and the roles that may use it at all.
RECORDS: list[tuple[str, str, dict[str, str] | None, set[str]]] = [
    ("GET", "/referrals/{case_id}", None, {"desk", "sees", "lead"}),
    ("GET", "/referrals/{case_id}/receipt", None, {"desk", "partner"}),
    ("POST", "/referrals/{case_id}/accept", ACCEPT, {"desk"}),
    ("POST", "/referrals/{case_id}/reject", {"reason": "not our area"}, {"desk"}),
    ("GET", "/clients/{client_id}", None, {"desk", "sees", "lead"}),
    ("GET", "/cases/{case_id}", None, {"desk", "sees", "lead"}),
    ("POST", "/cases/{case_id}/close", {"end_code": "46"}, {"desk", "sees"}),
]
LISTS: list[tuple[str, str, set[str]]] = [
    ("GET", "/referrals", {"desk", "sees", "lead"}),
    ("GET", "/clients", {"desk", "sees", "lead"}),
    ("GET", "/cases", {"desk", "sees", "lead"}),
]
COUNTS = ("GET", "/referrals/counts", {"desk", "sees", "lead"})
NUMBERS = ("GET", "/referrals/numbers", {"operations"})
SENDING = ("POST", "/referrals", {"desk", "partner"})
ROLES = ("desk", "sees", "lead", "operations", "partner")


def test_every_call_stands_in_these_tables() -> None:
    written = {(method, path) for method, path, *_ in [*RECORDS, *LISTS, COUNTS, NUMBERS, SENDING]}
    routes = {
        (method, route.path)  # type: ignore[attr-defined]
        for route in router.routes
        for method in route.methods  # type: ignore[attr-defined]
    }
    assert routes == written


async def call(
    desk: Desk, method: str, path: str, body: Any, who: dict[str, str]
) -> httpx.Response:
    return await desk.http.request(method, f"/v1{path}", json=body, headers=who)


@pytest.mark.parametrize(("method", "path", "body", "roles"), RECORDS)
async def test_a_record_of_another_clinic_is_the_same_bytes_as_none(
    desk: Desk, method: str, path: str, body: Any, roles: set[str]
) -> None:
    said = await desk.accepted()
    real = {"case_id": said["case_id"], "client_id": said["clients"][0]["client_id"]}
    made_up = {"case_id": uuid4(), "client_id": uuid4()}
    strangers = [desk.south_desk, desk.south_sees] if "sees" in roles else [desk.south_desk]
    if "sees" in roles:
        strangers.append(desk.other_sees)  # the same clinic, another caseload
    for stranger in strangers:
        there = await call(desk, method, path.format(**real), body, stranger)
        nowhere = await call(desk, method, path.format(**made_up), body, stranger)
        assert (there.status_code, there.headers["retry-after"]) == (404, "1")
        assert there.content == nowhere.content
        headers = [dict(one.headers) for one in (there, nowhere)]
        assert headers[0] == headers[1]


@pytest.mark.parametrize(("method", "path", "body", "roles"), RECORDS)
async def test_each_call_is_open_to_its_roles_only(
    desk: Desk, method: str, path: str, body: Any, roles: set[str]
) -> None:
    place = path.format(case_id=uuid4(), client_id=uuid4())
    for role in ROLES:
        answer = await call(desk, method, place, body, getattr(desk, role))
        assert answer.status_code == (404 if role in roles else 403), role
    assert (await desk.http.request(method, f"/v1{place}", json=body)).status_code == 401


@pytest.mark.parametrize(("method", "path", "roles"), LISTS)
async def test_lists_are_open_to_their_roles_and_hold_only_what_each_may_see(
    desk: Desk, method: str, path: str, roles: set[str]
) -> None:
    mine = await desk.accepted()
    ids = mine["clients"][0]["client_id"] if path == "/clients" else mine["case_id"]
    for role in ROLES:
        answer = await desk.get(path[1:], getattr(desk, role), ids=ids)
        assert answer.status_code == (200 if role in roles else 403), role
        if role in roles:
            assert len(answer.json()["items"]) == 1
    for stranger in (desk.south_desk, desk.south_sees, desk.other_sees):
        answer = await desk.get(path[1:], stranger, ids=ids)
        assert answer.json()["items"] == []


async def test_counts_hold_only_what_the_caller_may_see(desk: Desk) -> None:
    await desk.accepted()
    for role in ROLES:
        answer = await desk.get("referrals/counts", getattr(desk, role))
        assert answer.status_code == (200 if role in COUNTS[2] else 403), role
    assert (await desk.get("referrals/counts", desk.sees)).json()["accepted"] == 1
    for stranger in (desk.south_desk, desk.south_sees, desk.other_sees):
        counted = (await desk.get("referrals/counts", stranger)).json()
        assert set(counted.values()) == {0}


async def test_operations_sees_a_cases_number_and_clinic_and_nobodys_name(desk: Desk) -> None:
    said = await desk.accepted()
    case_id, number = said["case_id"], said["case_number"]
    for role in ROLES:
        answer = await desk.get(NUMBERS[1][1:], getattr(desk, role), ids=case_id)
        assert answer.status_code == (200 if role in NUMBERS[2] else 403), role
    told = {"case_id": case_id, "case_number": number, "clinic_id": str(desk.north)}
    for asked in ({"ids": case_id}, {"number": number}, {"number": number.lower()}):
        answer = await desk.get(NUMBERS[1][1:], desk.operations, **asked)
        assert answer.json()["items"] == [told]
    for asked in ({"ids": str(uuid4())}, {"number": "TM-0"}):
        answer = await desk.get(NUMBERS[1][1:], desk.operations, **asked)
        assert answer.json()["items"] == []
    refused = await desk.get(NUMBERS[1][1:], desk.operations)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "ids")


async def test_no_number_of_another_clinic_is_told(desk: Desk) -> None:
    said = await desk.accepted()
    stranger = desk.person(Role.OPERATIONS, desk.south)
    for asked in ({"ids": said["case_id"]}, {"number": said["case_number"]}):
        answer = await desk.get(NUMBERS[1][1:], stranger, **asked)
        assert answer.json()["items"] == []


async def test_sending_is_open_to_partners_and_front_desk(desk: Desk) -> None:
    for role in ROLES:
        answer = await desk.send(desk.referral(), getattr(desk, role))
        assert answer.status_code == (201 if role in SENDING[2] else 403), role


async def test_a_clinic_named_by_a_stranger_lists_nothing(desk: Desk) -> None:
    await desk.accepted()
    for path in ("referrals", "cases"):
        answer = await desk.get(path, desk.south_desk, clinic_id=str(desk.north))
        assert answer.json() == {"items": [], "next": None}
