"""What a page does by itself in a real browser: counts that follow, and nobody's focus taken."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.in_a_browser import at


pytestmark = pytest.mark.browser

Cookie = Callable[..., dict[str, str]]
SOON = 30_000  # milliseconds: a busy machine, and counts that are not looked up at each change


def listed(*items: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    return 200, {"items": list(items), "next": None}, {}


def referral() -> dict[str, Any]:
    return {
        "case_id": STAFF, "case_number": "TM-1", "clients": [], "urgency": "routine",
        "modality": "individual", "sender": "a", "sender_reference": "r",
        "received_at": "2026-11-24T09:00:00Z",
    }  # fmt: skip


async def test_the_count_beside_referrals_follows_a_newcomer(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser
) -> None:
    zone = {"clinic_id": CLINIC, "name": "Northgate", "zone": "Europe/London"}
    upstream.answers["/clinics/v1/clinics"] = listed(zone)
    async with at(browser, http, signed_in("front_desk")["Cookie"]) as page:
        await page.goto("/desk/referrals")
        place = page.locator('#places a[href="/desk/referrals"]')
        await expect(place).to_have_text("Referrals")
        # The upstream announces a newcomer to whoever listens; now there is one.
        upstream.answers["/intake/v1/referrals"] = listed(referral())
        await expect(place).to_have_text("Referrals1 open", timeout=SOON)
        # Rows stay as they are until somebody asks for them.
        await expect(page.get_by_text("No referral waits.")).to_be_visible()


def rebuild(done: int) -> dict[str, Any]:
    return {
        "number": 1, "version": 2, "previous": 1, "state": "building", "automatic": False,
        "events_done": done, "events_total": 100, "events_per_second": None, "seconds_left": None,
        "equal": None, "different": None, "only_live": None, "only_rebuilt": None, "problem": None,
        "asked_at": "2026-11-24T09:00:00Z", "compared_at": None, "switched_at": None,
        "reason": "a trial", "acts": [], "differences": [], "by_reason": [],
    }  # fmt: skip


async def test_a_page_that_looks_again_by_itself_takes_nobodys_focus(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser
) -> None:
    upstream.answers["/progress/v1/rebuilds/1"] = (200, rebuild(10), {})
    focused = "document.activeElement.tagName + (document.activeElement.textContent || '').trim()"
    async with at(browser, http, signed_in("operations")["Cookie"]) as page:
        await page.goto("/operations/rebuilds/1")
        for done, on in ((20, "BODY"), (30, "ARebuilds")):
            upstream.answers["/progress/v1/rebuilds/1"] = (200, rebuild(done), {})
            await expect(page.get_by_text(f"{done} of 100 events")).to_be_visible(timeout=SOON)
            assert (await page.evaluate(focused)).startswith(on)
            await page.locator("main").get_by_role("link", name="Rebuilds", exact=True).focus()
