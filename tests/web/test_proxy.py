"""What /api passes on, what it keeps back, and what it refuses."""

from collections.abc import Callable

import httpx
import pytest

from tests.web.conftest import Upstream
from tests.web.serving import served, web


Cookie = Callable[..., dict[str, str]]
BEARER = {"Authorization": "Bearer abc"}
OURS = {"Sec-Fetch-Site": "same-origin"}


async def test_a_call_arrives_with_token_key_and_query(
    http: httpx.AsyncClient, upstream: Upstream
) -> None:
    headers = BEARER | {"Idempotency-Key": "k1", "Cookie": "other=1"}
    answer = await http.post("/api/goals/v1/goals?x=a%2Fb", json={"a": 1}, headers=headers)
    assert answer.status_code == 200
    method, path, sent, body = upstream.seen[0]
    assert (method, path, body) == ("POST", "/goals/v1/goals", b'{"a":1}')
    assert sent["authorization"] == "Bearer abc"
    assert sent["idempotency-key"] == "k1"
    assert "cookie" not in sent


async def test_the_answer_comes_back_as_it_was(http: httpx.AsyncClient, upstream: Upstream) -> None:
    told = {"Retry-After": "1", "Tidemark-Event": "e1", "Idempotency-Replayed": "true"}
    upstream.answers["/goals/v1/goals"] = (404, {"title": "Not found"}, told)
    answer = await http.get("/api/goals/v1/goals", headers=BEARER)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert {name: answer.headers[name] for name in told} == told


async def test_the_cookies_token_speaks_for_a_page(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie
) -> None:
    await http.get("/api/goals/v1/goals", headers=signed_in("clinician"))
    _, _, sent, _ = upstream.seen[0]
    assert sent["authorization"].startswith("Bearer ey")


async def test_without_any_token_the_service_itself_refuses(
    http: httpx.AsyncClient, upstream: Upstream
) -> None:
    upstream.answers["/goals/v1/goals"] = (401, {"title": "Not signed in"}, {})
    assert (await http.get("/api/goals/v1/goals")).status_code == 401
    assert "authorization" not in upstream.seen[0][2]


@pytest.mark.parametrize("path", ["/api/goals/v1/goals", "/sign-out", "/desk/appointments"])
async def test_a_change_with_the_cookie_must_come_from_our_own_pages(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str
) -> None:
    for proof in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = await http.post(path, headers=signed_in("front_desk") | proof)
        assert answer.status_code == 403
    assert upstream.seen == []


@pytest.mark.parametrize("proof", [OURS, {"Origin": "http://127.0.0.1:8000"}])
async def test_our_own_pages_may_change_things(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, proof: dict[str, str]
) -> None:
    headers = signed_in("front_desk") | proof
    assert (await http.post("/api/goals/v1/goals", headers=headers)).status_code == 200


async def test_a_call_with_its_own_token_needs_no_such_proof(
    http: httpx.AsyncClient, signed_in: Cookie
) -> None:
    headers = signed_in("front_desk") | BEARER
    assert (await http.post("/api/goals/v1/goals", headers=headers)).status_code == 200


@pytest.mark.parametrize("path", ["/sign-out", "/desk/appointments"])
async def test_a_page_rests_on_the_cookie_whatever_else_is_sent(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, path: str
) -> None:
    headers = signed_in("front_desk") | BEARER | {"Origin": "https://evil.example"}
    assert (await http.post(path, headers=headers)).status_code == 403
    assert upstream.seen == []


async def test_nobody_keeps_what_a_call_answered(
    http: httpx.AsyncClient, upstream: Upstream
) -> None:
    answer = await http.get("/api/progress/v1/cases", headers=BEARER)
    assert answer.headers["cache-control"] == "no-store"
    upstream.answers["/goals/v1/packs"] = (200, {}, {"Cache-Control": "max-age=60"})
    answer = await http.get("/api/goals/v1/packs", headers=BEARER)
    assert answer.headers["cache-control"] == "max-age=60", "unless the service says so"


@pytest.mark.parametrize("name", ["X-Foo", "Idempotency-Key", "Accept-Language"])
async def test_a_header_in_another_alphabet_is_passed_on_as_it_is(
    http: httpx.AsyncClient, upstream: Upstream, name: str
) -> None:
    headers: list[tuple[bytes, bytes]] = [(name.encode(), "Zoë".encode())]
    headers += [(k.encode(), v.encode()) for k, v in BEARER.items()]
    answer = await http.get("/api/goals/v1/goals", headers=headers)
    assert answer.status_code == 200
    assert upstream.seen[0][2][name.lower()].encode("latin-1") == "Zoë".encode()


async def test_a_body_over_a_megabyte_is_cut_off(
    http: httpx.AsyncClient, upstream: Upstream
) -> None:
    for size in ((1 << 20) + 1, 10 << 20):
        answer = await http.post("/api/goals/v1/goals", content=b"x" * size, headers=BEARER)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"
    assert upstream.seen == []
    whole = await http.post("/api/goals/v1/goals", content=b"x" * (1 << 20), headers=BEARER)
    assert whole.status_code == 200


async def test_an_upstream_that_is_down_is_unavailable_for_a_moment() -> None:
    async with (
        served(web("http://127.0.0.1:1")) as front,
        httpx.AsyncClient(base_url=front) as client,
    ):
        answer = await client.post("/api/goals/v1/goals", json={}, headers=BEARER)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_service_that_there_is_not_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/nowhere/v1/goals", headers=BEARER)).status_code == 404


async def test_a_stream_passes_through_while_it_runs(http: httpx.AsyncClient) -> None:
    async with http.stream("GET", "/api/intake/v1/changes", headers=BEARER) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line async for line in answer.aiter_lines() if line.startswith("data:")]
    assert "intake.referral_received" in lines[0]
