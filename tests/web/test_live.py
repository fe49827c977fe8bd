"""The live stream: what of a service's changes a page is told."""

import asyncio
import json
import time
from collections.abc import Callable

import httpx
import pytest

from services.web.clients import connected
from services.web.live import Page, merged, told
from services.web.session import Person
from shared.settings import Settings
from tests.web.conftest import Upstream


CASE, OTHER = "case-1", "case-2"


def line(**change: object) -> str:
    return f"data: {json.dumps(change)}"


def counts(events: list[str]) -> dict[str, int]:
    """What a browser would count."""
    data = [json.loads(event.split("data: ")[1]) for event in events]
    return {one["news"]: one["count"] for one in data}


def test_a_page_hears_only_of_what_it_shows() -> None:
    change = line(kinds={"intake.referral_received": 2, "intake.case_opened": 1}, keys=[CASE])
    assert counts(told(change, "intake", ["referrals", "diary"])) == {"referrals": 2}


def test_the_page_of_a_case_hears_only_of_that_case() -> None:
    change = line(kinds={"progress.flag_raised": 1}, keys=[OTHER])
    assert told(change, "progress", ["flags"], CASE) == []
    unknown = line(kinds={"progress.flag_raised": 1}, keys=None)
    assert counts(told(unknown, "progress", ["flags"], CASE)) == {"flags": 1}


def test_a_listener_that_missed_something_asks_for_all() -> None:
    assert counts(told(line(all=True), "intake", ["referrals", "cases"])) == {
        "referrals": 1,
        "cases": 1,
    }


def test_comments_and_nonsense_are_no_news() -> None:
    assert told(": quiet", "intake", ["referrals"]) == []
    assert told("data: {not json", "intake", ["referrals"]) == []


async def test_a_page_is_told_once_all_its_services_are_heard(
    http: httpx.AsyncClient, signed_in: Callable[..., dict[str, str]]
) -> None:
    headers = signed_in("front_desk")
    async with http.stream("GET", "/live?news=referrals,diary", headers=headers) as answer:
        async for text in answer.aiter_lines():
            if text == "event: ready":
                break
        else:
            raise AssertionError("never ready")


async def test_services_changes_come_in_one_stream(
    http: httpx.AsyncClient, signed_in: Callable[..., dict[str, str]]
) -> None:
    headers = signed_in("front_desk")
    async with http.stream("GET", "/live?news=referrals", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for text in answer.aiter_lines():
            if '"news"' in text:
                break
    assert json.loads(text[5:]) == {
        "news": "referrals",
        "count": 2,
        "one": "new referral",
        "many": "new referrals",
    }


async def test_the_strip_of_messages_follows_their_reader(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Callable[..., dict[str, str]]
) -> None:
    told = {"counts": {}, "current_to": "2026-12-01T10:00:00Z", "lag_seconds": 3.0}
    upstream.answers["/notifications/v1/messages/counts"] = (200, told, {})
    page = await http.get("/desk/messages", headers=signed_in("front_desk"))
    assert 'data-live="/live?news=messages&amp;fresh=notifications"' in page.text
    address = "/live?news=messages&fresh=notifications"
    async with http.stream("GET", address, headers=signed_in("front_desk")) as answer:
        async for line in answer.aiter_lines():
            if line == 'data: {"current_to": "2026-12-01T10:00:00Z"}':
                break
        else:
            pytest.fail("the stream ended")


async def test_an_open_page_of_concerns_hears_of_a_new_one(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Callable[..., dict[str, str]]
) -> None:
    """They are told to no listening page, so it asks; and it is told first to compare."""
    cookie = signed_in("safeguarding_lead")
    page = await http.get("/safeguarding", headers=cookie)
    assert 'data-live="/live?news=concerns"' in page.text
    path = "/progress/v1/concerns/counts"
    upstream.answers[path] = (200, {"open": 0, "changes": 4}, {})
    heard: list[str] = []
    async with http.stream("GET", "/live?news=concerns", headers=cookie) as answer:
        async for text in answer.aiter_lines():
            heard += [text] if text.startswith(("event:", "data:")) else []
            if text == "event: ready":
                upstream.answers[path] = (200, {"open": 1, "changes": 6}, {})
            if '"news"' in text:
                break
    assert (heard[0], heard[-2]) == ("event: ready", "event: change")
    assert json.loads(heard[-1][5:])["count"] == 2


async def test_a_stream_ends_with_the_token_of_whom_it_is_for() -> None:
    async with connected(Settings(kafka="127.0.0.1:1")) as services:
        said = [event async for event in merged(services, holding(0.3), Page((), None))]
        assert said[0] == "retry: 2000\n\n"  # and then, soon, there was no more
        kept = merged(services, holding(600), Page((), None))
        await anext(kept)
        with pytest.raises(TimeoutError):  # the control: nothing ends it
            await asyncio.wait_for(anext(kept), 1)


def holding(seconds: float) -> Person:
    """Somebody whose token holds for so long."""
    return Person("s", "Mara Ellis", frozenset(), (), "t", time.time() + seconds)
