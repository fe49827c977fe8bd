"""Referrals: taken once, with a receipt, or refused with the fields that cannot be right."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from shared.events.words import Role
from tests.intake.desk import CANARY, Desk, fields, person


async def test_a_referral_gets_a_number_and_a_receipt_for_its_very_bytes(desk: Desk) -> None:
    body = json.dumps(desk.referral()).encode()
    headers = desk.partner | {"content-type": "application/json"}
    answer = await desk.http.post("/v1/referrals", content=body, headers=headers)
    assert answer.status_code == 201
    said = answer.json()
    assert said["status"] == "received"
    assert said["case_number"].startswith("TM-")
    assert said["receipt"]["sha256"] == hashlib.sha256(body).hexdigest()
    assert said["receipt"]["received_at"].endswith("Z")
    [event] = await desk.rows("select * from outbox where key = $1", said["case_id"])
    assert event["type"] == "intake.referral_received"
    assert answer.headers["tidemark-event"] == str(event["id"])


async def test_the_same_call_again_is_answered_byte_for_byte(desk: Desk) -> None:
    body, headers = desk.referral(), desk.partner | {"Idempotency-Key": str(uuid4())}
    first = await desk.send(body, headers)
    again = await desk.send(body, headers)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    changed = await desk.send(body | {"urgency": "urgent"}, headers)
    assert changed.status_code == 422


async def test_the_same_reference_and_content_give_the_first_answer(desk: Desk) -> None:
    body = desk.referral()
    first, again = await desk.send(body), await desk.send(body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert "tidemark-event" not in again.headers
    written_otherwise = dict(reversed(body.items())) | {"clinic_id": None}
    assert (await desk.send(written_otherwise)).json() == first.json()


async def test_another_body_under_the_same_reference_is_a_conflict(desk: Desk) -> None:
    body = desk.referral()
    await desk.send(body)
    changed = await desk.send(body | {"reason": "anxiety"})
    assert changed.status_code == 409
    another_sender = desk.person(Role.PARTNER, desk.north, sub="other surgery")
    assert (await desk.send(body, another_sender)).status_code == 201


async def test_a_reference_used_at_a_clinic_that_the_contract_no_longer_names_still_counts(
    desk: Desk,
) -> None:
    both = desk.person(Role.PARTNER, desk.north, desk.south, sub="wide surgery")
    body = desk.referral(clinic_id=str(desk.south))
    assert (await desk.send(body, both)).status_code == 201
    north_only = desk.person(Role.PARTNER, desk.north, sub="wide surgery")
    moved = await desk.send(body | {"clinic_id": str(desk.north)}, north_only)
    assert moved.status_code == 409


@pytest.mark.parametrize("keyed", [True, False])
async def test_fifty_at_once_make_one_case(desk: Desk, keyed: bool) -> None:
    body = desk.referral()
    headers = desk.partner | ({"Idempotency-Key": str(uuid4())} if keyed else {})
    answers = await asyncio.gather(*(desk.send(body, headers) for _ in range(50)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["case_id"] for answer in answers}) == 1
    assert len({json.dumps(answer.json()["receipt"]) for answer in answers}) == 1
    found = await desk.rows(
        "select 1 from referral where sender_reference = $1", body["sender_reference"]
    )
    assert len(found) == 1
    events = await desk.rows("select 1 from outbox where key = $1", answers[0].json()["case_id"])
    assert len(events) == 1


async def test_many_different_ones_at_once_get_different_numbers(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.send(desk.referral()) for _ in range(20)))
    assert len({answer.json()["case_number"] for answer in answers}) == 20


async def test_a_partner_of_one_clinic_need_not_name_it(desk: Desk) -> None:
    body = desk.referral()
    del body["clinic_id"]
    answer = await desk.send(body)
    assert answer.status_code == 201
    found = await desk.get(f"referrals/{answer.json()['case_id']}", desk.desk)
    assert found.json()["clinic_id"] == str(desk.north)
    for who in (desk.person(Role.PARTNER, desk.north, desk.south), desk.desk):
        refused = await desk.send(desk.referral(clinic_id=None), who)
        assert fields(refused) == (422, {"clinic_id"})


async def test_a_clinic_outside_the_contract_or_unknown_is_refused_alike(desk: Desk) -> None:
    outside = await desk.send(desk.referral(clinic_id=str(desk.south)))
    unknown = await desk.send(desk.referral(clinic_id=str(uuid4())))
    never_opened = uuid4()
    promised = desk.person(Role.PARTNER, never_opened)
    not_there = await desk.send(desk.referral(clinic_id=str(never_opened)), promised)
    for answer in (outside, unknown, not_there):
        assert fields(answer) == (422, {"clinic_id"})
    assert outside.content == unknown.content == not_there.content


def couple(**given: Any) -> list[dict[str, Any]]:
    return [person(), person(**given)]


def contact(kind: str, value: str) -> list[dict[str, Any]]:
    return [person(contacts=[{"kind": kind, "value": value, "safe": True}])]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"modality": "crowd"}, "modality"),
        ({"urgency": None}, "urgency"),
        ({"reason": ""}, "reason"),
        ({"reason": CANARY * 20}, "reason"),
        ({"note": CANARY * 400}, "note"),
        ({"status": "accepted"}, "status"),
        ({"sender": "somebody"}, "sender"),
        ({"clinic_id": CANARY}, "clinic_id"),
        ({"clients": []}, "clients"),
        ({"clients": [person()] * 13, "modality": "group"}, "clients"),
        ({"clients": couple()}, "clients"),
        ({"modality": "couple"}, "clients"),
        ({"clients": [person(given_name=7)]}, "clients.0.given_name"),
        ({"clients": [person(family_name=" ")]}, "clients.0.family_name"),
        ({"clients": [person(language=CANARY + "!")]}, "clients.0.language"),
        ({"clients": [person(date_of_birth="29.02.1988")]}, "clients.0.date_of_birth"),
        ({"clients": [person(date_of_birth="1893-01-01")]}, "clients.0.date_of_birth"),
        (
            {"clients": couple(date_of_birth="2999-01-01"), "modality": "couple"},
            "clients.1.date_of_birth",
        ),
        ({"clients": [person(client_id=str(uuid4()))]}, "clients.0.client_id"),
        ({"clients": contact("email", CANARY)}, "clients.0.contacts.0.value"),
        (
            {"clients": contact("email", f"a@{CANARY}.example\nbcc: b@example.org")},
            "clients.0.contacts.0.value",
        ),
        ({"clients": contact("mobile", CANARY)}, "clients.0.contacts.0.value"),
        ({"clients": contact("phone", "12")}, "clients.0.contacts.0.value"),
        ({"clients": contact("pigeon", CANARY)}, "clients.0.contacts.0.kind"),
        (
            {"clients": [person(contacts=[{"kind": "post", "value": "1 High Street"}])]},
            "clients.0.contacts.0.safe",
        ),
        (
            {"clients": [person(contacts=[{"kind": "post", "value": "x", "safe": "yes"}])]},
            "clients.0.contacts.0.safe",
        ),
    ],
)
async def test_what_cannot_be_right_is_refused_by_field_and_not_repeated(
    desk: Desk, given: dict[str, Any], field: str
) -> None:
    answer = await desk.send(desk.referral(**given))
    assert fields(answer) == (422, {field})
    assert answer.headers["content-type"] == "application/problem+json"
    assert CANARY not in answer.text
    assert not await desk.rows("select 1 from referral where clinic_id = $1", desk.north)


@pytest.mark.parametrize("field", ["sender_reference", "modality", "urgency", "reason", "clients"])
async def test_a_missing_field_is_named(desk: Desk, field: str) -> None:
    body = desk.referral()
    del body[field]
    answer = await desk.send(body)
    assert fields(answer) == (422, {field})
    assert answer.json()["errors"][0]["message"] == "is needed"


async def test_a_date_of_birth_is_in_the_future_by_the_clinics_own_day(desk: Desk) -> None:
    at_south = datetime.now(UTC).astimezone(ZoneInfo("Pacific/Auckland")).date()
    partner = desk.person(Role.PARTNER, desk.south)
    for born, status in ((at_south, 201), (at_south + timedelta(days=1), 422)):
        body = desk.referral(
            clinic_id=str(desk.south), clients=[person(date_of_birth=born.isoformat())]
        )
        assert (await desk.send(body, partner)).status_code == status


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"reason": "\xff\xfe"}', 400),
        (b"{not json", 400),
        (b'{"clients": NaN}', 400),
        (b'{"reason": "a\\u0000b"}', 400),
        (b"[" * 100_000, 400),
        (b'"' + b"x" * (10 << 20) + b'"', 413),
        (b"[]", 422),
        (b"7", 422),
    ],
    ids=["utf8", "json", "nan", "nul", "deep", "10 MB", "list", "number"],
)
async def test_a_body_that_is_no_referral_is_refused(desk: Desk, body: bytes, status: int) -> None:
    headers = desk.partner | {"content-type": "application/json"}
    answer = await desk.http.post("/v1/referrals", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_another_type_than_json_is_refused(desk: Desk) -> None:
    answer = await desk.http.post("/v1/referrals", data={"reason": "x"}, headers=desk.partner)
    assert answer.status_code == 415
