"""Every call: one transaction, one answer, one form of failure."""

import asyncio
import json
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from shared.events.words import Role
from shared.settings import Settings
from tests.kit import Issuer, only_read
from tests.shared.toy import CLINIC, room


CANARY = "zebra-canary"


async def events(settings: Settings) -> int:
    connection = await asyncpg.connect(settings.database("clinics", "owner"))
    try:
        count: int = await connection.fetchval("select count(*) from outbox")
        return count
    finally:
        await connection.close()


async def test_an_act_answers_with_its_event(http: httpx.AsyncClient, settings: Settings) -> None:
    before = await events(settings)
    answer = await http.post("/v1/rooms", json=room())
    assert answer.status_code == 201
    assert str(UUID(answer.headers["tidemark-event"])) == answer.headers["tidemark-event"]
    assert await events(settings) == before + 1


async def test_the_same_key_gives_the_same_answer_byte_for_byte(
    http: httpx.AsyncClient, settings: Settings
) -> None:
    key, before = {"Idempotency-Key": "a-key"}, await events(settings)
    first = await http.post("/v1/rooms", json=room(), headers=key)
    again = await http.post("/v1/rooms", json=room(), headers=key)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["tidemark-event"] == first.headers["tidemark-event"]
    assert await events(settings) == before + 1


async def test_fifty_at_once_under_one_key_do_it_once(
    http: httpx.AsyncClient, settings: Settings
) -> None:
    key, before = {"Idempotency-Key": str(uuid4())}, await events(settings)
    answers = await asyncio.gather(
        *(http.post("/v1/rooms", json=room(), headers=key) for _ in range(50))
    )
    assert {answer.content for answer in answers} == {answers[0].content}
    assert await events(settings) == before + 1


async def test_the_same_key_with_another_body_is_refused(http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    await http.post("/v1/rooms", json=room(), headers=key)
    other = await http.post("/v1/rooms", json=room(seats=5), headers=key)
    assert other.status_code == 422
    assert other.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_a_key_belongs_to_its_caller(
    http: httpx.AsyncClient, issuer: Issuer, settings: Settings
) -> None:
    key, before = {"Idempotency-Key": str(uuid4())}, await events(settings)
    await http.post("/v1/rooms", json=room(), headers=key)
    stranger = issuer.headers(uuid4(), Role.CLINICAL_LEAD, CLINIC)
    await http.post("/v1/rooms", json=room(seats=7), headers=key | stranger)
    assert await events(settings) == before + 2


async def test_who_may_less_by_now_is_not_shown_the_answer_again(
    http: httpx.AsyncClient, issuer: Issuer
) -> None:
    key, me = {"Idempotency-Key": str(uuid4())}, uuid4()
    full, none = issuer.headers(me, Role.CLINICAL_LEAD, CLINIC), issuer.headers(me, Role.FRONT_DESK)
    first = await http.post("/v1/rooms", json=room(), headers=key | full)
    again = await http.post("/v1/rooms", json=room(), headers=key | none)
    assert (first.status_code, again.status_code) == (201, 422)
    assert again.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_a_failure_leaves_nothing_and_is_not_kept(
    http: httpx.AsyncClient, settings: Settings
) -> None:
    key, before = {"Idempotency-Key": str(uuid4())}, await events(settings)
    for _ in range(2):
        answer = await http.post("/v1/rooms", json=room(seats=101), headers=key)
        assert answer.status_code == 409
        assert answer.json()["seats"] == 100
        assert "idempotency-replayed" not in answer.headers
    assert await events(settings) == before


async def test_a_bug_says_nothing_about_what_came(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/rooms", json=room(seats=-1, note=CANARY))
    assert answer.status_code == 500
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"seats": "7"}, "seats"),
        ({"seats": True}, "seats"),
        ({"seats": 7.0}, "seats"),
        ({"seats": None}, "seats"),
        ({"quiet": "true"}, "quiet"),
        ({"clinic_id": CANARY}, "clinic_id"),
        ({"since": "2026-12-01T10:00+01:00"}, "since"),
        ({"since": "2026-12-01"}, "since"),
        ({"since": "1763000000"}, "since"),
        ({"since": 1763000000}, "since"),
        ({"opened": 86400}, "opened"),
        ({"opened": "86400"}, "opened"),
        ({"opened": "2026-12-01T10:00"}, "opened"),
        ({"colour": CANARY}, "colour"),
        ({f"{CANARY} said": 1}, "(unknown)"),
    ],
)
async def test_a_wrong_field_is_named_and_never_repeated(
    http: httpx.AsyncClient, fields: dict[str, object], wrong: str
) -> None:
    answer = await http.post("/v1/rooms", json=room(**fields))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [wrong]
    assert CANARY not in answer.text


async def test_a_missing_field_is_named(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/rooms", json={"seats": 3})
    assert answer.json()["errors"] == [{"field": "clinic_id", "message": "is needed"}]


async def test_an_address_is_not_mended_by_sending_somebody_elsewhere(
    http: httpx.AsyncClient,
) -> None:
    answer = await http.post("/v1/rooms/", json=room())
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_another_kind_of_body_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/rooms", content=b"seats=3", headers={"Content-Type": "text/csv"})
    assert answer.status_code == 415


async def test_every_404_has_the_same_bytes(http: httpx.AsyncClient) -> None:
    one, two = [await http.get(f"/v1/rooms/{uuid4()}") for _ in range(2)]
    assert one.status_code == 404
    assert one.headers["retry-after"] == "1"
    assert one.content == two.content
    assert one.headers == two.headers


async def test_a_role_that_may_not_is_403(http: httpx.AsyncClient, issuer: Issuer) -> None:
    desk = issuer.headers(uuid4(), Role.FRONT_DESK, CLINIC)
    answer = await http.post("/v1/rooms", json=room(), headers=desk)
    assert answer.status_code == 403


async def test_nothing_is_written_for_a_clinic_that_is_not_the_callers(
    http: httpx.AsyncClient, settings: Settings
) -> None:
    await http.post("/v1/rooms", json=room())
    connection = await asyncpg.connect(settings.database("clinics", "api"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("select * from outbox")
    finally:
        await connection.close()


async def test_the_api_page_describes_the_call(http: httpx.AsyncClient) -> None:
    page = await http.get("/docs")
    described = json.loads((await http.get("/openapi.json")).content)
    assert page.status_code == 200
    assert "cdn" not in page.text
    assert "/v1/rooms" in described["paths"]


async def test_a_database_that_only_reads_answers_what_it_can(
    http: httpx.AsyncClient, settings: Settings
) -> None:
    """And as soon as there is one that can be written, no old connection is kept."""
    key, body = {"Idempotency-Key": str(uuid4())}, room()
    async with only_read(settings, "clinics"):
        refused = await http.post("/v1/rooms", json=body, headers=key)
        assert (refused.status_code, refused.json()["title"]) == (503, "Unavailable")
    before = await events(settings)
    assert (await http.post("/v1/rooms", json=body, headers=key)).status_code == 201
    assert await events(settings) == before + 1
