"""On a phone: the menu is whole, a reader's state is seen, and no line begins with a comma."""

from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from services.web.shell.fronts import LEAD
from tests.system.pages import scrolls_sideways, torn_lines
from tests.web.conftest import CLINIC, Upstream
from tests.web.in_a_browser import at
from tests.web.one_case import CASE, Cookie, listed
from tests.web.test_flag_pages import FLAG, flag


pytestmark = pytest.mark.browser
INSIDE = "links => links.every(each => each.getBoundingClientRect().right <= innerWidth)"


async def test_a_leads_whole_menu_is_seen_without_scrolling(
    http: httpx.AsyncClient, signed_in: Cookie, browser: Browser
) -> None:
    async with at(browser, http, signed_in("clinical_lead")["Cookie"]) as page:
        await page.goto("/lead")
        places = page.locator("#places a")
        await expect(places).to_have_count(len(LEAD.places))
        assert await places.evaluate_all(INSIDE)
        assert not await scrolls_sideways(page)


async def test_a_readers_state_stands_within_the_window(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser
) -> None:
    async with at(browser, http, signed_in("operations")["Cookie"]) as page:
        await page.goto("/operations")
        states = page.locator("#streams-table .tm-clock, #streams-table .tm-change")
        await expect(states.first).to_be_visible()
        assert await states.count() > 5
        assert await states.evaluate_all(INSIDE)
        assert not await scrolls_sideways(page)


async def test_what_stands_behind_a_link_never_begins_a_line_with_its_comma(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser
) -> None:
    """Of every length: at some of them the line ends just behind the link."""
    rests: list[dict[str, Any]] = [
        {"event_id": CASE, "type": "goals.goal_rated", "at": "2026-10-01T09:00:00Z"}
        | {"words": f"A goal at 2, rated by {'m' * n}", "subject_id": CASE, "goal_id": None}
        for n in range(1, 30)
    ]
    upstream.answers[f"/progress/v1/flags/{FLAG}"] = (200, flag(rests_on=rests), {})
    upstream.answers["/clinics/v1/clinics"] = listed(
        {"clinic_id": CLINIC, "name": "Northgate", "zone": "Europe/London"}
    )
    async with at(browser, http, signed_in("clinician")["Cookie"]) as page:
        await page.goto(f"/clinician/flags/{FLAG}")
        await page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        assert await page.locator("main li a").count() >= 29
        assert await torn_lines(page) == []
        loose = "links => links.forEach(each => { each.style.display = 'inline-block' })"
        await page.locator("main a").evaluate_all(loose)
        assert await torn_lines(page), "the control: of these lengths one tears"
