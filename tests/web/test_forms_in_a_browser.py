"""Forms in a real browser: what a choice opens, and what is copied, also where no script runs."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from services.web.sealed import seal
from tests.web.conftest import Upstream
from tests.web.in_a_browser import at
from tests.web.one_case import PAGE, one_case


pytestmark = pytest.mark.browser

LINK = "5f1f2a51-6a3c-4f0e-9d8e-000000000006"
ADDRESS = "/respond/the-token-of-a-link-that-is-long-enough-to-be-cut"
Cookie = Callable[..., dict[str, str]]


@pytest.mark.parametrize("script", [True, False])
async def test_the_levels_of_a_goal_stand_open_once_they_are_chosen(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser, script: bool
) -> None:
    one_case(upstream)
    async with at(browser, http, signed_in("clinician")["Cookie"], script=script) as page:
        await page.goto(f"{PAGE}/goals/new")
        worst, target = page.locator('[name="level.-2"]'), page.get_by_text("Target, 0 not at all")
        await expect(worst).to_be_hidden()
        await expect(target).to_be_visible()
        await page.get_by_label("Five described levels").check(force=True)
        await expect(worst).to_be_visible()
        await expect(target).to_be_hidden()
        await page.get_by_label("The goal, in the client’s own words").fill("Walk")
        await page.get_by_role("button", name="Save the goal").click()
        await expect(page.get_by_role("link", name="Describe the level").first).to_be_visible()
        await expect(worst).to_be_visible()


async def on_the_link(page: Page) -> Any:
    await page.goto(f"{PAGE}/links/{LINK}")
    field = page.get_by_label("Address")
    # All of it is seen: nothing lies outside the field, to either side or below.
    cut = "e => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight"
    assert not await field.evaluate(cut)
    return field


@pytest.mark.parametrize("script", [True, False])
async def test_the_address_of_a_link_is_whole_and_can_be_copied(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser, script: bool
) -> None:
    one_case(upstream)
    kept = {"link_id": LINK, "address": ADDRESS, "expires_at": "2030-11-08T10:00:00Z"}
    sealed = seal("development", "tidemark_link", kept)
    cookies = f"{signed_in('clinician')['Cookie']}; tidemark_link={sealed}"
    async with at(browser, http, cookies, script=script) as page:
        field = await on_the_link(page)
        copy = page.locator("[data-copy]")
        if not script:
            await expect(copy).to_be_hidden()
            return
        await copy.click()
        await expect(copy).to_have_text("Copied")
        assert await page.evaluate("navigator.clipboard.readText()") == await field.input_value()
        assert ADDRESS in await field.input_value()
