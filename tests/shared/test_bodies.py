"""A body that nobody could take at its word is refused, quickly, by the paths of its fields."""

import json

import httpx
import pytest

from shared.problems import MOST
from shared.strict import DEEPEST, SHOWN
from tests.shared.toy import room


JSON = {"Content-Type": "application/json"}


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
    answer = await http.post("/v1/rooms", content=body, headers=JSON)
    assert answer.status_code == status
    assert len(answer.content) < 500


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
    answer = await http.post("/v1/rooms", content=body, headers=JSON)
    assert answer.status_code == 201
