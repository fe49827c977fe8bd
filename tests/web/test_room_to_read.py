"""What stands where, as a browser draws it: nothing hidden above, torn apart, or over another."""

from itertools import pairwise
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.web.conftest import CLINIC, Upstream
from tests.web.in_a_browser import at
from tests.web.one_case import listed
from tests.web.one_desk import AHEAD, Cookie, one_desk
from tests.web.test_trials import KNOWN, RULE


pytestmark = pytest.mark.browser
STUCK: dict[str, Any] = {
    "name": "weeks", "words": "weeks without change", "unit": "weeks", "default": 6, "lowest": 2,
    "highest": 26, "source": "suggestion", "value": 6,
}  # fmt: skip
NAMES = ("GOAL_STALLED", "NOT_ON_TRACK", "DETERIORATION", "DNA_2", "DISENGAGED")
RULES = [
    RULE | {"rule": name, "versions": [RULE["versions"][0]], "parameters": [STUCK]}
    for name in NAMES
]
TOPS = "all => all.map(each => each.getBoundingClientRect().top)"
MIDDLE = "e => { const r = e.getBoundingClientRect(); return (r.top + r.bottom) / 2 }"
# Of each line of keys: from where to where its caps reach.
CAPS = """
rows => rows.map(row => [...row.querySelectorAll('kbd')].map(cap => cap.getBoundingClientRect()))
    .map(caps => [Math.min(...caps.map(c => c.top)), Math.max(...caps.map(c => c.bottom))])
"""


@pytest.fixture
def rules(upstream: Upstream) -> None:
    """A clinic with several rules, each with one number."""
    upstream.answers[f"/clinics/v1/clinics/{CLINIC}/rules"] = (200, KNOWN | {"rules": RULES}, {})
    upstream.answers[f"/clinics/v1/clinics/{CLINIC}/calendar"] = (200, {"in_force": None}, {})
    upstream.answers["/intake/v1/cases"] = listed()


async def follow_the_error(page: Page, rule: str) -> str:
    """Send a number that is too large, and go where the summary says; the field's id."""
    field = f"{rule}-weeks"
    await page.locator(f"[id='{field}']").fill("99")
    await page.get_by_role("button", name="Try it on the past").click()
    link = page.locator("#error-summary a").first
    await expect(link).to_be_visible()
    await link.click()
    await expect(page.locator(f"[id='{field}']")).to_be_focused()
    return field


@pytest.mark.parametrize("width", [390, 1280])
async def test_an_error_that_is_linked_to_is_seen_with_its_label(
    http: httpx.AsyncClient, rules: None, signed_in: Cookie, browser: Browser, width: int
) -> None:
    async with at(browser, http, signed_in("clinical_lead")["Cookie"]) as page:
        await page.set_viewport_size({"width": width, "height": 600})
        await page.goto("/lead/rules")
        field = await follow_the_error(page, NAMES[2])
        assert await page.evaluate("scrollY") > 0
        above = page.locator(f"label[for='{field}'], [id='{field}-error'], [id='{field}-hint']")
        assert await above.count() == 3
        assert min(await above.evaluate_all(TOPS)) >= 0


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_rules_name_and_its_box_stand_on_one_line(
    http: httpx.AsyncClient, rules: None, signed_in: Cookie, browser: Browser, width: int
) -> None:
    async with at(browser, http, signed_in("clinical_lead")["Cookie"]) as page:
        await page.set_viewport_size({"width": width, "height": 800})
        await page.goto("/lead/rules")
        row = page.locator(".tm-row--head").first
        top = (await row.evaluate_all(TOPS))[0]
        name, on = row.locator(".tm-flag"), row.get_by_text("On:")
        assert (await name.evaluate_all(TOPS))[0] - top < 4, "no blank above the name"
        if width > 768:
            assert abs(await name.evaluate(MIDDLE) - await on.evaluate(MIDDLE)) < 3


async def test_the_caps_of_keys_do_not_overlap(
    http: httpx.AsyncClient, signed_in: Cookie, browser: Browser
) -> None:
    async with at(browser, http, signed_in("clinical_lead")["Cookie"]) as page:
        await page.set_viewport_size({"width": 1280, "height": 800})
        await page.goto("/lead")
        await page.evaluate("document.getElementById('shortcuts').showModal()")
        caps = await page.locator("#shortcuts dl > div").evaluate_all(CAPS)
        assert len(caps) > 4
        gaps = [top - bottom for (_, bottom), (top, _) in pairwise(caps)]
        assert min(gaps) >= 2


async def test_the_diary_says_all_of_a_room_and_tears_no_look_from_its_words(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser
) -> None:
    one_desk(upstream)
    [visit] = upstream.answers["/scheduling/v1/appointments"][1]["items"]
    night = AHEAD.replace(month=1, hour=3, minute=30, second=0, microsecond=0)  # no summer time
    visit |= {"starts_at": night.isoformat(), "ends_at": night.replace(hour=4).isoformat()}
    async with at(browser, http, signed_in("front_desk")["Cookie"]) as page:
        await page.goto(f"/desk?day={night.date().isoformat()}")
        room = page.locator(".tm-rooms__row", has_text="Room 1")
        await expect(room).to_contain_text("Booked outside these hours: 03:30 to 04:30")
        for width in range(320, 420, 10):
            await page.set_viewport_size({"width": width, "height": 800})
            looks = page.locator(".tm-legend")
            assert await looks.count() == 4
            lines = "all => all.map(each => each.getClientRects().length)"
            assert await looks.evaluate_all(lines) == [1] * 4, width
