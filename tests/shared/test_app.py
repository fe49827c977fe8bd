"""Every call: one transaction, one answer, one form of failure."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from shared.events.words import Role
from shared.problems import MOST
from shared.settings import Settings
from shared.strict import DEEPEST, SHOWN
from tests.kit import Issuer, client, fresh_settings, service_database
from tests.servers import PostgresServer
from tests.shared import toy


CLINIC = uuid4()
CANARY = "zebra-canary"


@pytest.fixture(scope="module")
async def settings(postgres: PostgresServer) -> Settings:
    made = fresh_settings(postgres)
    await service_database(made, "clinics")
    return made


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
async def http(settings: Settings, issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with client(toy.service, settings, issuer) as calls:
        calls.headers.update(issuer.headers(uuid4(), Role.CLINICAL_LEAD, CLINIC))
        yield calls


async def events(settings: Settings) -> int:
    connection = await asyncpg.connect(settings.database("clinics", "owner"))
    try:
        count: int = await connection.fetchval("select count(*) from outbox")
        return count
    finally:
        await connection.close()


def room(**fields: object) -> dict[str, object]:
    return {"clinic_id": str(CLINIC), "seats": 4} | fields


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


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{not json", 400),
        (b'{"seats": NaN}', 400),
        (b'{"note": "\xff"}', 400),
        (b'{"note": "\\u0000"}', 400),
        (b'{"seats": 3, "seats": 0}', 400),
        (b"[" * 100_000, 400),
        (b'{"note": "' + b"x" * 10_000_000 + b'"}', 413),
    ],
)
async def test_what_is_not_json_is_refused(
    http: httpx.AsyncClient, body: bytes, status: int
) -> None:
    answer = await http.post(
        "/v1/rooms", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status
    assert len(answer.content) < 500


JSON = {"Content-Type": "application/json"}
PATHS = ["note.a", "doors.1.b"]
TWICE, VAST, NUL = "names a field twice", "too large", "NUL"


@pytest.mark.parametrize(
    ("body", "why", "named"),
    [
        (b'{"seats": 3, "note": "", "seats": 0}', TWICE, ["seats"]),
        (b'{"my door": 1, "my door": 2}', TWICE, ["(unknown)"]),
        (b'{"note": {"a": 1, "a": 1}, "doors": [0, {"b": [], "b": 2}]}', TWICE, PATHS),
        (b'{"seats": ' + b"9" * 5_000 + b"}", VAST, ["seats"]),
        (b'{"seats": 1e999, "doors": [1, ' + b"9" * 41 + b"]}", VAST, ["seats", "doors.1"]),
        (b'{"a": 1, "a": 1, "seats": 1e999}', TWICE, ["a"]),
        (rb'{"note": "a\u0000b"}', NUL, ["note"]),
        (rb'{"seats": 3, "doors": ["north", "\u0000"]}', NUL, ["doors.1"]),
        (rb'{"inside": {"note": "\u0000"}}', NUL, ["inside.note"]),
        (rb'{"my door\u0000": 1}', NUL, ["(unknown)"]),
        (rb'["\u0000"]', NUL, ["0"]),
        (rb'"\u0000"', NUL, ["body"]),
    ],
)
async def test_an_odd_body_is_refused_by_the_paths_of_its_fields(
    http: httpx.AsyncClient, body: bytes, why: str, named: list[str]
) -> None:
    answer = await http.post("/v1/rooms", content=body, headers=JSON)
    assert (answer.status_code, b"my door" in answer.content) == (400, False)
    assert why in answer.json()["detail"]
    assert [each["field"] for each in answer.json()["errors"]] == named


async def test_of_many_oddities_some_are_named_and_of_a_long_way_its_beginning(
    http: httpx.AsyncClient,
) -> None:
    deep = b"[" * 300 + b"1e999," * 100_000 + b"1e999" + b"]" * 300
    late = b"[" + b"1," * 60_000 + b"1e999]"
    for body, named in ((deep, [".".join(["0"] * DEEPEST)]), (late, ["body"])):
        answer = await http.post("/v1/rooms", content=body, headers=JSON)
        assert answer.status_code == 400
        assert [each["field"] for each in answer.json()["errors"]] == named
    many = b"[" + b"1e999," * 500 + b"1]"
    answer = await http.post("/v1/rooms", content=many, headers=JSON)
    assert len(answer.json()["errors"]) == SHOWN


async def test_of_many_fields_that_nobody_knows_some_are_named(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/rooms", json={f"a{n}": n for n in range(5_000)})
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == MOST
    assert "and more" in answer.json()["detail"]


async def test_an_odd_body_that_nobody_can_read_to_its_end(http: httpx.AsyncClient) -> None:
    body = b'[{"a": 1, "a": 1}, ' + b"[" * 100_000
    answer = await http.post("/v1/rooms", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["detail"]) == (400, "The body is not JSON.")


@pytest.mark.parametrize("number", ["3." + "1" * 60, "1e300"])
async def test_a_number_that_can_be_held_is_held_against_its_field(
    http: httpx.AsyncClient, number: str
) -> None:
    body = json.dumps(room(seats=0)).replace('"seats": 0', f'"seats": {number}').encode()
    answer = await http.post("/v1/rooms", content=body, headers=JSON)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["seats"]


async def test_a_text_may_speak_of_nul(http: httpx.AsyncClient) -> None:
    body = json.dumps(room(note="\\u0000 is NUL")).encode()
    answer = await http.post(
        "/v1/rooms", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 201


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
