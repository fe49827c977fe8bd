"""Messages: who was told what and when; the mailbox in which development's messages end."""

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from services.web import words
from services.web.cases import Case, by_id
from services.web.clients import Part, parts
from services.web.counts import NOT_DELIVERED
from services.web.directory import Clinic
from services.web.freshness import freshness
from services.web.visit import Visit


SERVICE, LIST, ADDRESS = "notifications", "/v1/messages", "/desk/messages"
FIRST = ("failed", "unknown", "queued", "sending", "sent", "suppressed")
SHOWN = ("failed", "unknown", "queued", "sending", "sent")  # what went out, or should have
ALL = "all"
AT_ONCE = 50


async def messages(visit: Visit) -> Response:
    """What was not delivered first, then the newest, page by page; what was held back apart."""
    clinic = await visit.clinic()
    query = visit.request.query_params
    wish = query.get("state") if query.get("state") in (*FIRST, ALL) else None
    failed, listed, cases = await _asked(visit, clinic, wish, query.get("after") or None)
    named = by_id(cases.items)
    value = listed.value or {}
    names = {m["message_id"]: recipient(m, clinic, named) for m in failed.items + listed.items}
    counts = value.get("counts") or {}
    return visit.page(
        "desk/messages.html",
        title="Messages",
        clinic=clinic,
        fresh=freshness("Messages", listed.value, visit.now),
        listed=listed,
        failed=failed.items,
        names=names,
        groups=grouped(listed.items, names),
        picks=picks(counts, wish),
        held=0 if wish else counts.get("suppressed", 0),
        pager=pager(wish, query.get("after"), value.get("next")),
        counts={"messages": sum(counts.get(state, 0) for state in NOT_DELIVERED)},
        live="messages&fresh=notifications",
    )


async def _asked(
    visit: Visit, clinic: Clinic, wish: str | None, after: str | None
) -> tuple[Part, ...]:
    """What was not delivered, for the first page of all; a page of the list; the cases' names."""
    about: dict[str, Any] = {"clinic_id": clinic.clinic_id}
    bad = _none() if wish or after else visit.api.every(SERVICE, LIST, state=NOT_DELIVERED, **about)
    page: dict[str, Any] = {"state": states(wish), "after": after, "limit": AT_ONCE, **about}
    return await parts(
        bad, visit.api.get(SERVICE, LIST, **page), visit.api.every("intake", "/v1/cases", **about)
    )


def states(wish: str | None) -> str | tuple[str, ...] | None:
    """What the service is asked for: what went out unless somebody wants all, or one state."""
    return SHOWN if wish is None else None if wish == ALL else wish


async def _none() -> dict[str, Any]:
    return {"items": []}


def grouped(items: list[dict[str, Any]], names: dict[str, str]) -> list[list[dict[str, Any]]]:
    """Messages that say the same to the same person, one after another, stand together."""

    def same(item: dict[str, Any]) -> tuple[Any, ...]:
        about = (item["purpose"], item["channel"], item["state"], item["reason"])
        return (names[item["message_id"]], *about)

    return [list(each) for _, each in groupby(items, key=same)]


def picks(counts: dict[str, int], chosen: str | None) -> list[tuple[str, str, bool]]:
    """The filters with their counts, of all messages and not of those on the page."""
    out = sum(counts.get(state, 0) for state in SHOWN)
    some = {state for state in FIRST if counts.get(state)} | {chosen}
    if counts.get("sent") == out and chosen != "sent":
        some -= {"sent"}  # the first choice says the same
    first = (f"Sent or to be sent {out}", ADDRESS, chosen is None)
    whole = (f"All {sum(counts.values())}", f"{ADDRESS}?state={ALL}", chosen == ALL)
    states_ = [
        (
            f"{words.MESSAGE_STATES[state]} {counts.get(state, 0)}",
            f"{ADDRESS}?state={state}",
            chosen == state,
        )
        for state in FIRST
        if state in some
    ]
    return [first, *states_, whole]


def pager(wish: str | None, after: str | None, following: str | None) -> list[tuple[str, str]]:
    """Links to the newest page and to the older one, where there are such."""
    kept = {"state": wish} if wish else {}
    links = []
    if after:
        links.append(("Newest", _address(kept)))
    if following:
        links.append(("Older", _address(kept | {"after": following})))
    return links


def _address(query: dict[str, str]) -> str:
    return f"{ADDRESS}?{urlencode(query)}" if query else ADDRESS


def recipient(item: dict[str, Any], clinic: Clinic, cases: dict[str, Case]) -> str:
    """To whom, by name."""
    whom = item["recipient"]
    if whom["kind"] == "staff":
        return clinic.who(whom["id"])
    known = {c["client_id"]: c for case in cases.values() for c in case.clients}
    return words.names([known[whom["id"]]]) if whom["id"] in known else "a client"
