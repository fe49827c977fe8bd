"""Calls to the services with a person's own token: several at once, each with a time limit."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from services.web.problems import Away, NoFrontEnd, NotThere, Problem, Refused, SignedOut
from shared.settings import Settings


SERVICES = frozenset({"clinics", "intake", "scheduling", "goals", "notifications", "progress"})
READ_LIMIT = 2.0  # seconds; then the page says that a part is away
ACT_LIMIT = 10.0
CONNECT_LIMIT = 1.0
PATIENCE = 2.0  # seconds that a 404 may mean "not heard of yet" after an own act
PAUSE = 0.1
PAGE = 200  # the longest list a service gives at once


@dataclass(frozen=True)
class Part:
    """One service's answer within a page; the rest of the page stands without it."""

    value: Any = None
    away: bool = False
    since: float | None = None  # seconds since the service last answered, where that is known

    @property
    def items(self) -> list[dict[str, Any]]:
        """The items of a list, none when it is away."""
        return list(self.value["items"]) if self.value else []


@dataclass(frozen=True)
class Done:
    """An act that was carried out: its answer, and the event to wait for."""

    answer: dict[str, Any]
    event: str | None


@dataclass
class Services:
    """The services' addresses, the connections to them, and when each answered last."""

    settings: Settings
    http: httpx.AsyncClient
    streams: httpx.AsyncClient
    answered: dict[str, float] = field(default_factory=dict)

    def url(self, service: str, path: str) -> str:
        """The address of a call."""
        return f"{self.settings.url_of(service)}{path}"


@asynccontextmanager
async def connected(settings: Settings) -> AsyncIterator[Services]:
    """Services with open connections; idle ones are dropped before a service drops them.

    Each service has a pool of its own: before every call httpx looks at all connections of a pool.
    """
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2.0)
    unbounded = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    calls = _client(settings, limits, 30.0)
    streams = _client(settings, unbounded, 60.0)
    async with calls, streams:
        yield Services(settings, calls, streams)


def _client(settings: Settings, limits: httpx.Limits, seconds: float) -> httpx.AsyncClient:
    pools = {settings.url_of(each): httpx.AsyncHTTPTransport(limits=limits) for each in SERVICES}
    timeout = httpx.Timeout(seconds, connect=CONNECT_LIMIT * settings.web_waits)
    return httpx.AsyncClient(mounts=pools, limits=limits, timeout=timeout)


@dataclass(frozen=True)
class Caller:
    """The services, asked in one person's name; in nobody's, where the token is empty.

    Who did not answer a question in time is not waited for again for as long: the parts of a page
    that come one after the other would else add up.
    """

    services: Services
    token: str
    silent: dict[str, float] = field(default_factory=dict, compare=False)

    async def get(
        self,
        service: str,
        path: str,
        *,
        patient: bool = False,
        within: float = READ_LIMIT,
        **params: Any,
    ) -> Any:
        """A question; its parameters are the service's own, `within` is how long it may take.

        `patient`: after an own act, ask again for two seconds while not there.
        """
        given = {key: value for key, value in params.items() if value is not None}

        async def ask() -> httpx.Response:
            return await self._send(service, "GET", path, within, params=given)

        answer = await (_patiently(ask) if patient else ask())
        return _checked(answer).json()

    async def file(self, service: str, path: str) -> bytes:
        """The bytes of a download."""
        return _checked(await self._send(service, "GET", path, ACT_LIMIT)).content

    async def every(self, service: str, path: str, **params: Any) -> dict[str, Any]:
        """A whole list, page by page, in the shape of one page."""
        items: list[Any] = []
        unreadable = 0
        after: str | None = None
        while True:
            page = await self.get(service, path, **{**params, "limit": PAGE, "after": after})
            items += page["items"]
            unreadable += page.get("unreadable", 0)
            after = page.get("next")
            if after is None:
                return {**page, "items": items, "unreadable": unreadable}

    async def act(
        self,
        service: str,
        path: str,
        body: Any,
        key: str | None = None,
        method: str = "POST",
        within: float = ACT_LIMIT,
    ) -> Done:
        """An act; the same key makes it happen once, however often it is sent."""
        headers = {"Idempotency-Key": key} if key else {}

        async def ask() -> httpx.Response:
            return await self._send(service, method, path, within, json=body, headers=headers)

        answer = _checked(await _patiently(ask))
        return Done(answer.json(), answer.headers.get("Tidemark-Event"))

    async def _send(
        self, service: str, method: str, path: str, within: float, **given: Any
    ) -> httpx.Response:
        named = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers = {**named, **given.pop("headers", {})}
        url = self.services.url(service, path)
        again, limit = method == "GET" or "Idempotency-Key" in headers, self._limit(within)
        if method == "GET" and time.monotonic() - self.silent.get(service, -math.inf) < limit:
            raise self._away(service)
        try:
            async with asyncio.timeout(limit):
                answer = await self._answer(method, url, again, headers=headers, **given)
        except (httpx.TransportError, TimeoutError) as error:
            if isinstance(error, TimeoutError):
                self.silent[service] = time.monotonic()
            raise self._away(service) from error
        if answer.status_code >= 500:
            raise self._away(service)
        self.services.answered[service] = time.time()
        return answer

    async def _answer(self, method: str, url: str, again: bool, **given: Any) -> httpx.Response:
        """What a service answers; asked once more where it closed the kept connection meanwhile."""
        try:
            return await self.services.http.request(method, url, **given)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            if not again:  # it may have been done, and nothing would make it happen once only
                raise
        return await self.services.http.request(method, url, **given)

    def _limit(self, within: float) -> float:
        return within * self.services.settings.web_waits

    def _away(self, service: str) -> Away:
        last = self.services.answered.get(service)
        return Away(time.time() - last if last else None)


async def _patiently(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """A service that has not yet read what it depends on answers 404: ask again for a while."""
    end = time.monotonic() + PATIENCE
    while True:
        answer = await ask()
        if answer.status_code != 404 or time.monotonic() > end:
            return answer
        await asyncio.sleep(PAUSE)


def _checked(answer: httpx.Response) -> httpx.Response:
    """The answer if it is one; else the failure's name."""
    match answer.status_code:
        case status if status < 300:
            return answer
        case 401:
            raise SignedOut
        case 403:
            raise NoFrontEnd
        case 404:
            raise NotThere
        case status:
            raise Refused(status, _problem(answer))


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        problem = answer.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}


async def part(call: Awaitable[Any]) -> Part:
    """One part of a page: its answer, or that it is away. Signed out is the whole page's matter."""
    try:
        return Part(await call)
    except SignedOut:
        raise
    except Away as away:
        return Part(away=True, since=away.since)
    except (Problem, Refused):
        return Part(away=True)


async def parts(*calls: Awaitable[Any]) -> tuple[Part, ...]:
    """Several parts at once."""
    return tuple(await asyncio.gather(*(part(call) for call in calls)))
