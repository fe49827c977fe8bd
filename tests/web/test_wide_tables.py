"""Tables on a phone: one that is wider than the page shows it, one of sentences has even edges."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from services.web import templates
from tests.system.pages import scrolls_sideways, violations
from tests.web.conftest import CLINIC, Upstream
from tests.web.in_a_browser import at
from tests.web.one_case import Cookie, listed
from tests.web.test_trials import KNOWN, PATH, found


WIDE_TABLE = re.compile(r'(.{0,60})<table class="nhsuk-table nhsuk-table--compact">', re.S)
# Where the text of each cell begins, row by row.
BEGINS = """rows => rows.map(row => [...row.children].map(cell => {
  const words = document.createRange();
  words.selectNodeContents(cell.querySelector(".tm-cell") || cell);
  const first = words.getClientRects()[0];
  return [Math.round(first.left), Math.round(first.top)];
}))"""


@pytest.fixture
async def tried(
    http: httpx.AsyncClient, upstream: Upstream, signed_in: Cookie, browser: Browser
) -> AsyncIterator[Page]:
    """A lead's phone with a trial whose figures by rule are wider than the page."""
    one = {"rule": "NOT_ON_TRACK", "before": 3, "after": 16, "more": 14, "fewer": 1}
    one |= {"rises": 0, "falls": 0, "sooner": 2, "later": 0}
    upstream.answers[f"/clinics/v1/clinics/{CLINIC}/rules"] = (200, KNOWN, {})
    upstream.answers["/intake/v1/cases"] = listed()
    upstream.answers[PATH] = (200, found(rules=[one, one | {"rule": "DNA_1"}]), {})
    async with at(browser, http, signed_in("clinical_lead")["Cookie"]) as page:
        await page.goto("/lead/rules")
        await page.get_by_role("checkbox").uncheck()
        await page.get_by_role("button", name="Try it on the past").click()
        await page.locator("summary", has_text="By rule").click()
        yield page


def test_every_table_that_is_not_stacked_on_a_phone_stands_where_it_can_be_scrolled() -> None:
    standing = [
        (path.name, before)
        for path in sorted(Path(templates.__file__).parent.rglob("*.html"))
        for before in WIDE_TABLE.findall(path.read_text())
    ]
    assert len(standing) > 1
    assert [name for name, before in standing if not re.search(r"scrolls\(.*%}$", before)] == []


async def test_a_table_wider_than_the_page_is_named_and_scrolled_by_keys(
    tried: Page, axe: str
) -> None:
    table = tried.get_by_role("region", name="What would become of each rule’s flags")
    assert await table.evaluate("e => e.scrollWidth > e.clientWidth")
    await tried.locator("summary", has_text="By rule").press("Tab")
    await expect(table).to_be_focused()
    await tried.keyboard.press("ArrowRight")
    await tried.wait_for_function("e => e.scrollLeft > 0", arg=await table.element_handle())
    assert not await scrolls_sideways(tried)
    assert await violations(tried, axe) == []


async def test_its_edge_is_seen_and_where_no_shadows_are_drawn_a_sentence_is(tried: Page) -> None:
    table, said = tried.locator(".tm-scroll"), tried.locator(".tm-scroll__say")
    looks = await table.evaluate(
        "e => [getComputedStyle(e).backgroundAttachment, getComputedStyle(e).backgroundImage]"
    )
    assert looks[0] == "local, local, scroll, scroll", "covers go with the content, edges stay"
    assert looks[1].count("linear-gradient") == 4
    await expect(said).to_be_hidden()
    await tried.emulate_media(forced_colors="active")
    await expect(said).to_have_text("What is wider than the page scrolls sideways.")
    await expect(said).to_be_visible()


async def test_when_something_broke_has_one_left_edge_on_a_phone_and_one_height_a_row_on_a_desk(
    http: httpx.AsyncClient, signed_in: Cookie, browser: Browser
) -> None:
    async with at(browser, http, signed_in("operations")["Cookie"]) as page:
        await page.goto("/operations/runbook")
        rows = page.locator("main tbody tr")
        phone = await rows.evaluate_all(BEGINS)
        assert len(phone) > 10
        assert len({left for row in phone for left, _ in row}) == 1
        await page.set_viewport_size({"width": 1280, "height": 900})
        desk = await rows.evaluate_all(BEGINS)
        assert [len({top for _, top in row}) for row in desk] == [1] * len(desk)
        assert len({left for row in desk for left, _ in row}) == 3, "the control: three columns"
