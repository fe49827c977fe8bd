"""Callers over HTTP: what is answered with a 201 is certain, and is asked for until it is."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.clock import utcnow
from shared.settings import Settings
from tests.campaign.facts import Rated
from tests.campaign.load import AGAIN, Load


ANSWERS_IN = 300.0  # a broker that was killed may take a minute on a busy machine
TRANSIENT = {404, 429, 502, 503, 504}  # 404: the service has not heard of it yet


@asynccontextmanager
async def caller(settings: Settings, service: str, token: str) -> AsyncIterator[httpx.AsyncClient]:
    """Calls to one service as one person."""
    headers = {"Authorization": f"Bearer {token}"}
    address = settings.url_of(service)
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=15) as http:
        yield http


async def rate(
    load: Load, http: httpx.AsyncClient, dice: random.Random, stop: asyncio.Event
) -> None:
    """One caller: a case of its own, a goal, and ratings of it, each until it is answered."""
    course = await load.begin(load.course(dice, utcnow()))
    facts = load.ledger.cases[course.case_id]
    body = {"kind": "resilience", "title": "campaign", "owner": "client", "target": 8}
    ids = {"case_id": str(course.case_id), "client_id": str(course.client_id)}
    goal = UUID((await answered(http, "/v1/goals", {**body, **ids}))[0]["goal_id"])
    ratings = facts.goals[goal] = []
    while not stop.is_set():
        value = dice.randrange(4, 11)
        rating = {"value": value, "rated_by": "client", "client_id": str(course.client_id)}
        said, event = await answered(http, f"/v1/goals/{goal}/ratings", rating)
        ratings.append(Rated(UUID(said["rating_id"]), event, value, utcnow()))
        load.ledger.answered.add(said["rating_id"])
        with suppress(TimeoutError):
            async with asyncio.timeout(AGAIN):
                await stop.wait()


async def asked(http: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """The content of a 200, however often it takes."""
    end = time.monotonic() + ANSWERS_IN
    while True:
        with suppress(httpx.TransportError):
            answer = await http.get(path)
            if answer.status_code == 200:
                found: dict[str, Any] = answer.json()
                return found
        assert time.monotonic() < end, f"{path}: no answer in {ANSWERS_IN} s"
        await asyncio.sleep(AGAIN)


async def answered(
    http: httpx.AsyncClient, path: str, body: dict[str, object]
) -> tuple[dict[str, str], UUID | None]:
    """The content of a 201, with the same key however often it takes, and its event if known."""
    key, end = {"Idempotency-Key": str(uuid4())}, time.monotonic() + ANSWERS_IN
    while True:
        with suppress(httpx.TransportError):
            answer = await http.post(path, json=body, headers=key)
            if answer.status_code not in TRANSIENT:
                assert answer.status_code == 201, f"{path}: {answer.status_code} {answer.text}"
                event = answer.headers.get("Tidemark-Event")
                return answer.json(), UUID(event) if event else None
        assert time.monotonic() < end, f"{path}: no definite answer in {ANSWERS_IN} s"
        await asyncio.sleep(AGAIN)
