"""web in front of a small upstream that tells what it was sent."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from services.web.sealed import seal
from services.web.session import COOKIE
from tests.kit import Issuer
from tests.web.serving import served, web


CLINIC = "5f1f2a51-6a3c-4f0e-9d8e-000000000001"
STAFF = "5f1f2a51-6a3c-4f0e-9d8e-000000000002"


class Upstream:
    """Every service at once: tells what came, or answers as a test wants it to."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str, list[tuple[str, str]]]] = []
        self.hung: set[str] = set()  # services that take a call and never answer
        self.reads_only = False  # no service takes an act
        self.answers: dict[str, tuple[int, Any, dict[str, str]]] = {}
        self.app = FastAPI()
        self.app.add_api_route("/{service}/v1/changes", self._changes)
        methods = ["GET", "POST", "PUT"]
        self.app.add_api_route("/{path:path}", self._answer, methods=methods)

    async def _answer(self, path: str, request: Request) -> Response:
        body = await request.body()
        self.seen.append((request.method, request.url.path, dict(request.headers), body))
        self.asked.append((request.method, request.url.path, request.query_params.multi_items()))
        if path.partition("/")[0] in self.hung:
            await asyncio.Event().wait()
        if self.reads_only and request.method != "GET":
            return Response("{}", 503, media_type="application/problem+json")
        empty: dict[str, Any] = {"items": [], "next": None}
        after = request.query_params.get("after")  # a list's next page has its own answer
        wanted = f"/{path}?after={after}" if after else f"/{path}"
        found = self.answers.get(wanted) or self.answers.get(f"/{path}", (200, empty, {}))
        status, content, headers = found
        kind = "application/json" if status < 400 else "application/problem+json"
        return Response(json.dumps(content), status, headers, media_type=kind)

    async def _changes(self, service: str) -> Response:
        async def told() -> AsyncIterator[str]:
            change = {"clinic_id": CLINIC, "kinds": {f"{service}.referral_received": 2}, "keys": []}
            yield f": listening\n\ndata: {json.dumps(change)}\n\n"

        return StreamingResponse(told(), media_type="text/event-stream")


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture
async def http(upstream: Upstream) -> AsyncIterator[httpx.AsyncClient]:
    """A client of web, without any cookie."""
    async with (
        served(upstream.app) as address,
        served(web(address)) as front,
        httpx.AsyncClient(base_url=front, timeout=120) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def signed_in(issuer: Issuer) -> Any:
    """A cookie of somebody with these roles."""

    def cookie(*roles: str, seen: int = 0, refresh: str = "", **claims: object) -> dict[str, str]:
        said = {"roles": list(roles), "clinics": [CLINIC]} | claims
        token = issuer.token(STAFF, (), (), **said)
        kept = {
            "refresh_token": refresh,
            "access_token": token,
            "name": "Mara Ellis",
            "seen": seen or int(time.time()),
        }
        return {"Cookie": f"{COOKIE}={seal('development', COOKIE, kept)}"}

    return cookie
