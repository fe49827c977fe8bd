"""The counts in the navigation: of what waits, the same on every page of a front end."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from services.web.clients import Caller
from services.web.operations.log_ends import LogEnds
from services.web.operations.streams import look
from services.web.problems import Problem, Refused
from services.web.shell.fronts import Front


WITHIN = 1.0  # seconds; a count that is not there by then is left out, the page is not
NOT_DELIVERED = ("failed", "unknown")
Counts = dict[str, int]


class Asking(Protocol):
    """Who asks for counts, and where: what a visit knows."""

    @property
    def api(self) -> Caller:
        """The services, asked in the person's name."""

    @property
    def front(self) -> Front:
        """The front end of the page."""

    @property
    def state(self) -> Any:
        """What the application keeps."""

    @property
    def staff_id(self) -> str:
        """Who is signed in."""

    def clinic_id(self) -> str:
        """The clinic that the page is about."""


async def counts_of(who: Asking, known: Counts) -> Counts:
    """All counts of the front end's places; those that the page itself has found are taken."""
    wanted = {place.count for place in who.front.places if place.count} - set(known)
    asked = {ASKED[who.front.prefix, name] for name in wanted}
    found = await asyncio.gather(*(_one(ask, who) for ask in asked))
    merged = {name: n for each in found for name, n in each.items()}
    return merged | known


async def _one(ask: Callable[[Asking], Awaitable[Counts]], who: Asking) -> Counts:
    """A count is no reason for a page to fail or to wait."""
    try:
        return await ask(who)
    except (Problem, Refused):
        return {}


async def _referrals(who: Asking) -> Counts:
    path, clinic_id = "/v1/referrals/counts", who.clinic_id()
    told = await who.api.get("intake", path, within=WITHIN, clinic_id=clinic_id)
    return {"referrals": told.get("received", 0)}


async def _messages(who: Asking) -> Counts:
    path, clinic_id = "/v1/messages/counts", who.clinic_id()
    told = await who.api.get("notifications", path, within=WITHIN, clinic_id=clinic_id)
    counts = told.get("counts", {})
    return {"messages": sum(counts.get(state, 0) for state in NOT_DELIVERED)}


async def _own_flags(who: Asking) -> Counts:
    """The open ones of the clinician's cases, and those that were given to them."""
    return await _flags(who, whose=who.staff_id)


async def _all_flags(who: Asking) -> Counts:
    """The clinic's open ones."""
    return await _flags(who, clinic_id=who.clinic_id())


async def _flags(who: Asking, **about: Any) -> Counts:
    told = await who.api.get("progress", "/v1/flags/counts", within=WITHIN, **about)
    return {"flags": told["open"]} if "open" in told else {}


async def _concerns(who: Asking) -> Counts:
    """Those that are not done with; only the safeguarding lead's own pages have this place."""
    about = {"clinic_id": who.clinic_id()}
    told = await who.api.every("progress", "/v1/concerns", within=WITHIN, **about)
    return {"concerns": sum(each["state"] != "closed" for each in told["items"])}


async def _streams(who: Asking) -> Counts:
    """Services that are not current, and what is set aside."""
    ends: LogEnds = who.state.log_ends
    return (await look(who.api, ends, who.state.streams_known)).counts


ASKED: dict[tuple[str, str], Callable[[Asking], Awaitable[Counts]]] = {
    ("desk", "referrals"): _referrals,
    ("desk", "messages"): _messages,
    ("clinician", "flags"): _own_flags,
    ("lead", "flags"): _all_flags,
    ("safeguarding", "concerns"): _concerns,
    ("operations", "late"): _streams,
    ("operations", "parked"): _streams,
}
