"""`/live`: what changed, as server-sent events: all services' changes in one stream."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Depends, Request
from starlette.responses import StreamingResponse

from services.web.clients import Caller, Services, part, parts
from services.web.problems import SignedOut
from services.web.session import Person, person


NEWS = {  # what a page may ask for: service, kinds of change, and the words for one and for more
    "referrals": ("intake", ("referral_received",), "new referral", "new referrals"),
    "cases": (
        "intake",
        ("case_", "referral_accepted", "referral_rejected"),
        "changed case",
        "changed cases",
    ),
    "diary": (
        "scheduling",
        ("appointment_", "attendance_"),
        "change in the diary",
        "changes in the diary",
    ),
    "ratings": ("progress", ("goal_rated", "rating_"), "new rating", "new ratings"),
    "answers": ("progress", ("measure_",), "new questionnaire", "new questionnaires"),
    "flags": ("progress", ("flag_",), "change in flags", "changes in flags"),
    "progress": ("progress", ("",), "change", "changes"),
    "messages": ("notifications", ("message_",), "new message", "new messages"),
}
# What is told to no listening page is asked for in the person's own name, by its number of changes.
COUNTED = {"concerns": ("/v1/concerns/counts", "change in concerns", "changes in concerns")}
CURRENT: dict[str, tuple[str, dict[str, Any]]] = {  # cheap questions; answers say how current
    "progress": ("/v1/flags", {"state": "open", "limit": 1}),
    "notifications": ("/v1/messages/counts", {}),
}
FRESH_EVERY = 5.0  # seconds between two looks at how current the projection is
RETRY = 1.0
SETTLING = 2.0
QUIET = 15.0  # seconds after which a comment keeps the connection alive


@dataclass(frozen=True)
class Page:
    """What a page shows: kinds of news, and of one case alone or of all."""

    wanted: tuple[str, ...]
    case_id: str | None
    fresh: str = ""
    counted: tuple[str, ...] = ()


@dataclass
class Listening:
    """Which services are not heard yet, and where what is heard goes."""

    silent: set[str]
    queue: asyncio.Queue[str]

    async def hears(self, service: str) -> None:
        """Once all are heard the page is told: from here on it misses nothing."""
        if service in self.silent:
            self.silent.discard(service)
            if not self.silent:
                await self.queue.put(_event("ready", {}))


router = APIRouter(include_in_schema=False)


@router.get("/live")
async def live(
    request: Request,
    news: str = "",
    fresh: str = "",
    case_id: UUID | None = None,
    who: Person = Depends(person),
) -> StreamingResponse:
    """The stream of one page: `news` names what the page shows, comma separated.

    `fresh` is the service whose reader the page's strip is about, where that is not progress.
    """
    wanted = tuple(name for name in news.split(",") if name in NEWS)
    counted = tuple(name for name in news.split(",") if name in COUNTED)
    services: Services = request.app.state.services
    page = Page(wanted, str(case_id) if case_id else None, fresh, counted)
    events = merged(services, who, page)
    return StreamingResponse(
        events, media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def merged(services: Services, who: Person, page: Page) -> AsyncIterator[str]:
    """Changes and freshness in the order in which they come, until the browser leaves.

    It ends with the person's token; the browser asks again, which renews it or signs them out.
    """
    queue: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
    sources = {NEWS[name][0] for name in page.wanted}
    listening = Listening(set(sources), queue)
    tasks = [asyncio.create_task(_follow(services, who, s, page, listening)) for s in sources]
    about = page.fresh or ("progress" if "progress" in sources else "")
    if about in CURRENT:
        look = _look(Caller(services, who.token), who, about, queue)
        tasks.append(asyncio.create_task(look))
    caller = Caller(services, who.token)
    tasks += [asyncio.create_task(_count_of(caller, who, one, queue)) for one in page.counted]
    try:
        yield "retry: 2000\n\n"
        while (left := who.until - time.time()) > 0:
            try:
                yield await asyncio.wait_for(queue.get(), min(QUIET, left))
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        for task in tasks:
            task.cancel()


async def _follow(
    services: Services, who: Person, service: str, page: Page, listening: Listening
) -> None:
    """One service's changes for ever; a service that is away is asked again."""
    headers = {"Authorization": f"Bearer {who.token}", "Accept": "text/event-stream"}
    url = services.url(service, "/v1/changes")
    while True:
        try:
            began = time.monotonic()
            async with services.streams.stream("GET", url, headers=headers) as answer:
                if answer.status_code == 401:
                    await listening.queue.put(_event("signed-out", {}))
                    return
                async for line in answer.aiter_lines():
                    await listening.hears(service)
                    if '"all"' in line and time.monotonic() - began < SETTLING:
                        continue  # the listener's first word; this page was read a moment ago
                    for event in told(line, service, list(page.wanted), page.case_id):
                        await listening.queue.put(event)
        except httpx.HTTPError:
            pass
        await asyncio.sleep(RETRY)


def told(line: str, service: str, wanted: list[str], case_id: str | None = None) -> list[str]:
    """The events for the browser that one line of a service's stream makes: counts only."""
    if not line.startswith("data:"):
        return []
    try:
        change = json.loads(line[5:])
    except ValueError:
        return []
    keys = change.get("keys")
    if case_id and keys is not None and case_id not in keys:
        return []
    counts = {name: _count(change, service, name) for name in wanted}
    return [
        _event("change", {"news": name, "count": count, **_words(name)})
        for name, count in counts.items()
        if count
    ]


def _count(change: dict[str, Any], service: str, name: str) -> int:
    """How many of a service's changes are what `name` stands for."""
    source, beginnings, _, _ = NEWS[name]
    if source != service:
        return 0
    if change.get("all"):
        return 1
    kinds: dict[str, int] = change.get("kinds") or {}
    return sum(n for kind, n in kinds.items() if kind.partition(".")[2].startswith(beginnings))


def _words(name: str) -> dict[str, str]:
    return {"one": NEWS[name][2], "many": NEWS[name][3]}


async def _look(caller: Caller, who: Person, about: str, queue: asyncio.Queue[str]) -> None:
    """How current a service's reader is, every few seconds, with the person's own rights."""
    clinic = who.clinics[0] if who.clinics else None
    path, params = CURRENT[about]
    while True:
        await asyncio.sleep(FRESH_EVERY)
        try:
            found = await part(caller.get(about, path, clinic_id=clinic, **params))
        except SignedOut:
            await queue.put(_event("signed-out", {}))
            return
        if found.value:
            await queue.put(_event("fresh", {"current_to": found.value["current_to"]}))


async def _count_of(caller: Caller, who: Person, name: str, queue: asyncio.Queue[str]) -> None:
    """How much has changed since the last look; with the first one the page is told to compare."""
    path, one, many = COUNTED[name]
    known: dict[str, int] = {}  # by clinic; where somebody may see none there is no number
    while True:
        try:
            found = await parts(*(caller.get("progress", path, clinic_id=c) for c in who.clinics))
        except SignedOut:
            await queue.put(_event("signed-out", {}))
            return
        counted = zip(who.clinics, found, strict=True)
        seen = {clinic: each.value["changes"] for clinic, each in counted if each.value}
        if seen and not known:
            await queue.put(_event("ready", {}))
        if more := sum(seen[clinic] - known.get(clinic, seen[clinic]) for clinic in seen):
            said = {"news": name, "count": more, "one": one, "many": many}
            await queue.put(_event("change", said))
        known |= seen
        await asyncio.sleep(FRESH_EVERY)


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
