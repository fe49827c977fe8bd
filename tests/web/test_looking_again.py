"""What a page does by itself in a real browser: counts that follow, and nobody's focus taken."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.web.conftest import CLINIC, STAFF, Upstream
from tests.web.in_a_browser import at
from tests.web.test_trials import KNOWN, PATH, found


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


EQUAL = {"equal": 3, "different": 0, "only_live": 0, "only_rebuilt": 0}


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


async def test_who_switched_keeps_the_focus_while_the_page_looks_again_and_hears_the_end(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser
) -> None:
    """The banner that had the focus goes with the first look: its place is the page's heading."""
    path = "/progress/v1/rebuilds/1"
    act = {"act": "switch", "at": "2026-11-24T09:01:00Z", "by": STAFF, "reason": "a trial"}
    compared = rebuild(100) | {"state": "compared", "stand_still": 0, "live": 1} | EQUAL
    upstream.answers[path] = (200, compared, {})
    upstream.answers[f"{path}/switch"] = (202, {}, {})
    async with at(browser, http, signed_in("operations")["Cookie"]) as page:
        await page.goto("/operations/rebuilds/1")
        await page.get_by_label("Type the number of the version").fill("2")
        await page.get_by_label("Reason", exact=True).fill("a trial")
        going = act | {"done_at": None, "outcome": None}
        on_its_way = compared | {"acts": [going], "turning": "switch"}
        upstream.answers[path] = (200, on_its_way, {})
        await page.get_by_role("button", name="Switch to version 2").click()
        await expect(page.locator("#banner")).to_be_focused()
        await expect(page.locator("#banner")).to_have_count(0, timeout=SOON)
        await expect(page.locator("main h1")).to_be_focused()
        ended = act | {"done_at": "2026-11-24T09:02:00Z", "outcome": "done"}
        switched = compared | {"state": "switched", "live": 2, "acts": [ended]}
        upstream.answers[path] = (200, switched, {})
        said = "Switched: everybody reads it"
        await expect(page.locator("#live")).to_have_text(said, timeout=SOON)
        await expect(page.locator("main h1")).to_be_focused()


async def test_what_a_trial_found_has_the_focus_and_is_said(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser
) -> None:
    upstream.answers[f"/clinics/v1/clinics/{CLINIC}/rules"] = (200, KNOWN, {})
    upstream.answers["/intake/v1/cases"] = listed()
    upstream.answers[PATH] = (200, found(), {})
    async with at(browser, http, signed_in("clinical_lead")["Cookie"]) as page:
        await page.goto("/lead/rules")
        await page.get_by_label("Version 2").check(force=True)
        await page.get_by_role("button", name="Try it on the past").click()
        heading = "14 more flags, 9 fewer, over 120 cases."
        await expect(page.locator("#h-trial")).to_have_text(heading)
        await expect(page.locator("#h-trial")).to_be_focused()
        await expect(page.locator("#live")).to_have_text(heading)
