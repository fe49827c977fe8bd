"""A client on a phone in a real browser: by keyboard alone, without script; then with script."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.respond.conftest import Place
from tests.system.pages import scrolls_sideways, violations


pytestmark = pytest.mark.browser

LARGE_TEXT = "document.documentElement.style.fontSize = '200%'"


@asynccontextmanager
async def on_a_phone(
    browser: Browser, place: Place, *, script: bool, width: int = 390
) -> AsyncIterator[Page]:
    """A phone's browser that has never been here."""
    size: Any = {"width": width, "height": 844}
    context = await browser.new_context(
        base_url=place.url, viewport=size, java_script_enabled=script, locale="en-GB"
    )
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def tab_to(page: Page, name: str, role: Any = "button") -> None:
    """Go on by the tabulator until a control has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(40):
        if await wanted.evaluate("e => e === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached")


async def answer_by_keys(page: Page, number: int, value: int) -> None:
    """Choose an answer by arrows and go on by Enter, as one does without a mouse."""
    await expect(page.get_by_text(f"Question {number} of 9", exact=True).first).to_be_visible()
    first = page.locator("input[type=radio]").first
    while not await first.evaluate("e => e === document.activeElement"):
        await page.keyboard.press("Tab")
    await press(page, "Space", *["ArrowDown"] * value)
    await tab_to(page, "Save and go on")
    await page.keyboard.press("Enter")


async def test_phq_9_by_keyboard_only_without_script(browser: Browser, place: Place) -> None:
    link = await place.link()
    async with on_a_phone(browser, place, script=False) as page:
        addresses: list[str] = []
        page.on("request", lambda request: addresses.append(request.headers.get("referer", "")))
        await page.goto(link)
        assert page.url == f"{place.url}/respond"
        await tab_to(page, "Start")
        await page.keyboard.press("Enter")
        for number in range(1, 9):
            await answer_by_keys(page, number, 0)
        help_ = page.get_by_role("heading", name="If you need help now")
        await expect(help_).to_be_visible()  # at the item, before anything is answered
        await expect(page.get_by_role("alert")).to_have_count(0)
        await answer_by_keys(page, 9, 1)
        await expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text("Nobody reads your answers")
        await expect(alert.get_by_role("link", name="116 123")).to_have_attribute(
            "href", "tel:116123"
        )
        assert not await scrolls_sideways(page)
        await tab_to(page, "Send my answers")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Thank you.")).to_be_visible()
        await expect(page.get_by_role("alert")).to_contain_text("Samaritans")
        await page.goto(link)
        await expect(page.get_by_role("heading", name="cannot be used any more")).to_be_visible()
        assert not [one for one in addresses if link.rpartition("/")[2] in one]
    assert await place.world.count("response") == 1


async def test_with_script_the_crisis_text_rises_at_once(browser: Browser, place: Place) -> None:
    async with on_a_phone(browser, place, script=True) as page:
        await page.goto(await place.link())
        await page.goto("/respond/question/9")
        alert = page.locator("[data-raised]")
        await expect(alert).to_be_hidden()
        await page.get_by_label("Not at all").check()
        await expect(alert).to_be_hidden()
        await page.get_by_label("Several days").check()
        await expect(alert).to_contain_text("Samaritans")
        await expect(page.get_by_text("Samaritans")).to_have_count(1)
        question = await page.get_by_role("heading", level=1).bounding_box()
        raised = await alert.bounding_box()
        assert question is not None
        assert raised is not None
        assert raised["y"] < question["y"]
        await page.get_by_label("Not at all").check()
        await expect(alert).to_be_visible()  # it cannot be closed


async def test_the_arrow_of_back_stands_before_its_word(browser: Browser, place: Place) -> None:
    async with on_a_phone(browser, place, script=False) as page:
        await page.goto(await place.link())
        for path in ("/respond/question/2", "/respond/check"):
            await page.goto(path)
            back = page.get_by_role("link", name="Back", exact=True)
            room = await back.evaluate("e => parseFloat(getComputedStyle(e).paddingLeft)")
            arrow = await back.evaluate("e => parseFloat(getComputedStyle(e, '::before').width)")
            assert room > arrow


async def test_offline_the_answer_stays_and_is_not_called_sent(
    browser: Browser, place: Place
) -> None:
    async with on_a_phone(browser, place, script=True) as page:
        await page.goto(await place.link())
        await page.goto("/respond/question/2")
        await page.get_by_label("Several days").check()
        await page.context.set_offline(True)
        await page.get_by_role("button", name="Save and go on").click()
        await expect(page.get_by_role("status")).to_contain_text("Not sent yet")
        await expect(page.get_by_label("Several days")).to_be_checked()
        await page.context.set_offline(False)
        await page.get_by_role("button", name="Save and go on").click()
        await expect(page.get_by_text("Question 3 of 9", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [320, 390])
async def test_every_page_is_accessible_and_fits(
    browser: Browser, place: Place, axe: str, width: int
) -> None:
    async with on_a_phone(browser, place, script=True, width=width) as page:
        await page.goto(await place.link())
        found: dict[str, object] = {}
        for path in ("", "/question/1", "/question/9", "/all", "/check", "/sent", "/" + "x" * 43):
            await page.goto(f"/respond{path}")
            found[path] = await violations(page, axe)
            await page.evaluate(LARGE_TEXT)
            assert not await scrolls_sideways(page), path
        assert found == {path: [] for path in found}
        await page.goto("/respond/question/1")
        await page.get_by_role("button", name="Save and go on").click()
        await expect(page.locator("[data-focus]")).to_be_focused()
        assert await violations(page, axe) == []
        for target in await page.locator("main a, button, .nhsuk-radios__item").all():
            box = await target.bounding_box()
            assert box is not None
            assert box["height"] >= 24
